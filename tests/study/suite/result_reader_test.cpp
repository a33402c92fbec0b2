// SPDX-License-Identifier: Apache-2.0
#include "study/suite/result_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "support/golden.h"

namespace stayalive {
namespace {

std::string recorded() {
  return project_text("tests/golden/results/ssh-behind-a-home-router.json");
}

std::string first_error(const std::string& text) {
  const Result<std::vector<RunReport>> result = parse_result(text, "r.json");
  return result.ok() ? "no error" : to_string(result.errors().front());
}

// A result with one connection, with a part of its text replaced.
std::string edited(const std::string& part, const std::string& by) {
  std::string text = recorded();
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), by);
}

// The line of the recorded result in which the text first stands, from 1.
std::string line_of(const std::string& part) {
  const std::string text = recorded();
  const auto at = static_cast<std::ptrdiff_t>(text.find(part));
  return std::to_string(1 + std::count(text.begin(), text.begin() + at, '\n'));
}

TEST(ResultReader, FindsWhatTheWriterWrote) {
  const Result<std::vector<RunReport>> result = parse_result(recorded(), "r.json");
  ASSERT_TRUE(result.ok()) << first_error(recorded());
  ASSERT_EQ(result.value().size(), 1u);
  const RunReport& report = result.value().front();
  EXPECT_EQ(report.file, "scenarios/ssh-behind-a-home-router.json");
  EXPECT_TRUE(report.holds());
  EXPECT_EQ(report.expectations.size(), 8u);
  ASSERT_EQ(report.connections.size(), 6u);
  const ConnectionReport& late = report.connections[3];
  EXPECT_EQ(late.name, "every-6m");
  EXPECT_EQ(late.outcome, Outcome::Forgotten);
  EXPECT_EQ(late.blame.who, "home-router");
  EXPECT_EQ(late.blame.timer, "tcp.established");
  EXPECT_EQ(late.blame.timeout, Duration(5min));
  EXPECT_EQ(late.sides[0].outcome, Outcome::Detected);
  EXPECT_TRUE(late.sides[0].noticed_at);
  EXPECT_FALSE(late.sides[1].noticed_at);
}

TEST(ResultReader, EveryRecordedResultIsRead) {
  for (const auto& entry :
       std::filesystem::directory_iterator(project_path("tests/golden/results"))) {
    const std::string name = "tests/golden/results/" + entry.path().filename().string();
    EXPECT_EQ(first_error(project_text(name)), "no error") << name;
  }
}

TEST(ResultReader, MembersThatItDoesNotKnowArePassedOver) {
  EXPECT_EQ(first_error(edited("\"runs\"", "\"more\": [1], \"runs\"")), "no error");
}

TEST(ResultReader, AnotherVersionIsRefused) {
  EXPECT_EQ(first_error(edited("\"version\": 1", "\"version\": 2")),
            "r.json:3:14: at /version: found 2; allowed: 1");
}

TEST(ResultReader, SaysWhereSomethingIsWrong) {
  EXPECT_EQ(first_error(edited("\"outcome\": \"alive\"", "\"outcome\": \"well\"")),
            "r.json:" + line_of("\"outcome\": \"alive\"") +
                ":22: at /runs/0/connections/0/outcome: found \"well\"; allowed: alive, remapped, "
                "forgotten, detected, reset, closed or refused");
  const std::string place = "r.json:" + line_of("\"forgotten_at\": null") +
                            ":29: at /runs/0/connections/0/client/forgotten_at: ";
  const auto forgotten_at = [](const std::string& number) {
    return first_error(edited("\"forgotten_at\": null", "\"forgotten_at\": " + number));
  };
  EXPECT_EQ(forgotten_at("-1"), place + "found -1; allowed: a number of seconds");
  EXPECT_EQ(forgotten_at("9000000001"), place + "found 9000000001; allowed: a number of seconds");
  EXPECT_EQ(forgotten_at("9000000000.0"), "no error");
  EXPECT_EQ(forgotten_at("0.5"), "no error");
  EXPECT_EQ(first_error(edited("\"runs\"", "\"rnus\"")),
            "r.json:1:1: the key \"runs\" is missing; allowed: the runs of the result");
}

TEST(ResultReader, WhatIsNoResultIsRefused) {
  EXPECT_EQ(first_error("{}"),
            "r.json:1:1: this is no result; allowed: a JSON result of run or test");
  EXPECT_EQ(first_error("[]"),
            "r.json:1:1: this is no result; allowed: a JSON result of run or test");
  EXPECT_EQ(first_error("{\"format\": \"stayalive-result\",").rfind("r.json:1:", 0), 0u);
  EXPECT_NE(first_error(std::string(70, '[')).find("nested too deeply"), std::string::npos);
}

TEST(ResultReader, IsSafeWhereverTheTextEnds) {
  const std::string text = recorded();
  for (std::size_t length = 0; length < text.size(); length += 997) {
    EXPECT_FALSE(parse_result(text.substr(0, length), "r.json").ok()) << length;
  }
}

}  // namespace
}  // namespace stayalive
