// SPDX-License-Identifier: Apache-2.0
#include "picture/passages.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

std::vector<StoryLine> story(const std::string& shapes, Duration apart) {
  std::vector<StoryLine> lines;
  for (const char c : shapes) {
    lines.push_back(
        {kStart + apart * static_cast<int>(lines.size()), static_cast<std::uint32_t>(c)});
  }
  return lines;
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

TEST(Passages, LinesAlikeThatGoOnForLongerAreAnExchangeEach) {
  // A packet that is sent again after ever longer pauses; the first of them are short.
  std::vector<StoryLine> lines{{kStart, 'd'}};
  for (const Duration at : {250ms, 500ms, 1000ms, 2000ms}) lines.push_back({kStart + at, 'a'});
  const std::vector<Passage> passages = find_passages(lines);
  ASSERT_EQ(passages.size(), 2u);
  EXPECT_EQ(passages[0].end, 1u);
  EXPECT_EQ(passages[1].times, 4u);
  EXPECT_FALSE(passages[1].steady);
}

TEST(Passages, LinesAlikeThatComeAtOnceStayInTheirExchange) {
  EXPECT_EQ(find_passages(story("dddddx", 10ms)).size(), 1u);
}

TEST(Passages, ALongExchangeBeginsAnewWithWhatComesMostOften) {
  std::string pings = "s";
  for (int i = 0; i < 15; ++i) pings += "abcd";
  ASSERT_EQ(pings.size() + 2, kLongExchange - 1);
  EXPECT_EQ(find_passages(story(pings + "ab", 100ms)).size(), 1u) << "it is not long yet";
  const std::vector<Passage> passages = find_passages(story(pings + "abc", 100ms));
  ASSERT_EQ(passages.size(), 3u);
  EXPECT_EQ(passages[0].end, 1u) << "what comes once stands alone";
  EXPECT_EQ(passages[1].times, 15u);
  EXPECT_EQ(passages[1].end - passages[1].begin, 4u);
  EXPECT_EQ(passages[1].period, 400ms);
  EXPECT_EQ(passages[2].begin, 61u);
}

TEST(Passages, WhatRepeatsItselfNoMoreThanThreeTimesIsNoRefrain) {
  EXPECT_EQ(find_refrain({1, 2, 1, 2, 1, 2}), std::nullopt);
  EXPECT_EQ(find_refrain({3, 1, 2, 1, 2, 1, 2, 1, 2}), 1u) << "the first of those";
  EXPECT_EQ(find_refrain({1, 2, 1, 2, 1, 2, 2}), 2u);
  EXPECT_EQ(find_refrain({}), std::nullopt);
}

TEST(Passages, TextsAlikeHaveOneNumber) {
  Shapes shapes;
  const std::uint32_t first = shapes.number_of("a");
  EXPECT_NE(shapes.number_of("b"), first);
  EXPECT_EQ(shapes.number_of("a"), first);
}

TEST(Passages, NumbersDoNotMakeADifference) {
  EXPECT_EQ(without_numbers("seq 12 ack 3456"), "seq # ack #");
}

}  // namespace
}  // namespace stayalive
