// SPDX-License-Identifier: Apache-2.0
// A path with several ways, a watcher that chooses among them, and what becomes of connections.
#include <gtest/gtest.h>

#include "run/beside.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// Two ways with a NAT each: 1 ms and 10 ms by the first, 40 ms by the second, and a cut at 100.5 s
// for two minutes.
std::string dual_wan(const std::string& watcher, const std::string& connections,
                     const std::string& events = R"({"at": "100500ms", "cut": "isp-a",
                                                     "for": "2m"})") {
  return R"({"duration": "10m", "path": [{"link": {"name": "lan", "delay": "1ms"}},
    {"alternatives": {"name": "uplinks", "ways": [
      {"name": "fibre", "path": [{"middlebox": {"name": "nat-a", "profile": "openwrt"}},
                                 {"link": {"name": "isp-a", "delay": "10ms"}}]},
      {"name": "lte", "path": [{"middlebox": {"name": "nat-b", "profile": "openwrt"}},
                               {"link": {"name": "isp-b", "delay": "40ms"}}]}],
      "watcher": {)" +
         watcher + R"(}}}, {"link": {"name": "internet", "delay": "5ms"}}],
    "connections": [)" +
         connections + R"(], "events": [)" + events + "]}";
}

constexpr const char* kThreeProbes =
    R"("interval": "1s", "timeout": "500ms", "count": 3, "up_count": 3, "hold_down": "10s",
       "flows": ")";
constexpr const char* kPings =
    R"({"name": "udp", "transport": "udp",
        "traffic": [{"at": "1s", "every": "2s", "answer": {}}]})";
constexpr const char* kQuietTcp = R"({"name": "tcp", "traffic": [{"at": "1s", "answer": {}},
                                     {"at": "200s", "answer": {}}]})";

std::string with_flows(const std::string& flows, const std::string& connections) {
  return dual_wan(kThreeProbes + flows + "\"", connections);
}

std::array<std::uint64_t, 2> outbound(const ScenarioStory& story, const std::string& name) {
  const std::vector<WayShare>& ways = story.connection(name).ways;
  return {ways.at(0).packets[index(Side::External)], ways.at(1).packets[index(Side::External)]};
}

const AlternativesReport& uplinks(const ScenarioStory& story) {
  return story.report().alternatives.at(0);
}

// Probes of 101, 102 and 103 s are lost, the last half a second later; 221, 222 and 223 s come
// back, 10 ms there and 10 ms back, and the hold-down follows.
TEST(Failover, TakesTheProbesAndTheHoldDownThatTheRulesSay) {
  const ScenarioStory story(with_flows("moved", kPings));
  const std::vector<WayChangeReport>& changes = uplinks(story).changes;
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].at, at(103500ms));
  EXPECT_EQ(changes[0].to, "lte");
  EXPECT_EQ(changes[0].took(), 3s);
  EXPECT_EQ(changes[0].culprit, "isp-a");
  EXPECT_EQ(changes[1].noticed_at, at(223s + 20ms));
  EXPECT_EQ(changes[1].at, at(233s + 20ms));
  EXPECT_EQ(changes[1].took(), 12s + 520ms);
  EXPECT_EQ(uplinks(story).false_alarms(), 0u);
}

TEST(Failover, MovedDatagramsLoseWhatWasSentBeforeTheWatcherKnew) {
  const ScenarioStory story(with_flows("moved", kPings));
  const MessageCounters& messages = story.client("udp").messages;
  EXPECT_EQ(messages.sent - messages.answered, 2u) << "those of 101 and 103 s";
  EXPECT_EQ(story.client("udp").blackhole, 3s);
  EXPECT_EQ(story.client("udp").outcome, Outcome::Alive);
  // 105 to 233 s by the second way.
  EXPECT_EQ(outbound(story, "udp")[1], 65u);
  EXPECT_EQ(outbound(story, "udp")[0], 235u);
}

// Linux drops the first packet of a masqueraded flow that is to leave by another device: one more
// is lost at each change.
TEST(Failover, AMasqueradedFlowLosesOneMorePacketAtEachChange) {
  const ScenarioStory story(with_flows("masqueraded", kPings));
  const MessageCounters& messages = story.client("udp").messages;
  EXPECT_EQ(messages.sent - messages.answered, 4u);
  EXPECT_EQ(story.connection("udp").blame.kind, FaultKind::Way);
  EXPECT_EQ(story.connection("udp").blame.who, "uplinks");
}

