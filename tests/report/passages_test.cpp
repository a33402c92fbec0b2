// SPDX-License-Identifier: Apache-2.0
#include "report/passages.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

std::vector<Beat> story(const std::string& shapes, Duration apart) {
  std::vector<Beat> beats;
  for (const char c : shapes) {
    beats.push_back({kStart + apart * static_cast<int>(beats.size()), std::string(1, c)});
  }
  return beats;
}

TEST(Passages, ThreeTimesAreToldEachTimeAndFourOnce) {
  EXPECT_EQ(find_passages(story("aaa", 10s)).size(), 3u);
  const std::vector<Passage> four = find_passages(story("aaaa", 10s));
  ASSERT_EQ(four.size(), 1u);
  EXPECT_EQ(four[0].times, 4u);
  EXPECT_EQ(four[0].last_begin, 3u);
  EXPECT_EQ(four[0].period, 10s);
  EXPECT_TRUE(four[0].steady);
}

TEST(Passages, SeveralExchangesThatTakeTurnsAreOnePassage) {
  const std::vector<Passage> turns = find_passages(story("xabababab", 10s));
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns[1].times, 4u);
  EXPECT_EQ(turns[1].end - turns[1].begin, 2u);
}

TEST(Passages, ASecondOfSilenceEndsAnExchange) {
  EXPECT_EQ(find_passages(story("ab", 999ms)).size(), 1u);
  EXPECT_EQ(find_passages(story("ab", 1s)).size(), 2u);
}

TEST(Passages, NumbersDoNotMakeADifference) {
  EXPECT_EQ(without_numbers("seq 12 ack 3456"), "seq # ack #");
}

}  // namespace
}  // namespace stayalive
