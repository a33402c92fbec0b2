// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/random.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/population_story.h"
#include "support/property_runs.h"

namespace stayalive {
namespace {

// The same messages one by one.
std::vector<TrafficSpec> written_out(const std::vector<TrafficSpec>& traffic, TimePoint end) {
  std::vector<TrafficSpec> list;
  for (TrafficSpec item : traffic) {
    const std::optional<Duration> every = item.every;
    const TimePoint until = std::min(item.until, end);
    item.every.reset();
    item.until = kNever;
    list.push_back(item);
    while (every && later(item.at, *every) < until) {
      item.at = later(item.at, *every);
      list.push_back(item);
    }
  }
  return list;
}

std::array<std::uint64_t, 7> numbers(const MessageCounters& its) {
  return {its.sent, its.delivered, its.late, its.lost, its.unsent, its.asked, its.answered};
}

void compare_with_list(const Scenario& scenario) {
  Scenario list = scenario;
  for (ConnectionSpec& connection : list.connections)
    connection.traffic = written_out(connection.traffic, later(kStart, scenario.duration));
  const RunReport by_rule = run(scenario);
  const RunReport by_list = run(list);
  EXPECT_EQ(by_rule.events, by_list.events);
  EXPECT_EQ(by_rule.digest, by_list.digest);
  for (std::size_t i = 0; i < by_rule.connections.size(); ++i) {
    for (const Role role : {Role::Client, Role::Server}) {
      const SideReport& a = by_rule.connections[i].sides[index(role)];
      const SideReport& b = by_list.connections[i].sides[index(role)];
      EXPECT_EQ(numbers(a.messages), numbers(b.messages)) << name(role);
      EXPECT_EQ(a.unsent_at, b.unsent_at) << name(role);
      EXPECT_EQ(a.outcome, b.outcome) << name(role);
    }
  }
}

std::string random_item(Random& random) {
  return fmt::format(R"({{"from": "{}", "at": "{}s", "every": "{}s", "bytes": {}{}{}}})",
                     pick(random, {"client", "server"}), random.between(0, 900),
                     random.between(1, 60) * random.between(1, 30), random.between(1, 1400),
                     pick(random, {"", "", R"(, "until": "3h")"}),
                     pick(random, {"", R"(, "answer": {})", R"(, "answer": {"after": "70s"})",
                                   R"(, "answer": {"after": "2s"}, "give_up": "1m")"}));
}

TEST(RepeatedTraffic, IsTheSameAsTheListOfItsMessages) {
  Random random(41, "repeated traffic", "test");
  const int rounds = property_runs(40);
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    std::string items = random_item(random);
    for (std::uint64_t more = random.below(3); more > 0; --more)
      items += ", " + random_item(random);
    const std::string text = fmt::format(
        R"({{"duration": "4h", "seed": {}, "late_after": "{}",
            "path": [{{"link": {{"delay": "{}ms", "loss": "{}"}}}},
                     {{"middlebox": {{"name": "box", "profile": "{}"}}}},
                     {{"link": {{"name": "far", "delay": "15ms"}}}}],
            "connections": [{{"name": "c", "transport": "{}", "traffic": [{}]}}],
            "events": [{}]}})",
        random.between(1, 1000), pick(random, {"1s", "30s", "10ms"}), random.between(0, 90),
        pick(random, {"0%", "0%", "1%", "20%"}),
        pick(random, {"home-router", "aws-nlb", "carrier-nat", "azure-lb-reset"}),
        pick(random, {"tcp", "udp"}), items,
        pick(random,
             {"", R"({"kill": "c", "at": "2h"})", R"({"cut": "far", "at": "1h0m5s", "for": "40m"})",
              R"({"flush": "box", "at": "90m"})"}));
    SCOPED_TRACE(text);
    const Result<Scenario> scenario = parse_scenario(text, "traffic");
    ASSERT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
    compare_with_list(scenario.value());
  }
}

}  // namespace
}  // namespace stayalive
