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
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    text += sweep_log_line(sweep, i, identity.fingerprint());
  }
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
    const Result<SweepLogDamage> read =
        read_sweep_log(log_of(sweep_, other), "f", identity_, fresh);
    return read.ok() ? "none" : to_string(read.errors().front());
  }
};

TEST_F(SweepLog, WhatIsReadBackIsWhatWasWritten) {
  Sweep fresh = story_.plan();
  const Result<SweepLogDamage> read = read_sweep_log(text_, "f", identity_, fresh);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value().whole, text_.size());
  EXPECT_TRUE(read.value().lines.empty());
  EXPECT_FALSE(read.value().head);
  EXPECT_EQ(fresh.done(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sweep_log_line(fresh, i, 0), sweep_log_line(sweep_, i, 0));
  }
  EXPECT_EQ(fresh.points[2].connections[0].blame.timer, "tcp.established");
  EXPECT_EQ(fresh.points[2].connections[0].died.least, sweep_.points[2].connections[0].died.least);
}

TEST_F(SweepLog, ATornLastLineIsIgnoredWhereverItIsTorn) {
  const std::size_t last = text_.rfind('\n', text_.size() - 2) + 1;
  for (std::size_t size = last; size < text_.size(); ++size) {
    Sweep fresh = story_.plan();
    const Result<SweepLogDamage> read =
        read_sweep_log(std::string_view(text_).substr(0, size), "f", identity_, fresh);
    ASSERT_TRUE(read.ok()) << size;
    EXPECT_EQ(read.value().whole, last);
    EXPECT_EQ(fresh.done(), 2u);
  }
}

TEST_F(SweepLog, ATornFirstLineIsIgnoredOnlyWhenItIsOurs) {
  const std::string head = sweep_log_head(identity_);
  for (std::size_t size = 0; size < head.size(); ++size) {
    Sweep fresh = story_.plan();
    const Result<SweepLogDamage> read =
        read_sweep_log(std::string_view(head).substr(0, size), "f", identity_, fresh);
    ASSERT_TRUE(read.ok()) << size;
    EXPECT_EQ(read.value().whole, 0u);
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

TEST_F(SweepLog, ALineThatIsNoPointIsNamedAndMadeBlank) {
  const std::string head = sweep_log_head(identity_);
  for (const std::string line :
       {"x", "{}", R"({"point": 3, "connections": []})", R"({"point": 0, "connections": [[]]})",
        R"({"point":0,"connections":[],"check":"0000000000000000"})"}) {
    Sweep fresh = story_.plan();
    const Result<SweepLogDamage> read = read_sweep_log(head + line + "\n", "f", identity_, fresh);
    ASSERT_TRUE(read.ok()) << line;
    ASSERT_EQ(read.value().lines.size(), 1u) << line;
    EXPECT_EQ(read.value().lines[0].number, 2u);
    EXPECT_EQ(read.value().lines[0].begin, head.size());
    EXPECT_EQ(read.value().lines[0].repaired, std::string(line.size(), ' '));
    EXPECT_EQ(fresh.done(), 0u);
  }
  Sweep fresh = story_.plan();
  const Result<SweepLogDamage> read = read_sweep_log(head + "   \n\n", "f", identity_, fresh);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read.value().lines.empty()) << "blank already";
}

TEST_F(SweepLog, AChangedByteCostsOnePointWhereverItIs) {
  const std::size_t head = sweep_log_head(identity_).size();
  for (std::size_t at = 0; at < text_.size(); ++at) {
    for (const char change : {'\1', '\x80', ' ', '\n'}) {
      std::string changed = text_;
      changed[at] = static_cast<char>(changed[at] ^ change);
      if (change == '\n') changed[at] = '\n';
      if (changed == text_) continue;
      Sweep fresh = story_.plan();
      const Result<SweepLogDamage> read = read_sweep_log(changed, "f", identity_, fresh);
      ASSERT_TRUE(read.ok()) << at;
      // The end of the last line is that of the text.
      const bool in_head = at < head;
      const bool line_end = text_[at] == '\n';
      EXPECT_EQ(fresh.done(), in_head || (line_end && at + 1 < text_.size()) ? 3u : 2u) << at;
      for (std::size_t i = 0; i < 3; ++i) {
        if (!fresh.points[i].done) continue;
        EXPECT_EQ(sweep_log_line(fresh, i, 0), sweep_log_line(sweep_, i, 0)) << at;
      }
      // What is repaired is whole.
      std::string repaired = changed.substr(0, read.value().whole);
      if (read.value().head) repaired.replace(0, head, sweep_log_head(identity_));
      for (const SweepLogDamage::Line& line : read.value().lines) {
        repaired.replace(line.begin, line.repaired.size(), line.repaired);
      }
      Sweep again = story_.plan();
      const Result<SweepLogDamage> second = read_sweep_log(repaired, "f", identity_, again);
      ASSERT_TRUE(second.ok()) << at;
      EXPECT_TRUE(second.value().lines.empty()) << at;
      EXPECT_FALSE(second.value().head) << at;
      EXPECT_EQ(again.done(), fresh.done()) << at;
    }
  }
}

TEST_F(SweepLog, ALineOfAnotherSweepIsNotTaken) {
  SweepIdentity other = identity_;
  other.seed = 2;
  Sweep fresh = story_.plan();
  const std::string line = sweep_log_line(sweep_, 0, other.fingerprint());
  const Result<SweepLogDamage> read =
      read_sweep_log(sweep_log_head(identity_) + line, "f", identity_, fresh);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value().lines.size(), 1u);
  EXPECT_EQ(fresh.done(), 0u);
}

