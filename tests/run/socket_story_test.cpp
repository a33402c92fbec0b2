// SPDX-License-Identifier: Apache-2.0
// Sockets of a kernel that is not asked by any program: recorded on Linux 6.18.
#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

ScenarioStory scenario(const std::string& rest) { return ScenarioStory("{" + rest + "}"); }

TEST(ListenerStory, AServerThatEndedBeforeItsClientCallsRefuses) {
  for (const char* way : {"kill", "close"}) {
    const ScenarioStory story = scenario(R"("duration": "6s",
        "connections": [{"name": "c", "start": "2s"}],
        "events": [{"at": "1s", ")" + std::string(way) +
                                         R"(": "c", "side": "server"}])");
    EXPECT_EQ(story.client("c").outcome, Outcome::Refused) << way;
    EXPECT_EQ(story.client("c").error, SocketError::Refused) << way;
    EXPECT_EQ(story.client("c").noticed_at, at(2s)) << way;
    EXPECT_EQ(story.server("c").outcome, Outcome::Closed) << way;
    EXPECT_FALSE(story.server("c").opened_at.has_value()) << way;
  }
}

TEST(ListenerStory, AServerThatEndsAfterwardsHasServedItsClient) {
  const ScenarioStory story = scenario(R"("duration": "6s",
      "connections": [{"name": "c", "start": "1s"}],
      "events": [{"at": "2s", "kill": "c", "side": "server"}])");
  EXPECT_EQ(story.server("c").opened_at, at(1s));
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.client("c").error, SocketError::None);
}

// Recorded: the process that listens is another than the one that served it.
TEST(ListenerStory, WhoEndsAfterTheConnectionChangesNothingOfHowItEnded) {
  for (const char* way : {"kill", "close"}) {
    const ScenarioStory story = scenario(R"("duration": "6s", "connections": [{"name": "c"}],
        "events": [{"at": "2s", "close": "c"}, {"at": "4s", ")" +
                                         std::string(way) + R"(": "c", "side": "server"}])");
    EXPECT_EQ(story.server("c").timeline.back().at, at(2s)) << way;
    EXPECT_EQ(story.server("c").message, "Connection closed by the peer") << way;
  }
}

// Recorded: no RST at the kill, ECONNREFUSED with the next SYN that passes.
TEST(ListenerStory, WhoseAnswersAreLostHearsOfTheEndOnlyWithTheNextSegmentThatPasses) {
  for (const char* towards : {"internal", "external"}) {
    const ScenarioStory story =
        scenario(R"("duration": "20s", "path": [{"link": {"name": "wan"}}],
        "connections": [{"name": "c"}],
        "events": [{"at": "0s", "cut": "wan", "for": "4500ms", "towards": ")" +
                 std::string(towards) + R"("}, {"at": "2500ms", "kill": "c", "side": "server"}])");
    EXPECT_EQ(story.client("c").error, SocketError::Refused) << towards;
    EXPECT_EQ(story.client("c").noticed_at, at(5s)) << towards << ": the sixth SYN";
    EXPECT_EQ(story.server("c").outcome, Outcome::Closed) << towards;
    EXPECT_EQ(story.server("c").error, SocketError::None) << towards;
    const auto sent = [&](PacketKind kind) {
      return story.server("c").counters.sent_by_kind[static_cast<std::size_t>(kind)];
    };
    // None at the kill; of those to the SYNs of 3 s, 4 s and 5 s the last one arrives.
    const bool answered = std::string_view(towards) == "internal";
    EXPECT_EQ(sent(PacketKind::Reset), answered ? 3u : 1u) << towards;
    EXPECT_EQ(sent(PacketKind::SynAck), answered ? 1u : 0u) << towards;
  }
}

