// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "run/report.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// One connection over a line that is cut at an instant, for a time or until the end.
struct CutStory {
  std::string strategy;
  std::string cut_at;
  std::string cut_for;  // that it bears
  Role role = Role::Client;
  std::string more{};  // of the connection: R"(, "transport": "udp")"
};

std::string scenario_of(const CutStory& story, const std::string& event) {
  return fmt::format(R"({{"duration": "1h", "late_after": "30m",
      "path": [{{"link": {{"name": "line", "delay": "20ms"}}}}],
      "connections": [{{"name": "c", "strategy": {{{}}}{}}}], "events": [{}]}})",
                     story.strategy, story.more, event);
}

const SideReport& side_of(const ScenarioStory& story, Role role) {
  return story.connection("c").sides[index(role)];
}

CloseGiveUp borne(const CutStory& story) {
  const ScenarioStory told(scenario_of(
      story,
      fmt::format(R"({{"at": "{}", "cut": "line", "for": "{}"}})", story.cut_at, story.cut_for)));
  const SideReport& side = side_of(told, story.role);
  EXPECT_EQ(side.outcome, Outcome::Alive) << story.strategy;
  EXPECT_FALSE(side.noticed_at) << story.strategy;
  EXPECT_TRUE(side.close_give_up) << story.strategy;
  return side.close_give_up.value_or(CloseGiveUp{});
}

TimePoint given_up(const CutStory& story) {
  const ScenarioStory told(
      scenario_of(story, fmt::format(R"({{"at": "{}", "cut": "line"}})", story.cut_at)));
  const SideReport& side = side_of(told, story.role);
  EXPECT_TRUE(side.noticed_at) << story.strategy;
  return side.noticed_at.value_or(kStart);
}

const CutStory kSsh{R"("ssh": {"server_alive_interval": "60s"})", "70s", "110s"};
const CutStory kSshServer{R"("ssh": {"client_alive_interval": "60s"})", "70s", "110s",
                          Role::Server};
const CutStory kKeepalive{
    R"("tcp_keepalive": {"idle": "60s", "interval": "10s", "count": 5, "side": "client"})", "65s",
    "80s"};
const std::string kOneMessage = R"(, "traffic": [{"from": "client", "at": "100s", "bytes": 100}])";
const CutStory kRetransmission{R"("silent": {})", "99s", "300s", Role::Client, kOneMessage};

// The rule that all numbers have to keep: what was left at an instant is what it still takes when
// the line stays cut.
TEST(CloseGiveUp, IsWhatWasLeftUntilTheEndGivesUpWhereTheLineStaysCut) {
  const std::string udp = R"(, "transport": "udp")";
  const CutStory stories[] = {
      kSsh,
      kSshServer,
      {R"("ssh": {"client_alive_interval": "60s", "server_version": "openssh-7.6"})", "70s", "60s",
       Role::Server},
      {R"("ssh": {"client_alive_interval": "60s", "server_version": "openssh-9.2"})", "70s", "200s",
       Role::Server},
      kKeepalive,
      kRetransmission,
      {R"("keepalive": {"interval": "60s", "retries": 3})", "70s", "150s", Role::Client, udp},
      {R"("keepalive": {"interval": "20s", "give_up_after": "90s", "gives_up": "client"})", "70s",
       "50s", Role::Client, udp},
      {R"("keepalive": {"interval": "20s", "give_up_after": "90s", "gives_up": "server"})", "70s",
       "50s", Role::Server, udp},
      {R"("stun": {"interval": "15s", "message_class": "request"})", "70s", "12s"},
  };
  for (const CutStory& story : stories) {
    const CloseGiveUp wait = borne(story);
    EXPECT_GT(wait.left, 0s) << story.strategy;
    EXPECT_GE(wait.unanswered, 2u) << story.strategy;
    EXPECT_EQ((wait.at + wait.left).time_since_epoch(), given_up(story).time_since_epoch())
        << story.strategy << ": " << wait.limit;
  }
}

TEST(CloseGiveUp, OfAnSshClientNamesItsCountAndHowLongNothingCame) {
  const CloseGiveUp wait = borne(kSsh);
  EXPECT_EQ(wait.limit, "server_alive_count_max");
  EXPECT_EQ(wait.unanswered, 2u) << "those of 120 s and 180 s";
  EXPECT_EQ(later(wait.at, wait.left), TimePoint{300s}) << "the check after the third request";
  EXPECT_EQ(wait.waited, wait.at - TimePoint{60s + 40ms}) << "since the answer of the first minute";
}

TEST(CloseGiveUp, OfASocketNamesTheSettingThatWouldHaveEndedIt) {
  EXPECT_EQ(borne(kKeepalive).limit, "keepalive_count");
  EXPECT_EQ(borne(kRetransmission).limit, "retries2");
  const CutStory timed{R"("keepalive": {"interval": "1h", "user_timeout": "20s"})", "99s", "9s",
                       Role::Client, kOneMessage};
  const CloseGiveUp wait = borne(timed);
  EXPECT_EQ(wait.limit, "user_timeout");
  EXPECT_LT(wait.left + wait.waited, 21s);
  EXPECT_EQ(later(wait.at, wait.left), given_up(timed));
}