// The entry goes on with the address of the first provider, whose answers come back by it.
TEST(Failover, AnEntryUnderTheOldAddressIsHeardAndNotAnsweredUntilItsWayIsBack) {
  const ScenarioStory story(with_flows("old-address", kPings));
  const MessageCounters& messages = story.client("udp").messages;
  EXPECT_EQ(messages.sent - messages.delivered, 2u);
  EXPECT_EQ(messages.sent - messages.answered, 60u) << "101 to 219 s";
  EXPECT_EQ(story.client("udp").blackhole, 2min);
  EXPECT_EQ(outbound(story, "udp")[1], 0u);
}

TEST(Failover, AProviderThatFiltersDropsTheAddressOfTheOther) {
  std::string text = with_flows("old-address", kPings);
  const std::string way = R"("name": "lte", )";
  text.insert(text.find(way) + way.size(), R"("filters_sources": true, )");
  const ScenarioStory story(text);
  const MessageCounters& messages = story.client("udp").messages;
  // 101 and 103 s die with the line, 105 to 233 s at the filter.
  EXPECT_EQ(messages.sent - messages.delivered, 67u);
}

TEST(Failover, KeptFlowsStayWithADeadWayAndNewOnesTakeTheOther) {
  const ScenarioStory story(
      with_flows("kept", std::string(kPings) +
                             R"(,{"name": "new", "transport": "udp", "start": "150s",
                       "traffic": [{"at": "151s", "every": "2s", "answer": {}}]})"));
  const MessageCounters& old = story.client("udp").messages;
  EXPECT_EQ(old.sent - old.answered, 60u);
  EXPECT_EQ(outbound(story, "udp")[1], 0u);
  const MessageCounters& later = story.client("new").messages;
  EXPECT_EQ(later.answered, later.sent);
  EXPECT_GT(outbound(story, "new")[1], 100u) << "it stays there after the return, too";
  EXPECT_EQ(outbound(story, "new")[0], 0u);
}

TEST(Failover, KilledStatesMakeTcpFailWhereNothingIsPickedUp) {
  for (const bool loose : {true, false}) {
    std::string text = with_flows("killed", kQuietTcp);
    for (const std::string nat : {R"("name": "nat-a", )", R"("name": "nat-b", )"}) {
      if (!loose)
        text.insert(text.find(nat) + nat.size(),
                    R"("netfilter": {"tcp_loose": false, "forward": "drop-invalid"}, )");
    }
    const ScenarioStory story(text);
    const SideReport& client = story.client("tcp");
    if (loose) {
      EXPECT_EQ(client.error, SocketError::Reset) << "the server does not know the new address";
      EXPECT_LT(client.noticed_at, at(201s));
    } else {
      EXPECT_EQ(client.noticed_at, std::nullopt) << "silence until the timers run out";
      EXPECT_EQ(client.outcome, Outcome::Forgotten);
    }
    EXPECT_EQ(story.connection("tcp").blame.who, "uplinks");
  }
}

// It sleeps through the outage, and the entry of the first way is still there.
TEST(Failover, AnIdleConnectionThatNobodyTouchesLivesThroughAFlap) {
  const ScenarioStory story(with_flows("moved", R"({"name": "tcp", "traffic": [
      {"at": "1s", "answer": {}}, {"at": "300s", "answer": {}}]})"));
  EXPECT_EQ(story.client("tcp").outcome, Outcome::Alive);
  EXPECT_EQ(story.client("tcp").messages.answered, 2u);
}

constexpr const char* kBothWays = R"({"duration": "10m", "path": [{"alternatives": {"ways": [
    {"path": [{"link": {"name": "a"}}]}, {"path": [{"link": {"name": "b"}}]}],
    "watcher": %W}}], "connections": [{"name": "c", "transport": "udp",
    "traffic": [{"at": "500ms", "every": "1s", "answer": {}}]}],
    "events": [{"at": "5m", "cut": "a", "for": "1m" %E}]})";

std::string two_links(const std::string& watcher, const std::string& event = "") {
  std::string text = kBothWays;
  text.replace(text.find("%W"), 2, watcher);
  text.replace(text.find("%E"), 2, event);
  return text;
}

// BFD: three intervals of 50 ms after the last packet, of which the last may have come a whole
// interval before the cut.
TEST(FailoverByProtocol, BfdTakesBetweenTwoAndThreeIntervals) {
  const ScenarioStory story(two_links("\"bfd\""));
  const auto took = uplinks(story).longest_failover();
  ASSERT_TRUE(took);
  EXPECT_GT(*took, 100ms);
  EXPECT_LE(*took, 150ms);
  EXPECT_EQ(uplinks(story).all_changes, 4u) << "each end there and back";
  EXPECT_LE(story.client("c").messages.sent - story.client("c").messages.answered, 1u);
}

