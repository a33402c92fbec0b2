// SPDX-License-Identifier: Apache-2.0
#include "study/trials/medium_cost.h"

#include <gtest/gtest.h>

#include "run/run.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

const Medium& medium(std::string_view name) {
  for (const Medium* each : builtin_media()) {
    if (each->name == name) return *each;
  }
  ADD_FAILURE() << "there is no medium " << name;
  return *builtin_media().front();
}

// A keepalive of so many bytes over UDP, without an answer, for a day.
Cost cost_of(const std::string& interval, int bytes) {
  const Scenario scenario = right(R"({"duration": "1d", "path": [{"link": {"delay": "10ms"}}],
    "connections": [{"transport": "udp", "strategy": {"keepalive": {"interval": ")" +
                                  interval + R"(", "answered": false, "reset_by": "nothing",
                                  "bytes": )" +
                                  std::to_string(bytes) + "}}}]}");
  Tally tally;
  tally.add(run(scenario).connections[0], scenario.duration, 1);
  return tally.cost;
}

// By the numbers of ARO an exchange alone takes 11.37 J: 39.3 kJ a day at 25 s, 73 % of 15 Wh, and
// 3.3 kJ at 300 s.
TEST(MediumCost, OnLteEachKeepaliveAloneCostsItsTail) {
  const MediumCost often = cost_on(medium("lte"), cost_of("25s", 32));
  EXPECT_NEAR(static_cast<double>(*often.milliwatt_hours), 39.3e3 / 3.6, 20);
  EXPECT_NEAR(*often.share_of_battery, 0.73, 0.005);
  EXPECT_EQ(*often.awake, 3455 * 10s);
  const MediumCost seldom = cost_on(medium("lte"), cost_of("300s", 32));
  EXPECT_NEAR(static_cast<double>(*seldom.milliwatt_hours), 287 * 11.37 / 3.6, 5);
  EXPECT_EQ(cost_on(medium("lte"), cost_of("300s", 1000)).milliwatt_hours, seldom.milliwatt_hours);
}

// The radio never sleeps: 94.3 kJ, whatever the interval.
TEST(MediumCost, OnLteIntervalsWithinTheTailCostTheSame) {
  const auto energy = [](const std::string& interval) {
    return static_cast<double>(*cost_on(medium("lte"), cost_of(interval, 32)).milliwatt_hours);
  };
  EXPECT_NEAR(energy("9s"), 94.3e3 / 3.6, 30);
  EXPECT_NEAR(energy("5s"), energy("9s"), 3);
  EXPECT_LT(energy("12s"), energy("9s") - 500);
}

TEST(MediumCost, OnWifiTheTailIsAQuarterOfASecond) {
  const MediumCost cost = cost_on(medium("wifi"), cost_of("25s", 32));
  EXPECT_EQ(*cost.awake, 864s);  // 3455 times, rounded
  EXPECT_EQ(*cost.milliwatt_hours, 97u);
  const MediumCost busy = cost_on(medium("wifi"), cost_of("100ms", 32));
  EXPECT_NEAR(static_cast<double>(busy.awake->count()) / 1e9, 86400, 2);
}

// A frame has 64 bytes at least: of 46 bytes of IP, which are 18 of UDP payload.
TEST(MediumCost, OnEthernetShortPacketsAreFilledUp) {
  const auto frame = [](int bytes) {
    const Cost cost = cost_of("25s", bytes);
    return cost_on(medium("ethernet"), cost).bytes / cost.packets;
  };
  EXPECT_EQ(frame(1), 64u);
  EXPECT_EQ(frame(18), 64u);
  EXPECT_EQ(frame(19), 65u);
  EXPECT_EQ(frame(100), 146u);
  EXPECT_FALSE(cost_on(medium("ethernet"), cost_of("25s", 1)).milliwatt_hours);
}

// What is short is not filled up elsewhere.
TEST(MediumCost, OtherMediaAddTheirHeaders) {
  const Cost cost = cost_of("25s", 1);
  EXPECT_EQ(cost_on(medium("lte"), cost).bytes, cost.packets * (29 + 6));
  EXPECT_EQ(cost_on(medium("wifi"), cost).bytes, cost.packets * (29 + 38));
}

TEST(Media, OnlyHaveTailsThatRunsCountWith) {
  const auto text = [](const std::string& tail) {
    return R"({"kind": "medium", "name": "m", "title": "M", "summary": "It is.", "simplified": "",
      "checked": "2026-11-30", "sources": {},
      "values": {"tail_time": {"value": ")" +
           tail + R"(", "status": "recalled"}}})";
  };
  EXPECT_TRUE(parse_medium(text("10s"), "m.json").ok());
  EXPECT_TRUE(parse_medium(text("250ms"), "m.json").ok());
  const Result<Medium> other = parse_medium(text("11s"), "m.json");
  ASSERT_FALSE(other.ok());
  EXPECT_NE(to_string(other.errors().front()).find("runs do not count with 11s"),
            std::string::npos);
}

}  // namespace
}  // namespace stayalive
