// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/random.h"
#include "run/beside.h"
#include "support/population_story.h"
#include "support/property_runs.h"

namespace stayalive {
namespace {

constexpr const char* kHomeRouterPath = R"("path": [{"link": {"delay": "10ms"}},
    {"middlebox": {"name": "nat", "profile": "home-router"}},
    {"link": {"delay": "20ms", "name": "far"}}])";

constexpr const char* kConntrackPath = R"("path": [{"link": {"delay": "10ms"}},
    {"middlebox": {"name": "nat", "profile": "linux-conntrack"}},
    {"link": {"delay": "20ms", "name": "far"}}])";

TEST(SteadyState, AMonthOfPingsIsNotRunPingByPing) {
  const Beside month = expect_same(fmt::format(R"({{"duration": "720h", {}, "connections": [
          {{"strategy": {{"ssh": {{"server_alive_interval": "60s"}}}}}}]}})",
                                               kHomeRouterPath));
  EXPECT_GT(month.events, 300'000u);
  // Linux looks at its keepalive timer every two hours: that is the long period.
  EXPECT_LT(month.events - month.skipped, month.events / 50);
}

TEST(SteadyState, ALongPeriodEndsWhereTheScenarioInterferes) {
  // The cut comes in the middle of a long period, long after the first of them.
  const std::string text = fmt::format(R"({{"duration": "720h", {}, "connections": [
      {{"name": "c", "strategy": {{"ssh": {{"server_alive_interval": "60s"}}}}}}],
      "events": [{{"cut": "far", "at": "501h0m33s", "for": "20m"}}]}})",
                                       kHomeRouterPath);
  const Beside month = expect_same(text);
  EXPECT_LT(month.events - month.skipped, month.events / 30);
  const ScenarioStory story(text);
  EXPECT_TRUE(close_to(story.client("c").noticed_at, at(501h + 4min), 1min));
}

TEST(SteadyState, ProbesOfTheKernelRepeatThemselves) {
  const Beside month = expect_same(fmt::format(R"({{"duration": "720h", {}, "connections": [
          {{"strategy": {{"tcp_keepalive": {{"idle": "75s", "side": "client"}}}}}}]}})",
                                               kHomeRouterPath));
  EXPECT_LT(month.events - month.skipped, month.events / 10);
}

TEST(SteadyState, ABoxThatProbesBothEndsRepeatsItself) {
  const Beside month = expect_same(R"({"duration": "720h", "path": [{"link": {"delay": "10ms"}},
      {"middlebox": {"profile": "cisco-asa", "dead_connection_detection": {"max_retries": 3}}},
      {"link": {"delay": "20ms"}}], "connections": [{}]})");
  EXPECT_LT(month.events - month.skipped, month.events / 4);
}

TEST(SteadyState, DatagramsRepeatThemselves) {
  const Beside week = expect_same(fmt::format(R"({{"duration": "168h", {}, "connections": [
          {{"transport": "udp", "strategy": {{"keepalive": {{"interval": "25s"}}}}}}]}})",
                                              kHomeRouterPath));
  EXPECT_LT(week.events - week.skipped, week.events / 10);
}

// Both ends ping; after 100 h the client leaves, and its direction falls silent.
TEST(SteadyState, ABoxThatTimesEachDirectionApartRepeatsItself) {
  const std::string path = R"("path": [{"link": {"delay": "10ms"}},
      {"middlebox": {"profile": "azure-nat-gateway"}}, {"link": {"delay": "20ms"}}])";
  const Beside week = expect_same(fmt::format(R"({{"duration": "168h", {}, "connections": [
          {{"transport": "udp", "strategy": {{"keepalive": {{"interval": "25s"}}}}}}]}})",
                                              path));
  EXPECT_LT(week.events - week.skipped, week.events / 10);
  const std::string left = fmt::format(R"({{"duration": "168h", {}, "connections": [
          {{"name": "c", "transport": "udp", "server_follows": false,
            "strategy": {{"keepalive": {{"interval": "50s", "from": "both", "answered": false}}}},
            "traffic": [{{"at": "0s", "answer": {{}}}}]}}],
        "events": [{{"kill": "c", "at": "100h"}}]}})",
                                       path);
  const Beside until = expect_same(left);
  EXPECT_LT(until.events - until.skipped, until.events / 3);
}

