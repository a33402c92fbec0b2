// SPDX-License-Identifier: Apache-2.0
#include "report/page/run_page.h"

#include <gtest/gtest.h>

#include <sstream>

#include "report/page/replayed_ladders.h"
#include "run/run.h"
#include "support/page_story.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

// A firewall that forgets after 30 minutes, and of two connections one keeps alive.
constexpr const char* kTwo = R"({"title": "A <title>", "duration": "2h",
  "path": [{"middlebox": {"name": "fw", "profile": "linux-firewall",
            "timeouts": {"tcp.established": "30m"}}}],
  "connections": [{"name": "pings", "strategy": {"tcp_keepalive": {"idle": "10m"}}},
                  {"name": "silent"}, {"name": "many", "count": 3}],
  "expect": [EXPECTATIONS]})";

std::string two_that(const std::string& expectations) {
  std::string text = kTwo;
  text.replace(text.find("EXPECTATIONS"), 12, expectations);
  return text;
}

std::string page_of_run(const std::string& text) {
  const Scenario scenario = right(text);
  const RunReport report = run(scenario);
  std::ostringstream out;
  write_run_page(out, {scenario, report, text}, "made here");
  return out.str();
}

TEST(RunPage, TheVerdictComesFirstThenPicturesThenEvidence) {
  const std::string page = page_of_run(two_that(R"({"connection": "silent", "is": "alive"},
                              {"connection": "pings", "is": "alive"})"));
  expect_in_order(page, {"<h1>A &lt;title&gt;</h1>",
                         "verdict bad",
                         "1 of 2 expectations fail",
                         "silent is alive",
                         "found: ",
                         "fw forgot the connection",
                         "aria-label=\"All connections on one line of time\"",
                         "<svg id=\"figure-1\"",
                         "aria-label=\"Ladder of silent\"",
                         "<svg id=\"figure-2\"",
                         "fw forgets it: 30m of tcp.established",
                         "many: stands for many",
                         "<h2>Evidence</h2>",
                         ">CONNECTION</th>",
                         "FAILS",
                         "<h2>Where the values are from</h2>",
                         "linux-firewall",
                         "<h2>The scenario</h2>",
                         "&quot;duration&quot;: &quot;2h&quot;",
                         "made here"});
  EXPECT_EQ(page.find("Ladder of pings"), std::string::npos) << "it held";
}

TEST(RunPage, SaysWhenAllIsAsExpected) {
  const std::string page = page_of_run(two_that(R"({"connection": "silent", "is": "forgotten"})"));
  expect_in_order(page, {"verdict good", "What is expected holds (1 expectation)",
                         "aria-label=\"Ladder of silent\""});
}

TEST(RunPage, WithoutExpectationsConnectionsAreJudged) {
  const std::string page = page_of_run(two_that(""));
  expect_in_order(page, {"verdict bad", "2 of 3 connections did not hold",
                         "<strong>silent</strong>", "fw forgot"});
}

// The one that was to hold comes first, though another stands before it.
TEST(RunPage, WhatAnExpectationSaysIsDrawnFirst) {
  const Scenario scenario = right(R"({"duration": "2h",
    "path": [{"middlebox": {"name": "fw", "profile": "linux-firewall",
              "timeouts": {"tcp.established": "30m"}}}],
    "connections": [{"name": "a"}, {"name": "b"}],
    "expect": [{"connection": "a", "is": "forgotten"}, {"connection": "b", "is": "alive"}]})");
  EXPECT_EQ(failed_connections(scenario, run(scenario)), (std::vector<std::size_t>{1, 0}));
}

TEST(RunPage, DrawsNoMoreLaddersThanAnybodyReads) {
  std::string connections;
  for (int i = 0; i < 8; ++i)
    connections += (i == 0 ? "" : ", ") + std::string("{\"name\": \"c") + std::to_string(i) + "\"}";
  const std::string page = page_of_run(R"({"duration": "2h", "path": [{"middlebox":
    {"name": "fw", "profile": "linux-firewall", "timeouts": {"tcp.established": "30m"}}}],
    "connections": [)" + connections + "]}");
  EXPECT_NE(page.find("Ladder of c5"), std::string::npos);
  EXPECT_EQ(page.find("Ladder of c6"), std::string::npos);
  EXPECT_NE(page.find("2 connections more failed; `stayalive explain` draws each"),
            std::string::npos);
}

}  // namespace
}  // namespace stayalive
