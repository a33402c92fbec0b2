// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/shard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/sweep_story.h"

namespace stayalive {
namespace {

TEST(ShardOfASweep, EachRowOfPointsHasOneOfEachShard) {
  for (const std::uint64_t count : {1U, 2U, 3U, 7U, 64U}) {
    for (std::size_t row = 0; row < 50; ++row) {
      std::vector<int> taken(count);
      for (std::size_t i = 0; i < count; ++i) ++taken[shard_of(row * count + i, count) - 1];
      EXPECT_EQ(std::ranges::count(taken, 1), static_cast<std::ptrdiff_t>(count)) << count;
    }
  }
}

TEST(ShardOfASweep, NoShardHasMoreThanOnePointMoreThanAnother) {
  for (const std::uint64_t count : {2U, 3U, 8U}) {
    for (const std::size_t points : {1U, 7U, 8U, 100U, 1001U}) {
      std::size_t least = points;
      std::size_t most = 0;
      for (std::uint64_t number = 1; number <= count; ++number) {
        const std::size_t own = Shard{number, count}.points_of(points);
        least = std::min(least, own);
        most = std::max(most, own);
      }
      EXPECT_LE(most - least, 1U) << count << " " << points;
    }
  }
}

// An axis of as many values as there are shards would fall into step with shards that merely take
// turns, and one of them would have all the slow points.
TEST(ShardOfASweep, NoValueOfAnAxisIsOfOneShardOnly) {
  for (const std::uint64_t count : {2U, 4U, 5U}) {
    for (const std::size_t length : {count, 2 * count, count * count, count + 1, count - 1}) {
      const std::size_t rows = 400;
      for (std::size_t column = 0; column < length; ++column) {
        std::vector<std::size_t> taken(count);
        for (std::size_t row = 0; row < rows; ++row)
          ++taken[shard_of(row * length + column, count) - 1];
        for (const std::size_t times : taken) {
          EXPECT_GT(times, rows / count / 2) << count << " shards, " << length << " values";
        }
      }
    }
  }
}

TEST(ShardOfASweep, IsReadAsItIsWritten) {
  EXPECT_EQ(parse_shard("1/1"), (Shard{1, 1}));
  EXPECT_EQ(parse_shard("4/4"), (Shard{4, 4}));
  EXPECT_EQ(parse_shard("1/100000"), (Shard{1, 100'000}));
  EXPECT_EQ(to_string(Shard{3, 4}), "3/4");
  for (const char* wrong : {"0/4", "5/4", "1/100001", "4", "", "/", "1/", "/4", "-1/4", "+1/4",
                            "1/4/2", "a/b", " 1/4", "1/4 ", "99999999999999999999/4"}) {
    EXPECT_FALSE(parse_shard(wrong)) << wrong;
  }
}

TEST(ShardOfASweep, PlansAndRunsItsOwnPointsOnly) {
  SweepStory story(kInterval, {"seed=1,2"});
  story.request.shard = Shard{2, 2};
  const Sweep sweep = story.run();
  EXPECT_EQ(sweep.own(), 3U);
  EXPECT_EQ(sweep.own_done(), 3U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(sweep.points[i].done, shard_of(i, 2) == 2) << i;
    EXPECT_EQ(sweep.points[i].elsewhere, !sweep.points[i].done) << i;
  }
}

}  // namespace
}  // namespace stayalive