// A message every six minutes, and one that is answered every hour; over UDP through nothing that
// would forget them.
TEST(SteadyState, TrafficRepeatsItself) {
  for (const char* transport : {"tcp", "udp"}) {
    const Beside days = expect_same(fmt::format(R"({{"duration": "2400h", {}, "connections": [
          {{"transport": "{}", "traffic": [{{"at": "1s", "every": "6m"}},
              {{"from": "server", "at": "30m", "every": "1h", "answer": {{"after": "2m"}}}}]}}]}})",
                                                transport == std::string("tcp")
                                                    ? kHomeRouterPath
                                                    : R"("path": [{"link": {"delay": "30ms"}}])",
                                                transport));
    EXPECT_GT(days.events, 50'000u) << transport;
    EXPECT_LT(days.events - days.skipped, days.events / 5) << transport;
  }
}

// The server dies after a month, and the rest of the traffic is due for nobody.
TEST(SteadyState, TrafficThatNobodyWritesRepeatsItself) {
  const std::string text = fmt::format(R"({{"duration": "8760h", {}, "connections": [
          {{"name": "c", "traffic": [{{"at": "1s", "every": "6m"}},
                       {{"from": "server", "at": "3m", "every": "12m"}}]}}],
          "events": [{{"kill": "c", "side": "server", "at": "720h"}}]}})",
                                       kHomeRouterPath);
  const Beside year = expect_same(text);
  EXPECT_LT(year.events - year.skipped, year.events / 20);
  const ScenarioStory story(text);
  EXPECT_EQ(story.server("c").messages.sent, 3600u);
  EXPECT_EQ(story.server("c").messages.unsent, 43'800u - 3600u);
  EXPECT_EQ(story.server("c").unsent_at, at(720h + 3min));
}

TEST(SteadyState, ManyThatKeepTimeTogetherRepeatThemselves) {
  // Two kinds of meters; after six hours the box forgets them all, and they come again.
  const Beside days = expect_same(fmt::format(R"({{"duration": "16h", {}, "connections": [
          {{"name": "a", "count": 30, "spread": "25s", "transport": "udp",
            "strategy": {{"keepalive": {{"interval": "25s"}}}}}},
          {{"name": "b", "count": 20, "spread": "1m", "transport": "udp",
            "strategy": {{"keepalive": {{"interval": "10s"}}}}}}],
          "events": [{{"flush": "nat", "at": "6h"}}]}})",
                                              kHomeRouterPath));
  EXPECT_GT(days.events, 300'000u);
  EXPECT_LT(days.events - days.skipped, days.events / 20);
}

TEST(SteadyState, MembersThatComeAndGoRepeatNothing) {
  // The last begins after 20 hours, the first leaves after 30: in between there is time.
  const Beside days = expect_same(fmt::format(R"({{"duration": "60h", {}, "connections": [
          {{"count": 40, "spread": "20h", "stay": "30h", "transport": "udp",
            "strategy": {{"keepalive": {{"interval": "25s"}}}},
            "traffic": [{{"from": "server", "at": "5m", "every": "5m", "bytes": 300}}]}}]}})",
                                              kHomeRouterPath));
  EXPECT_GT(days.skipped, days.events / 8);
  EXPECT_LT(days.skipped, days.events * 7 / 8);
}