// Max age 20 s after the hello of 298 s, then listening and learning for 30 s; and as long again
// when the first way is back.
TEST(FailoverByProtocol, SpanningTreeTakesMaxAgeAndTwiceTheForwardDelay) {
  const ScenarioStory story(two_links("\"stp\""));
  EXPECT_EQ(uplinks(story).longest_failover(), 48s);
  EXPECT_EQ(uplinks(story).longest_return(), 30s);
  EXPECT_EQ(story.client("c").blackhole, 48s + 30s);
  // 300.5 to 347.5 s and 360.5 to 389.5 s.
  EXPECT_EQ(story.client("c").messages.sent - story.client("c").messages.answered, 48u + 30u);
}

// The keepalives of 300, 310 and 320 s do not come back; at 330 s that is known.
TEST(FailoverByProtocol, GreKeepaliveOf10And3TakesHalfAMinute) {
  const ScenarioStory story(two_links("\"gre-keepalive\""));
  EXPECT_EQ(uplinks(story).longest_failover(), 30s);
  // The far end, which does not watch, goes on sending by the dead tunnel.
  EXPECT_EQ(story.client("c").messages.sent - story.client("c").messages.delivered, 30u);
  EXPECT_EQ(story.client("c").messages.sent - story.client("c").messages.answered, 60u);
  EXPECT_EQ(story.client("c").blackhole, 1min);
  const ScenarioStory both(two_links(R"({"profile": "gre-keepalive", "both_ends": true})"));
  EXPECT_EQ(both.client("c").messages.sent - both.client("c").messages.answered, 30u);
}

// 3 x 1 s and 156/256 s after the last advertisement, of 299 s.
TEST(FailoverByProtocol, VrrpTakesThreeAdvertisementsAndTheSkewTime) {
  const ScenarioStory story(two_links("\"vrrp\""));
  EXPECT_EQ(uplinks(story).longest_failover(), 3609375us - 1s);
}

TEST(FailoverByProtocol, LacpTakesThreeIntervals) {
  const ScenarioStory fast(two_links("\"lacp-fast\""));
  EXPECT_EQ(uplinks(fast).longest_failover(), 2s) << "3 s after the packet of 299 s";
  // 90 s after that of 270 s the one of 360 s is there, too late by nothing.
  const ScenarioStory slow(two_links("\"lacp-slow\""));
  EXPECT_EQ(uplinks(slow).longest_failover(), 60s);
}

// A line that is cut in one direction only: the end that still hears is told by the other.
TEST(FailoverByProtocol, AOneWayCutIsFoundByBothEndsWhereHellosSaySo) {
  const ScenarioStory told(two_links("\"lacp-fast\"", R"(, "towards": "external")"));
  EXPECT_EQ(uplinks(told).all_changes, 4u);
  const ScenarioStory untold(
      two_links(R"({"profile": "lacp-fast", "signals": false})", R"(, "towards": "external")"));
  EXPECT_EQ(uplinks(untold).all_changes, 2u) << "only the end that hears nothing";
}

TEST(Failover, AFlappingWatcherIsCalledThat) {
  // 20 ms there and back, and up to 20 ms more; 4 ms by the other way.
  const auto with_timeout = [](const std::string& timeout) {
    std::string text = dual_wan(
        R"("interval": "200ms", "count": 1, "flows": "moved", "timeout": ")" + timeout + "\"",
        kPings, "");
    text.replace(text.find("40ms"), 4, "2ms");
    const std::string line = R"("name": "isp-a", )";
    return text.insert(text.find(line) + line.size(), R"("jitter": "10ms", )");
  };
  const ScenarioStory story(with_timeout("38ms"));
  EXPECT_GT(uplinks(story).false_alarms(), 10u);
  EXPECT_EQ(uplinks(story).longest_failover(), std::nullopt);
  const ScenarioStory patient(with_timeout("41ms"));
  EXPECT_EQ(uplinks(patient).all_changes, 0u);
}

TEST(Failover, AWatcherThatLooksAtTheFirstRouterOnlySeesNothingOfWhatLiesBehindIt) {
  std::string text = with_flows("moved", kPings);
  const std::string link = R"({"link": {"name": "isp-a", "delay": "10ms"}})";
  text.replace(text.find(link), link.size(),
               R"({"link": {"name": "dsl", "delay": "3ms"}},
                  {"link": {"name": "isp-a", "delay": "7ms"}})");
  const ScenarioStory far(text);
  EXPECT_EQ(uplinks(far).all_changes, 2u);
  const std::string way = R"("name": "fibre", )";
  text.insert(text.find(way) + way.size(), R"("target": "dsl", )");
  const ScenarioStory near(text);
  EXPECT_EQ(uplinks(near).all_changes, 0u);
  EXPECT_EQ(near.client("udp").blackhole, 2min);
}

