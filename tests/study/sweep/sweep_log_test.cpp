// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep_log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "study/trials/tally_json.h"
#include "support/scenario_text.h"
#include "support/sweep_story.h"

namespace stayalive {
namespace {

// The log of a finished sweep.
std::string log_of(const Sweep& sweep, const SweepIdentity& identity) {
  std::string text = sweep_log_head(identity);
  for (std::size_t i = 0; i < sweep.points.size(); ++i) text += sweep_log_line(sweep, i);
  return text;
}

class SweepLog : public ::testing::Test {
 protected:
  SweepStory story_{kInterval, {}};
  Sweep sweep_ = story_.run();
  SweepIdentity identity_ = identify(story_.document(), story_.request, sweep_, "1.0");
  std::string text_ = log_of(sweep_, identity_);

  // What is wrong with a log of another identity.
  std::string complaint(const SweepIdentity& other) {
    Sweep fresh = story_.plan();
    const Result<std::size_t> read = read_sweep_log(log_of(sweep_, other), "f", identity_, fresh);
    return read.ok() ? "none" : to_string(read.errors().front());
  }
};

TEST_F(SweepLog, WhatIsReadBackIsWhatWasWritten) {
  Sweep fresh = story_.plan();
  const Result<std::size_t> read = read_sweep_log(text_, "f", identity_, fresh);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value(), text_.size());
  EXPECT_EQ(fresh.done(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sweep_log_line(fresh, i), sweep_log_line(sweep_, i));
  }
  EXPECT_EQ(fresh.points[2].connections[0].blame.timer, "tcp.established");
  EXPECT_EQ(fresh.points[2].connections[0].died.least, sweep_.points[2].connections[0].died.least);
}

TEST_F(SweepLog, ATornLastLineIsIgnoredWhereverItIsTorn) {
  const std::size_t last = text_.rfind('\n', text_.size() - 2) + 1;
  for (std::size_t size = last; size < text_.size(); ++size) {
    Sweep fresh = story_.plan();
    const Result<std::size_t> read =
        read_sweep_log(std::string_view(text_).substr(0, size), "f", identity_, fresh);
    ASSERT_TRUE(read.ok()) << size;
    EXPECT_EQ(read.value(), last);
    EXPECT_EQ(fresh.done(), 2u);
  }
}

TEST_F(SweepLog, ATornFirstLineIsIgnoredOnlyWhenItIsOurs) {
  const std::string head = sweep_log_head(identity_);
  for (std::size_t size = 0; size < head.size(); ++size) {
    Sweep fresh = story_.plan();
    const Result<std::size_t> read =
        read_sweep_log(std::string_view(head).substr(0, size), "f", identity_, fresh);
    ASSERT_TRUE(read.ok()) << size;
    EXPECT_EQ(read.value(), 0u);
  }
  Sweep fresh = story_.plan();
  EXPECT_FALSE(read_sweep_log("my diary", "f", identity_, fresh).ok());
}

TEST_F(SweepLog, SaysWhatDiffersInTheFileOfAnotherSweep) {
  EXPECT_EQ(complaint(identity_), "none");
  SweepIdentity other = identity_;
  other.program = "2.0";
  EXPECT_TRUE(says(complaint(other), "the version of the program"));
  other = identity_;
  other.text ^= 1;
  EXPECT_TRUE(says(complaint(other), "the scenario's text"));
  other.seed = 2;
  EXPECT_TRUE(says(complaint(other), "the scenario's text, --seed"));
  other = identity_;
  other.runs = 3;
  EXPECT_TRUE(says(complaint(other), "--seeds"));
  other = identity_;
  other.profiles ^= 1;
  EXPECT_TRUE(says(complaint(other), "the profile files"));
  SweepRequest request = story_.request;
  request.axes.push_back(parse_axis("seed=1,2").value());
  const Result<Sweep> larger = plan_sweep(story_.document(), request);
  ASSERT_TRUE(larger.ok());
  other = identify(story_.document(), request, larger.value(), "1.0");
  EXPECT_TRUE(says(complaint(other), "what differs: the axes"));
  EXPECT_NE(other.fingerprint(), identity_.fingerprint());
}

TEST_F(SweepLog, LinesThatAreNoPointsAreMistakesWithTheirNumber) {
  const std::string head = sweep_log_head(identity_);
  for (const std::string line :
       {"", "x", "{}", R"({"point": 3, "connections": []})", R"({"point": -1, "connections": []})",
        R"({"point": 0, "connections": [[]]})", R"({"point": 0, "connections": 1})"}) {
    Sweep fresh = story_.plan();
    const Result<std::size_t> read = read_sweep_log(head + line + "\n", "f", identity_, fresh);
    ASSERT_FALSE(read.ok()) << line;
    EXPECT_EQ(read.errors().front().line, 2u);
  }
}

std::optional<Tally> read_back(const nlohmann::ordered_json& json) {
  const std::string text = json.dump();
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> value = parse_json(SourceText(text, "tally.json"), errors);
  return value ? read_tally(*value) : std::nullopt;
}

TEST(TallyJson, ValuesThatNoTallyHasAreRefused) {
  Tally tally;
  tally.runs = 2;
  tally.held = 1;
  tally.name = "c";
  nlohmann::ordered_json good = tally_json(tally);
  tally.failed_seed = UINT64_MAX;
  tally.longest_run = 90min;
  ASSERT_TRUE(read_back(good).has_value());
  EXPECT_EQ(read_back(tally_json(tally))->failed_seed, UINT64_MAX);
  EXPECT_EQ(read_back(tally_json(tally))->longest_run, 90min);
  for (std::size_t i = 0; i < good.size(); ++i) {
    nlohmann::ordered_json wrong = good;
    wrong[i] = nullptr;
    EXPECT_FALSE(read_back(wrong).has_value()) << i;
  }
  for (const auto& wrong : {nlohmann::ordered_json(-1), nlohmann::ordered_json(2.0)}) {
    nlohmann::ordered_json runs = good;
    runs[2] = wrong;
    EXPECT_FALSE(read_back(runs).has_value()) << wrong;
  }
  nlohmann::ordered_json more = good;
  more.push_back(0);
  EXPECT_FALSE(read_back(more).has_value());
  EXPECT_FALSE(read_back({{"name", "c"}}).has_value());
  good[3] = 3;
  EXPECT_FALSE(read_back(good).has_value()) << "more held than were run";
}

}  // namespace
}  // namespace stayalive