TEST(SteadyState, EndsWhereTheScenarioInterferes) {
  // The cut comes in the middle of a period, and the connection dies of it.
  const std::string text = fmt::format(R"({{"duration": "240h", {}, "connections": [
      {{"name": "c", "strategy": {{"ssh": {{"server_alive_interval": "60s"}}}}}}],
      "events": [{{"cut": "far", "at": "100h0m33s", "for": "20m"}}]}})",
                                       kConntrackPath);
  const Beside days = expect_same(text);
  EXPECT_GT(days.skipped, days.events / 2);
  const ScenarioStory story(text);
  EXPECT_TRUE(close_to(story.client("c").noticed_at, at(100h + 4min), 1min));
}

TEST(SteadyState, ACutInterferesAlsoWhenItBeginsInSilence) {
  // Nobody uses the line between the cut and the end of a period that is like those before it.
  const std::string probing = R"("strategy": {"tcp_keepalive": {"idle": "15s", "interval": "19s",
      "count": 5, "side": "client"}}, "socket": {"client": {"timer_hz": 250}})";
  const std::string text = fmt::format(
      R"({{"duration": "20m14s", "path": [{{"link": {{"delay": "39ms"}}}},
          {{"middlebox": {{"name": "box", "profile": "azure-lb-reset",
                           "timeouts": {{"tcp.established": "60s"}}}}}},
          {{"link": {{"name": "far", "delay": "25ms"}}}}],
          "events": [{{"cut": "far", "at": "4m11s", "for": "5m"}}],
          "hosts": {{"a": {{"side": "internal", "profile": "freebsd"}},
                     "b": {{"side": "internal", "profile": "freebsd"}},
                     "c": {{"side": "internal", "profile": "freebsd"}}}},
          "connections": [{{"name": "one", "client": "a", "start": "1s", {0}}},
                          {{"name": "two", "client": "b", "start": "1s", {0}}},
                          {{"name": "three", "client": "c", "start": "1s", {0}}}]}})",
      probing);
  expect_same(text);
  const ScenarioStory story(text);
  EXPECT_EQ(story.client("three").outcome, Outcome::Detected);
}

TEST(SteadyState, DoesNotPassOverATimerThatNobodyRestarts) {
  // The silent connection's entry runs out after five days beside one that pings.
  const std::string text = fmt::format(R"({{"duration": "240h", {}, "connections": [
      {{"name": "silent", "strategy": "silent"}},
      {{"name": "pings", "strategy": {{"ssh": {{"server_alive_interval": "60s"}}}}}}]}})",
                                       kConntrackPath);
  const Beside days = expect_same(text);
  EXPECT_GT(days.skipped, days.events / 2);
  const ScenarioStory story(text);
  EXPECT_TRUE(close_to(story.client("silent").forgotten_at, at(120h), 1s));
}

std::string through_a_line(const char* line, const char* span) {
  return fmt::format(R"({{"duration": "{}", "path": [{{"link": {{"delay": "10ms"}}}},
    {{"middlebox": {{"name": "nat", "profile": "home-router"}}}},
    {{"link": {{"delay": "20ms", {}}}}}], "connections": [
      {{"name": "c", "transport": "udp", "strategy": {{"keepalive": {{"interval": "25s"}}}}}}]}})",
                     span, line);
}

TEST(SteadyState, ALossyLineRepeatsItselfUntilTheNextLoss) {
  const Beside often = expect_same(through_a_line(R"("loss": "0.1%")", "240h"));
  EXPECT_LT(often.events - often.skipped, often.events / 5);
  const Beside seldom = expect_same(through_a_line(R"("loss": "0.001%")", "720h"));
  EXPECT_LT(seldom.events - seldom.skipped, seldom.events / 50);
}