// OpenVPN counts whole seconds, and its loop sleeps for up to another and a quarter.
TEST(CloseGiveUp, OfOpenvpnIsWhatItsWholeSecondsLeave) {
  const CutStory tunnel{R"("openvpn": {"keepalive_interval": "10s", "keepalive_timeout": "60s"})",
                        "65s", "45s"};
  const CloseGiveUp wait = borne(tunnel);
  EXPECT_EQ(wait.limit, "ping_restart");
  EXPECT_GE(wait.unanswered, 4u);
  EXPECT_TRUE(close_to(given_up(tunnel), later(wait.at, wait.left), 1300ms));
}

TEST(CloseGiveUp, IsNotThereWhereEveryPingIsAnswered) {
  const char* const kStrategies[] = {
      R"("ssh": {"server_alive_interval": "60s", "client_alive_interval": "45s"})",
      R"("ssh": {"server_alive_interval": "60s", "server_alive_count_max": 1})",
      R"("tcp_keepalive": {"idle": "60s", "interval": "10s", "count": 1})",
      R"("keepalive": {"interval": "60s", "retries": 1, "give_up_after": "90s", "from": "both"})",
      R"("keepalive": {"interval": "60s", "give_up_after": "90s", "gives_up": "server"})",
      R"("stun": {"message_class": "request"})",
      R"("openvpn": {"keepalive_interval": "10s", "keepalive_timeout": "60s"})"};
  for (const char* strategy : kStrategies) {
    const ScenarioStory story(scenario_of({strategy, "", ""}, ""));
    EXPECT_EQ(story.connection("c").outcome, Outcome::Alive) << strategy;
    for (const Role role : {Role::Client, Role::Server})
      EXPECT_FALSE(side_of(story, role).close_give_up) << strategy << ", " << name(role);
  }
}

// The answer takes a whole round trip: a single attempt that is all there is counts once half of
// its time is over, not before.
TEST(CloseGiveUp, OfASingleAttemptCountsFromHalfOfItsTimeOn) {
  const auto answered_after = [](const char* delay) {
    const ScenarioStory story(fmt::format(
        R"({{"duration": "5m", "path": [{{"link": {{"delay": "{}"}}}}],
            "connections": [{{"name": "c", "transport": "udp",
                "strategy": {{"keepalive": {{"interval": "60s", "retries": 1}}}}}}]}})",
        delay));
    EXPECT_EQ(story.connection("c").outcome, Outcome::Alive);
    return side_of(story, Role::Client).close_give_up;
  };
  EXPECT_FALSE(answered_after("14.9s"));
  const auto wait = answered_after("15s");
  ASSERT_TRUE(wait);
  EXPECT_EQ(wait->left, 30s);
  EXPECT_EQ(wait->unanswered, 1u);
}

TEST(CloseGiveUp, IsNotToldOfTheEndThatGaveUpInstead) {
  CutStory longer = kSsh;
  longer.cut_for = "240s";
  const ScenarioStory told(scenario_of(longer, R"({"at": "70s", "cut": "line", "for": "240s"})"));
  EXPECT_EQ(told.client("c").outcome, Outcome::Detected);
  EXPECT_FALSE(told.client("c").close_give_up);
}

TEST(CloseGiveUp, KeepsTheNearestOfSeveral) {
  const auto with = [](const std::string& cuts) {
    const ScenarioStory story(scenario_of(kKeepalive, cuts));
    return side_of(story, Role::Client).close_give_up.value_or(CloseGiveUp{}).at;
  };
  // Two probes are lost at 2m, four after 30m, and two again after 50m where nothing was lost at
  // 30m.
  const std::string brief = R"({"at": "118s", "cut": "line", "for": "15s"})";
  const std::string lengthy = R"({"at": "30m10s", "cut": "line", "for": "50s"})";
  const std::string again = R"({"at": "50m", "cut": "line", "for": "33s"})";
  EXPECT_TRUE(close_to(with(brief + "," + again), TimePoint{140s}, 1s)) << "the first of equals";
  EXPECT_TRUE(close_to(with(again), TimePoint{50min}, 1min));
  EXPECT_TRUE(close_to(with(brief + "," + lengthy + "," + again), TimePoint{30min}, 2min));
}

TEST(CloseGiveUp, CanBeExpected) {
  bool near = false;
  const auto holds = [&near](const std::string& cut_for, const std::string& expect) {
    CutStory cut = kKeepalive;
    cut.cut_for = cut_for;
    std::string text =
        scenario_of(cut, R"({"at": "70s", "cut": "line", "for": ")" + cut_for + R"("})");
    text.insert(text.rfind('}'), R"(, "expect": [{"connection": "c", )" + expect + "}]");
    const ScenarioStory story(text);
    const SideReport& client = story.client("c");
    const ExpectationReport& found = story.report().expectations.at(0);
    EXPECT_FALSE(found.found.empty());
    if (client.close_give_up) {
      EXPECT_EQ(found.holds, client.close_give_up->left >= 30s) << found.found;
      near = near || client.close_give_up->left < 30s;
    }
    return found.holds;
  };
  const char* const kRoom = R"("side": "client", "closest_give_up": {"at_least": "30s"})";
  EXPECT_TRUE(holds("1ms", kRoom)) << "it never had to ask twice";
  EXPECT_FALSE(holds("240s", kRoom)) << "it gave up";
  EXPECT_TRUE(holds("240s", R"("side": "client", "closest_give_up": {"at_most": "30s"})"));
  for (int seconds = 20; seconds <= 100; seconds += 5) holds(fmt::format("{}s", seconds), kRoom);
  EXPECT_TRUE(near) << "one of the cuts ends just before it gives up";
}

}  // namespace
}  // namespace stayalive