TEST(ListenerStory, AHostThatComesBackListensAgain) {
  const ScenarioStory story = scenario(R"("duration": "20s",
      "connections": [{"name": "c", "start": "10s"}],
      "events": [{"at": "1s", "kill": "c", "side": "server"},
                 {"at": "2s", "reboot": "server", "for": "1s"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(story.server("c").outcome, Outcome::Alive);
}

TEST(ListenerStory, WhereNobodyListensTcpIsRefusedAndUdpUnreachable) {
  const ScenarioStory tcp = scenario(R"("duration": "6s",
      "connections": [{"name": "c", "listen": false}])");
  EXPECT_EQ(tcp.client("c").outcome, Outcome::Refused);
  EXPECT_EQ(tcp.client("c").error, SocketError::Refused);
  EXPECT_FALSE(tcp.server("c").outcome.has_value());
  const ScenarioStory udp = scenario(R"("duration": "6s",
      "connections": [{"name": "c", "transport": "udp", "listen": false,
                       "traffic": [{"at": "1s"}]}])");
  EXPECT_EQ(udp.server("c").counters.packets_sent, 1u) << "ICMP port unreachable";
  EXPECT_EQ(udp.connection("c").sides[0].messages.delivered, 0u);
}

TEST(ListenerStory, EveryOneOfManyIsRefusedWhereNobodyListens) {
  const ScenarioStory story = scenario(R"("duration": "6s",
      "connections": [{"name": "many", "count": 5, "listen": false}])");
  const PopulationReport& many = *story.connection("many").population;
  EXPECT_EQ(many.outcomes[static_cast<std::size_t>(Outcome::Refused)], 5u);
}

// A request belongs to the listener: the server's program has heard of nobody.
TEST(ListenerStory, AServerThatNeverAcceptedHasNoVerdict) {
  const ScenarioStory story = scenario(R"("duration": "10s",
      "hosts": {"client": {"tcp": {"user_timeout": "3s"}}}, "path": [{"link": {"name": "wan"}}],
      "connections": [{"name": "c"}],
      "events": [{"at": "0s", "cut": "wan", "towards": "internal", "for": "5s"}])");
  EXPECT_EQ(story.client("c").error, SocketError::TimedOut);
  EXPECT_FALSE(story.server("c").outcome.has_value());
  EXPECT_FALSE(story.server("c").opened_at.has_value());
  EXPECT_TRUE(story.server("c").timeline.empty());
  EXPECT_GT(story.server("c").counters.packets_sent, 0u);
}

TEST(ReaderStory, AProgramThatDoesNotReadLearnsNothingOfTheEnd) {
  const ScenarioStory story = scenario(R"("duration": "8s",
      "connections": [{"name": "c", "traffic": [{"at": "2s", "from": "server", "bytes": 300}]}],
      "events": [{"at": "1s", "stop_reading": "c", "side": "client"},
                 {"at": "3s", "close": "c", "side": "server"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Forgotten) << "the server has gone";
  EXPECT_FALSE(story.client("c").noticed_at.has_value());
  EXPECT_EQ(story.server("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.connection("c").sides[1].messages.delivered, 0u) << "unread";
}

TEST(ReaderStory, AProgramThatReadsAgainReadsToTheEndAndCloses) {
  const ScenarioStory story = scenario(R"("duration": "8s",
      "connections": [{"name": "c", "traffic": [{"at": "2s", "from": "server", "bytes": 300}]}],
      "events": [{"at": "1s", "stop_reading": "c", "side": "client", "for": "4s"},
                 {"at": "3s", "close": "c", "side": "server"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.client("c").timeline.back().at, at(5s));
  EXPECT_EQ(story.connection("c").sides[1].messages.delivered, 1u);
}

TEST(ReaderStory, WithoutAnEndTheProgramReadsNoMore) {
  const ScenarioStory story = scenario(R"("duration": "8s",
      "connections": [{"name": "c", "traffic": [{"at": "2s", "from": "server"}]}],
      "events": [{"at": "1s", "stop_reading": "c", "side": "client"}])");
  EXPECT_EQ(story.connection("c").sides[1].messages.delivered, 0u);
}

std::uint64_t sent(const SideReport& side, PacketKind kind) {
  return side.counters.sent_by_kind[static_cast<std::size_t>(kind)];
}

// Recorded: 25 packets with cubic, reno and bbr; the duplicate acknowledgment says what it is for.
TEST(RepetitionStory, ANeedlessRepetitionIsNotFollowedByOthers) {
  const ScenarioStory story = scenario(R"("duration": "25s",
      "path": [{"link": {"delay": "40ms", "rate": "64kbps"}}],
      "connections": [{"name": "c",
                       "traffic": [{"at": "1s", "from": "server", "bytes": 30000}]}])");
  EXPECT_EQ(sent(story.server("c"), PacketKind::Retransmission), 1u);
  EXPECT_LE(story.server("c").counters.packets_sent, 25u);
  EXPECT_EQ(story.server("c").messages.delivered, 1u);
}

// Recorded with a round trip of 1.4 s: the SYN goes twice, and no data does.
TEST(RepetitionStory, ASynThatWasRepeatedForNothingTellsTheRoundTrip) {
  const ScenarioStory story = scenario(R"("duration": "15s", "path": [{"link": {"delay": "700ms"}}],
      "connections": [{"name": "c", "traffic": [{"at": "3s"}, {"at": "6s"},
                                                {"at": "9s", "from": "server"}]}])");
  EXPECT_EQ(sent(story.client("c"), PacketKind::Retransmission), 1u) << "the SYN";
  EXPECT_EQ(sent(story.server("c"), PacketKind::Retransmission), 2u)
      << "the SYN-ACK after a second, and to the second SYN";
}

TEST(RepetitionStory, AMegabyteEachWayOverASlowLineArrives) {
  for (const char* hz : {"0", "250"}) {
    const ScenarioStory story =
        scenario(R"("duration": "8h",
        "hosts": {"client": {"tcp": {"timer_hz": )" +
                 std::string(hz) + R"(}}, "server": {"tcp": {"timer_hz": )" + hz + R"(}}},
        "path": [{"link": {"delay": "1s", "rate": "1kbps"}}],
        "connections": [{"name": "c", "traffic": [{"at": "1s", "bytes": 1000000},
            {"at": "1s", "from": "server", "bytes": 1000000}]}])");
    for (const SideReport* side : {&story.client("c"), &story.server("c")}) {
      EXPECT_EQ(side->outcome, Outcome::Alive) << hz;
      EXPECT_EQ(side->messages.delivered, 1u) << hz;
      // 691 segments and as many acknowledgments: little is sent for nothing.
      EXPECT_LT(side->counters.packets_sent, 1600u) << hz;
    }
  }
}

}  // namespace
}  // namespace stayalive