TEST(Failover, AWatcherMayLookBeyondTheGroup) {
  std::string text = dual_wan(std::string(kThreeProbes) + "moved\"", kPings,
                              R"({"at": "100500ms", "cut": "internet", "for": "2m"})");
  EXPECT_EQ(uplinks(ScenarioStory(text)).all_changes, 0u);
  const std::string way = R"("name": "fibre", )";
  text.insert(text.find(way) + way.size(), R"("target": "internet", )");
  const ScenarioStory story(text);
  ASSERT_EQ(uplinks(story).all_changes, 2u);
  EXPECT_EQ(uplinks(story).changes[0].culprit, "internet");
  EXPECT_EQ(story.client("udp").blackhole, 2min) << "the other way ends there, too";
}

TEST(Failover, ARebootingBoxIsNoWay) {
  const ScenarioStory story(dual_wan(std::string(kThreeProbes) + "moved\"", kPings,
                                     R"({"at": "100500ms", "reboot": "nat-a", "for": "1m"})"));
  ASSERT_EQ(uplinks(story).all_changes, 2u);
  EXPECT_EQ(uplinks(story).changes[0].at, at(103500ms));
  EXPECT_EQ(uplinks(story).changes[0].culprit, "nat-a");
}

TEST(FailoverExpected, IsCheckedAndFailsWhereThereWasNone) {
  const auto holds = [](const std::string& claim, const std::string& events) {
    std::string text = dual_wan(std::string(kThreeProbes) + "moved\"", kPings, events);
    text.insert(text.size() - 1, R"(, "expect": [{"connection": "udp", "ways": {)" + claim + "}}]");
    return ScenarioStory(text).report().expectations.at(0).holds;
  };
  const std::string cut = R"({"at": "100500ms", "cut": "isp-a", "for": "2m"})";
  EXPECT_TRUE(holds(R"("failover": {"at_most": "3s"})", cut));
  EXPECT_FALSE(holds(R"("failover": {"at_most": "2999ms"})", cut));
  EXPECT_FALSE(holds(R"("failover": {"at_most": "3s"})", "")) << "there was none";
  EXPECT_TRUE(holds(R"("return": {"at_least": "12s", "at_most": "13s"})", cut));
  EXPECT_TRUE(holds(R"("changes": 2, "false_alarms": 0)", cut));
  EXPECT_FALSE(holds(R"("changes": 2)", ""));
}

// The text of a scenario that takes an hour.
std::string for_an_hour(std::string text) {
  const std::string minutes = R"("duration": "10m")";
  return text.replace(text.find(minutes), minutes.size(), R"("duration": "1h")");
}

// Whole periods are passed over although watchers send, and nothing comes out different.
TEST(FailoverSkipped, IsTheSameAsTheWholeRun) {
  for (const char* flows : {"moved", "kept", "killed", "masqueraded", "old-address"}) {
    const Beside beside = expect_same(for_an_hour(with_flows(flows, kPings)));
    EXPECT_GT(beside.skipped, beside.events / 2) << flows;
    expect_same(with_flows(flows, std::string(kPings) + "," + kQuietTcp));
  }
}

TEST(FailoverSkipped, IsTheSameWithEveryProtocol) {
  for (const char* watcher : {"\"stp\"", "\"gre-keepalive\"", "\"vrrp\"", "\"lacp-fast\"",
                              "\"ccm\"", R"({"profile": "bfd", "spread": 0})"}) {
    const Beside beside = expect_same(for_an_hour(two_links(watcher)));
    EXPECT_GT(beside.skipped, beside.events / 2) << watcher;
  }
  for (const char* watcher : {"pfsense-gateway-kill", "mwan3"}) {
    const Beside beside =
        expect_same(for_an_hour(dual_wan(R"("profile": ")" + std::string(watcher) + "\"", kPings)));
    EXPECT_GT(beside.skipped, 0u) << watcher;
  }
}

// Random numbers with each hello: such a run is not passed over.
TEST(FailoverSkipped, NothingIsWhereAWatcherDrawsRandomNumbers) {
  EXPECT_EQ(expect_same(two_links("\"bfd\"")).skipped, 0u);
}

}  // namespace
}  // namespace stayalive
