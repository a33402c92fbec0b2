// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "run/beside.h"

// Cadences of the generic keepalive in runs that pass over what repeats itself.
namespace stayalive {
namespace {

std::string with_cadence(const std::string& options, const std::string& more,
                         const std::string& events) {
  return R"({"duration": "4d", "path": [{"link": {"name": "line", "delay": "30ms"}},
      {"middlebox": {"name": "nat", "profile": "linux-conntrack"}}],
    "connections": [{"strategy": {"keepalive": {)" +
         options + "}}" + more + "}]" + events + "}";
}

// For a week, and with a cut that everything begins anew after, and with one that ends it.
void expect_cadence_repeats(const std::string& options, const std::string& more = "") {
  const Beside quiet = expect_same(with_cadence(options, more, ""));
  EXPECT_GT(quiet.skipped, quiet.events / 2) << options << ": nearly all of it is passed over";
  expect_same(with_cadence(options, more, R"(, "events": [{"at": "30h1s", "cut": "line",
      "for": "7s"}])"));
  expect_same(with_cadence(options, more, R"(, "events": [{"at": "30h1s", "cut": "line"}])"));
}

TEST(SteadyCadence, LooksOnAGridRepeatThemselves) {
  expect_cadence_repeats(R"("interval": "30s", "look_every": "30s", "answered": false,
      "from": "both", "give_up_after": "2m", "check_every": "1m")");
  expect_cadence_repeats(R"("interval": "30s", "look_every": "30s", "reset_by": "received")");
  expect_cadence_repeats(R"("interval": "14s", "look_every": "5s", "look_phase": "2s")");
  // Traffic with a period of its own moves along the grid.
  expect_cadence_repeats(R"("interval": "30s", "look_every": "30s", "retries": 3)",
                         R"(, "traffic": [{"every": "70s"}])");
}

TEST(SteadyCadence, LimitsThatNobodyReachesRepeatThemselves) {
  expect_cadence_repeats(R"("interval": "20s", "reset_by": "received", "retries": 6,
      "retry_interval": "4s", "retry_growth": 180)",
                         R"(, "transport": "udp")");
  expect_cadence_repeats(R"("interval": "30s", "retry_interval": "500ms", "retry_growth": 200,
      "retry_for": "60s", "retry_most": "9s")");
  expect_cadence_repeats(R"("interval": "30s", "from": "both", "server_interval": "20s",
      "answered": false, "give_up_after": "2m", "server_give_up_after": "3m")");
}

TEST(SteadyCadence, WhatStartsWithUseRepeatsItselfWithTheUse) {
  expect_cadence_repeats(R"("interval": "5s", "only_after_data": true, "retries": 1,
      "retry_interval": "10s")",
                         R"(, "transport": "udp", "traffic": [{"every": "20s"}])");
}

TEST(SteadyCadence, ASilenceThatEitherEndEndsRepeatsItself) {
  for (const std::string silence : {"both", "first-sent"}) {
    expect_cadence_repeats(R"("interval": "15s", "reset_by": "received", "give_up_after": "40s",
        "retry_interval": "1s", "silence_ends_by": ")" +
                           silence + "\"");
  }
}

}  // namespace
}  // namespace stayalive