// After a loss the period is one that is known, and need not be seen twice again.
TEST(SteadyState, APeriodGoesOnSoonAfterALoss) {
  const Beside often = expect_same(through_a_line(R"("loss": "1%")", "240h"));
  EXPECT_LT(often.events - often.skipped, often.events / 4);
  const Beside stream = expect_same(fmt::format(R"({{"duration": "240h", "path": [
      {{"link": {{"delay": "10ms"}}}}, {{"middlebox": {{"profile": "fortigate"}}}},
      {{"link": {{"delay": "20ms", "loss": "0.3%"}}}}], "connections": [{{"strategy":
      {{"tcp_keepalive": {{"idle": "75s", "interval": "10s", "side": "client"}}}}}}]}})"));
  EXPECT_LT(stream.events - stream.skipped, stream.events / 4);
}

TEST(SteadyState, NothingIsPassedOverWhereTheNextLossIsNear) {
  // Half of all packets: no two pings are alike for long.
  const Beside lossy = expect_same(through_a_line(R"("loss": "1/2")", "24h"));
  EXPECT_LT(lossy.skipped, lossy.events / 4);
}

TEST(SteadyState, ALineThatDrawsForEachPacketIsNotPassedOver) {
  const Beside jittering = expect_same(through_a_line(R"("jitter": "1ms")", "24h"));
  EXPECT_EQ(jittering.skipped, 0u);
}

TEST(SteadyState, PassesOverWrappingSequenceNumbers) {
  // A client whose first sequence number lies so near the end that 65,000 bytes a minute wrap
  // within a day.
  std::uint64_t seed = 1;
  while (static_cast<std::uint32_t>(Random(seed, "client", "initial sequence numbers").next()) <
         0xffff'ffff - 50'000'000)
    ++seed;
  const Beside day = expect_same(R"({"duration": "24h", "path": [{"link": {"delay": "10ms"}},
    {"middlebox": {"name": "box", "profile": "linux-conntrack"}}, {"link": {"delay": "20ms"}}],
    "connections": [{"strategy": {"keepalive": {"interval": "60s", "bytes": 65000}}}]})",
                                 seed);
  EXPECT_GT(day.skipped, day.events / 2);
}

