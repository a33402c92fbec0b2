// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep_merge.h"

#include <gtest/gtest.h>

#include "study/sweep/sweep_log_line.h"
#include "support/says.h"
#include "support/sweep_story.h"

namespace stayalive {
namespace {

// Three points, of two shards.
class Merge : public ::testing::Test {
 protected:
  std::string log_of_shard(const Shard& shard) const {
    std::string text = sweep_log_head(identity_);
    text += sweep_log_origin({sweep_.file, sweep_.title, shard}, identity_.fingerprint());
    for (std::size_t i = 0; i < sweep_.points.size(); ++i) {
      if (shard.has(i)) text += sweep_log_line(sweep_, i, identity_.fingerprint());
    }
    return text;
  }
  // Of all logs, called "1", "2", and so on; the first mistake.
  std::string complaint(const std::vector<std::string>& logs) {
    SweepMerge merge("1.0");
    for (std::size_t i = 0; i < logs.size() && !merge.begun(); ++i) {
      const auto errors = merge.begin(logs[i], std::to_string(i + 1));
      if (!errors.empty()) return to_string(errors.front());
    }
    if (!merge.begun()) return "not begun";
    for (std::size_t i = 0; i < logs.size(); ++i) {
      const auto damage = merge.add(logs[i], std::to_string(i + 1));
      if (!damage.ok()) return to_string(damage.errors().front());
    }
    const Result<Sweep> merged = merge.finish();
    if (!merged.ok()) return to_string(merged.errors().front());
    merged_ = merged.value();
    gaps_ = merge.gaps();
    return "none";
  }

  SweepStory story_{kInterval, {}};
  Sweep sweep_ = story_.run();
  SweepIdentity identity_ = identify(story_.document(), story_.request, sweep_, "1.0");
  std::string first_ = log_of_shard({1, 2});
  std::string second_ = log_of_shard({2, 2});
  Sweep merged_;
  std::vector<SweepMerge::Gap> gaps_;
};

TEST_F(Merge, IsTheSweepInWhateverOrderItsLogsAre) {
  for (const auto& logs : {std::vector{first_, second_}, std::vector{second_, first_, first_}}) {
    ASSERT_EQ(complaint(logs), "none");
    EXPECT_TRUE(gaps_.empty());
    EXPECT_EQ(merged_.title, "An interval");
    EXPECT_EQ(merged_.file, "s.json");
    EXPECT_EQ(merged_.axes[0].path, sweep_.axes[0].path);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(label(merged_.axes[0].values[i]), label(sweep_.axes[0].values[i]));
      EXPECT_EQ(sweep_log_line(merged_, i, 0), sweep_log_line(sweep_, i, 0));
    }
  }
}

TEST_F(Merge, SaysWhoseThePointsAreThatAreMissing) {
  std::vector<std::size_t> of_second;
  for (std::size_t i = 0; i < 3; ++i) {
    if (shard_of(i, 2) == 2) of_second.push_back(i);
  }
  ASSERT_EQ(complaint({first_}), "none");
  ASSERT_EQ(gaps_.size(), 1U);
  EXPECT_EQ(gaps_[0].shard, (Shard{2, 2}));
  EXPECT_EQ(gaps_[0].points, of_second.size());
  EXPECT_EQ(gaps_[0].missing, of_second);
  EXPECT_EQ(gaps_[0].log, "");
  EXPECT_EQ(values_of_point(merged_, 1), "connections.c.strategy.ssh.server_alive_interval=4m");
  const std::string cut = second_.substr(0, second_.size() - 1);
  ASSERT_EQ(complaint({first_, cut}), "none");
  ASSERT_EQ(gaps_.size(), 1U);
  EXPECT_EQ(gaps_[0].shard, (Shard{2, 2}));
  EXPECT_EQ(gaps_[0].missing, std::vector<std::size_t>{of_second.back()});
  EXPECT_EQ(gaps_[0].log, "2") << "whose command goes on with it";
}

TEST_F(Merge, ALogWithoutItsFirstLineIsKnownByItsPoints) {
  std::string damaged = first_;
  damaged[5] = 'x';
  EXPECT_EQ(complaint({damaged, second_}), "none");
  EXPECT_TRUE(gaps_.empty());
  EXPECT_EQ(complaint({damaged}), "not begun");
  EXPECT_EQ(complaint({""}), "not begun");
  EXPECT_TRUE(says(complaint({second_, "my diary\n"}), "this is not the file of a sweep"));
}

TEST_F(Merge, LogsThatWereJoinedAreOne) {
  EXPECT_EQ(complaint({first_ + second_}), "none");
  EXPECT_TRUE(gaps_.empty());
}

TEST_F(Merge, APointWithTwoResultsIsRefused) {
  Sweep other = sweep_;
  other.points[0].connections[0].held = 0;
  const std::string line = sweep_log_line(other, 0, identity_.fingerprint());
  const std::string own = log_of_shard({1, 1});
  EXPECT_TRUE(says(complaint({own, sweep_log_head(identity_) + line}),
                   "2: the point connections.c.strategy.ssh.server_alive_interval=1m has another "
                   "result in 1"));
  EXPECT_TRUE(
      says(complaint({own + line}), "1:6: this point has another result in an earlier line"));
}

TEST_F(Merge, LogsOfAnotherSweepOrVersionAreRefused) {
  const SweepIdentity own = identity_;
  identity_.runs = 7;
  const std::string of_seven = log_of_shard({1, 2});
  EXPECT_TRUE(
      says(complaint({second_, of_seven}),
           "2:1: this is the file of another sweep; what differs: --seeds; compared with 1"));
  identity_ = own;
  identity_.program = "2.0";
  EXPECT_TRUE(says(complaint({log_of_shard({1, 2})}), "written by version 2.0 of the program"));
  EXPECT_TRUE(says(complaint({second_, log_of_shard({1, 2})}), "the version of the program"));
  const std::string head =
      checked_line(R"({"format":"stayalive-sweep-progress-5","program":"1.0"})", 0) + "\n";
  EXPECT_TRUE(says(complaint({head}), "another version of the program"));
  EXPECT_TRUE(says(complaint({second_, head}), "the version of the program"));
}

TEST_F(Merge, TheLogOfNoShardNeedsOneOfAShardBesideIt) {
  std::string plain = sweep_log_head(identity_);
  for (std::size_t i = 0; i < 3; ++i) plain += sweep_log_line(sweep_, i, identity_.fingerprint());
  EXPECT_TRUE(says(complaint({plain}), "this is not the log of a shard"));
  EXPECT_EQ(complaint({plain, second_}), "none");
  EXPECT_TRUE(gaps_.empty());
}

// Whatever byte of a log is changed, no point has another result than it had.
TEST_F(Merge, NoChangedByteChangesAResult) {
  for (std::size_t at = 0; at < first_.size(); at += 7) {
    std::string damaged = first_;
    damaged[at] = damaged[at] == 'x' ? 'y' : 'x';
    if (complaint({second_, damaged}) != "none") continue;
    for (std::size_t i = 0; i < 3; ++i) {
      if (!merged_.points[i].done) continue;
      EXPECT_EQ(sweep_log_line(merged_, i, 0), sweep_log_line(sweep_, i, 0)) << at;
    }
  }
}

}  // namespace
}  // namespace stayalive