std::optional<Tally> read_back(const std::string& text) {
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> value = parse_json(SourceText(text, "tally.json"), errors);
  return value ? read_tally(*value) : std::nullopt;
}

// All that a sweep shows of a closest call, and of why a point failed.
TEST(TallyJson, WhatIsReadBackIsWhatWasWritten) {
  Tally tally;
  tally.runs = 3;
  tally.held = 2;
  ClosestCall& call = tally.closest_call.emplace();
  call.who = "nat";
  call.timer = "tcp.established";
  call.timeout = 300s;
  call.left = 1s;
  call.status = ValueStatus::Recalled;
  call.silence = 299s;
  call.from = Side::External;
  call.by = PacketKind::KeepaliveProbe;
  call.slip = 2s;
  SessionTally& session = tally.session.emplace();
  session.opened = 7;
  session.page_load.add(3s);
  ServerTally& server = tally.at_server.emplace();
  server.kept_out = 5;
  server.longest_wait.add(4s);
  const std::string text = tally_json(tally);
  const std::optional<Tally> back = read_back(text);
  ASSERT_TRUE(back && back->closest_call);
  EXPECT_TRUE(*back->closest_call == call);
  ASSERT_TRUE(back->session && back->at_server);
  EXPECT_EQ(back->session->page_load.most, 3s);
  EXPECT_EQ(back->at_server->kept_out, 5u);
  EXPECT_EQ(tally_json(*back), text);
}

TEST(TallyJson, ValuesThatNoTallyHasAreRefused) {
  Tally tally;
  tally.runs = 2;
  tally.held = 1;
  tally.name = "c";
  nlohmann::ordered_json good = nlohmann::ordered_json::parse(tally_json(tally));
  tally.failed_seed = UINT64_MAX;
  tally.longest_run = 90min;
  ASSERT_TRUE(read_back(good.dump()).has_value());
  EXPECT_EQ(read_back(tally_json(tally))->failed_seed, UINT64_MAX);
  EXPECT_EQ(read_back(tally_json(tally))->longest_run, 90min);
  for (std::size_t i = 0; i < good.size(); ++i) {
    nlohmann::ordered_json wrong = good;
    wrong[i] = nullptr;
    EXPECT_FALSE(read_back(wrong.dump()).has_value()) << i;
  }
  for (const auto& wrong : {nlohmann::ordered_json(-1), nlohmann::ordered_json(2.0)}) {
    nlohmann::ordered_json runs = good;
    runs[2] = wrong;
    EXPECT_FALSE(read_back(runs.dump()).has_value()) << wrong;
  }
  nlohmann::ordered_json more = good;
  more.push_back(0);
  EXPECT_FALSE(read_back(more.dump()).has_value());
  EXPECT_FALSE(read_back(R"({"name": "c"})").has_value());
  good[3] = 3;
  EXPECT_FALSE(read_back(good.dump()).has_value()) << "more held than were run";
}

}  // namespace
}  // namespace stayalive