// Scenarios in which much repeats itself, and something interferes.
class RandomScenarios {
 public:
  // far_line: what else is said of the outermost line.
  std::string next(const std::string& far_line = "") {
    const bool proxied = random_.below(5) == 0;
    const std::string outer =
        proxied ? R"({"proxy": {"name": "outer", "idle_timeout": "10m", "probes_count": true}})"
                : box("outer");
    std::string connections;
    const std::uint64_t many = number(1, 3);
    for (std::uint64_t i = 0; i < many; ++i)
      connections += (i == 0 ? "" : ", ") + connection(i, proxied);
    const std::string disturbance = pick({"", "", R"({"flush": "inner", "at": "7h0m3s"})",
                                          R"({"cut": "far", "at": "5h1m1s", "for": "4m"})",
                                          R"({"reboot": "inner", "at": "6h2s", "for": "40s"})",
                                          R"({"suspend": "client", "at": "9h4s", "for": "3m"})",
                                          R"({"cut": "far", "at": "8h", "for": "3h"})"});
    return fmt::format(
        R"({{"duration": "{}m", "path": [{{"link": {{"delay": "{}ms"}}}}, {}, {{"link": {{"delay":
        "1ms"}}}}, {}, {{"link": {{"name": "far", "delay": "{}us"{}{}}}}}], "connections": [{}],
        "events": [{}]}})",
        number(700, 3000), number(0, 80), box("inner"), outer, number(1, 90000),
        pick({"", "", "", R"(, "rate": "1Mbps")"}), far_line, connections, disturbance);
  }

 private:
  std::string pick(std::initializer_list<const char*> words) {
    return stayalive::pick(random_, words);
  }
  std::uint64_t number(std::uint64_t low, std::uint64_t high) { return random_.between(low, high); }

  std::string box(const char* name) {
    return fmt::format(
        R"({{"middlebox": {{"name": "{}", "profile": "{}"}}}})", name,
        pick({"home-router", "linux-conntrack", "aws-nlb", "azure-lb", "azure-lb-reset",
              "carrier-nat", "cisco-asa", "fortigate", "pf-normal", "pf-aggressive", "openwrt",
              "linux-ipvs", "rfc-minimum", "gcp-cloud-nat", "juniper-srx", "opnsense"}));
  }
  std::string connection(std::uint64_t position, bool proxied) {
    const bool udp = !proxied && random_.below(3) == 0;
    return fmt::format(
        R"({{"name": "c{}", "start": "{}ms", "transport": "{}", "strategy": {}{}{}}})", position,
        number(0, 3000), udp ? "udp" : "tcp", udp ? datagrams() : stream(),
        udp ? ""
            : pick({"", "", "", "", "", "", "", R"(, "socket": {"client": {"timer_hz": 250}})",
                    R"(, "close_when_idle": {"server": "5h"})",
                    R"(, "close_when_idle": {"server": "6h"})"}),
        traffic());
  }
  // Mostly in step with keepalives, so that both together come round within a run.
  std::string traffic() {
    switch (random_.below(4)) {
      case 0:
        return R"(, "traffic": [{"from": "client", "at": "90m", "bytes": 1200}])";
      case 1:
        return fmt::format(
            R"(, "traffic": [{{"from": "{}", "at": "{}s", "every": "{}s", "bytes": {}{}}}])",
            pick({"client", "server"}), number(3, 900),
            pick({"4", "30", "60", "300", "600", "1009"}), number(1, 1400),
            pick({"", R"(, "answer": {})", R"(, "answer": {"after": "90s", "bytes": 1200})",
                  R"(, "answer": {"after": "2s"}, "give_up": "5s")", R"(, "until": "9h")"}));
      default:
        return "";
    }
  }
  // Seconds; mostly such as come round together within a run.
  std::uint64_t interval() {
    constexpr std::array<std::uint64_t, 9> kCommon{15, 20, 30, 45, 60, 90, 120, 300, 600};
    return random_.below(4) == 0 ? number(5, 700) : kCommon[random_.below(kCommon.size())];
  }
  std::string keepalive() {
    return fmt::format(
        R"({{"keepalive": {{"interval": "{}s", "from": "{}", "answered": {}, "reset_by": "{}",
            "bytes": {}, "give_up_after": "{}"}}}})",
        interval(), pick({"client", "server", "both"}), pick({"true", "false"}),
        pick({"sent", "received", "both", "nothing"}), number(1, 1400), pick({"0s", "47m", "3h"}));
  }
  std::string datagrams() { return random_.below(12) == 0 ? R"("openvpn")" : keepalive(); }
  std::string stream() {
    switch (random_.below(4)) {
      case 0:
        return R"("silent")";
      case 1:
        return fmt::format(
            R"({{"tcp_keepalive": {{"idle": "{}s", "interval": "{}s", "side": "{}"}}}})",
            interval(), number(10, 90), pick({"client", "server", "both"}));
      case 2:
        return fmt::format(
            R"({{"ssh": {{"server_alive_interval": "{}s", "client_alive_interval": "{}s",
                "client_version": "{}", "server_version": "{}"}}}})",
            interval(), random_.below(3) == 0 ? 0 : interval(),
            pick({"openssh-8.3", "openssh-8.4", "openssh-9.2", "openssh-9.8"}),
            pick({"openssh-7.5", "openssh-7.6", "openssh-8.0", "openssh-8.2", "openssh-9.2",
                  "openssh-9.5"}));
      default:
        return keepalive();
    }
  }

  Random random_{11, "steady", "test"};
};

// The random cases are dealt out to several tests, which run beside each other.
constexpr int kShards = 2;

class SteadyStateProperty : public ::testing::TestWithParam<int> {
 protected:
  bool is_mine(int round) const { return round % kShards == GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Shard, SteadyStateProperty, ::testing::Range(0, kShards));

TEST_P(SteadyStateProperty, ASkippedRunIsTheFullRun) {
  RandomScenarios scenarios;
  std::uint64_t events = 0;
  std::uint64_t skipped = 0;
  int some = 0;
  const int rounds = property_runs(60);
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const std::string scenario = scenarios.next();
    if (!is_mine(round)) continue;
    const Beside one = expect_same(scenario);
    events += one.events;
    skipped += one.skipped;
    some += one.skipped > 0 ? 1 : 0;
  }
  // The comparison means something only when much was passed over, and in many of them.
  EXPECT_GT(some, rounds / kShards / 6);
  EXPECT_GT(skipped, events / 10);
}

TEST_P(SteadyStateProperty, ASkippedLossyRunIsTheFullRun) {
  RandomScenarios scenarios;
  Random random(13, "steady", "loss");
  std::uint64_t events = 0;
  std::uint64_t skipped = 0;
  int some = 0;
  const int rounds = property_runs(60);
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const std::string loss = stayalive::pick(
        random, {"1%", "0.3%", "0.1%", "1/2000", "1/10000", "1/100000", "1/4294967295", "100%"});
    const std::string scenario = scenarios.next(R"(, "loss": ")" + loss + '"');
    const std::uint64_t seed = random.next();
    if (!is_mine(round)) continue;
    const Beside one = expect_same(scenario, seed);
    events += one.events;
    skipped += one.skipped;
    some += one.skipped > 0 ? 1 : 0;
  }
  EXPECT_GT(some, rounds / kShards / 8);
  EXPECT_GT(skipped, events / 20);
}

TEST_P(SteadyStateProperty, ASkippedPopulationIsTheFullOne) {
  Random random(12, "steady", "populations");
  Random loss(14, "steady", "populations with loss");
  const auto pick = [&](std::initializer_list<const char*> words) {
    return stayalive::pick(random, words);
  };
  int some = 0;
  const int rounds = property_runs(16);
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const std::string population = fmt::format(
        R"({{"count": {}, "spread": "{}s", "stay": "{}", "transport": "udp",
            "strategy": {{"keepalive": {{"interval": "{}s", "from": "{}", "answered": {},
            "reset_by": "{}", "jitter": "{}"}}}}{}}})",
        random.between(2, 25), random.between(0, 90), pick({"11h", "9h", "100h"}),
        random.between(5, 200), pick({"client", "server", "both"}), pick({"true", "false"}),
        pick({"sent", "received", "both", "nothing"}), pick({"0s", "0s", "0s", "0s", "2s"}),
        pick({"", R"(, "traffic": [{"from": "server", "at": "3m", "every": "4m", "bytes": 99}])",
              R"(, "traffic": [{"from": "client", "at": "90m", "bytes": 1200}])"}));
    const std::string disturbance = pick({"", R"({"flush": "nat", "at": "3h0m3s"})",
                                          R"({"cut": "far", "at": "2h1m1s", "for": "4m"})",
                                          R"({"reboot": "nat", "at": "4h2s", "for": "40s"})"});
    const std::string scenario = fmt::format(
        R"({{"duration": "10h", "path": [{{"link": {{"delay": "{}ms"}}}},
            {{"middlebox": {{"name": "nat", "profile": "{}"}}}},
            {{"link": {{"name": "far", "delay": "20ms", "loss": "{}"}}}}], "connections": [{}],
            "events": [{}]}})",
        random.between(0, 40),
        pick({"home-router", "linux-conntrack", "carrier-nat", "rfc-minimum", "opnsense",
              "aws-nlb"}),
        stayalive::pick(loss, {"0%", "0%", "1/1000000", "1/10000", "1%"}), population, disturbance);
    if (!is_mine(round)) continue;
    const Beside one = expect_same(scenario);
    some += one.skipped > one.events / 4 ? 1 : 0;
  }
  EXPECT_GE(some, rounds / kShards / 10);
}

}  // namespace
}  // namespace stayalive
