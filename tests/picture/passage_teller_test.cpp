// SPDX-License-Identifier: Apache-2.0
#include "picture/passage_teller.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "picture/passages.h"
#include "support/property_runs.h"

namespace stayalive {
namespace {

ToldLine told_line(TimePoint at, std::uint32_t shape, std::size_t position) {
  return {at, shape, TraceKind::Event, std::to_string(position)};
}

// What the lines of a passage say: where they stand in the whole.
std::vector<std::string> texts(const std::vector<ToldLine>& lines) {
  std::vector<std::string> found;
  for (const ToldLine& line : lines) found.push_back(line.text);
  return found;
}

std::vector<std::string> positions(std::size_t begin, std::size_t end) {
  std::vector<std::string> found;
  for (std::size_t i = begin; i < end; ++i) found.push_back(std::to_string(i));
  return found;
}

void expect_as_from_all(const std::vector<StoryLine>& lines) {
  PassageTeller teller;
  for (std::size_t i = 0; i < lines.size(); ++i)
    teller.add(told_line(lines[i].at, lines[i].shape, i));
  const std::vector<ToldPassage> told = teller.finish();
  const std::vector<Passage> all = find_passages(lines);
  ASSERT_EQ(told.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(told[i].times, all[i].times);
    EXPECT_EQ(told[i].period, all[i].period);
    EXPECT_EQ(texts(told[i].first), positions(all[i].begin, all[i].end));
    const bool once = all[i].times == 1;
    EXPECT_EQ(texts(told[i].last),
              once ? std::vector<std::string>{} : positions(all[i].last_begin, all[i].last_end));
  }
}

// Some exchanges that take turns for a while, a line that interferes, others.
std::vector<StoryLine> random_lines(Random& random) {
  std::vector<StoryLine> lines;
  TimePoint at = kStart;
  for (std::uint64_t part = random.between(1, 6); part > 0; --part) {
    std::vector<std::pair<std::uint32_t, Duration>> pattern;
    for (std::uint64_t n = random.between(1, 9); n > 0; --n) {
      const Duration pause = random.below(2) == 0 ? 10ms : random.below(2) == 0 ? 999ms : 1s;
      pattern.emplace_back(static_cast<std::uint32_t>(random.below(3)), pause);
    }
    // Now and then nobody ever pauses.
    if (random.below(4) == 0) {
      for (auto& [shape, pause] : pattern) pause = 10ms;
    }
    const std::uint64_t most = random.below(4) == 0 ? 300 : 9;
    for (std::uint64_t times = random.between(1, most); times > 0; --times) {
      for (const auto& [shape, pause] : pattern) {
        at += pause;
        lines.push_back({at, shape});
      }
    }
  }
  return lines;
}

TEST(PassageTeller, TellsWhatIsFoundWhenAllIsThere) {
  Random random(51, "passage teller", "test");
  const int rounds = property_runs(600);
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(round);
    expect_as_from_all(random_lines(random));
  }
}

TEST(PassageTeller, OfNothingTellsNothing) { EXPECT_TRUE(PassageTeller().finish().empty()); }

TEST(PassageTeller, KeepsNoMoreOfTenThousandPingsThanOfAHundred) {
  PassageTeller teller;
  std::size_t hundred = 0;
  for (std::size_t i = 0; i < 40'000; ++i) {
    // A ping and its answer cross two stations, every ten seconds.
    teller.add(told_line(kStart + static_cast<int>(i / 4) * 10s, i % 4, i));
    if (i == 400) hundred = teller.held();
    ASSERT_LE(teller.held(), i > 400 ? hundred + 4 : i + 1) << i;
  }
  const std::vector<ToldPassage> told = teller.finish();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].times, 10'000u);
  EXPECT_EQ(told[0].first.size() + told[0].last.size(), 8u);
}

TEST(PassageTeller, KeepsNoMoreWhereNobodyEverPauses) {
  PassageTeller teller;
  for (std::size_t i = 0; i < 40'000; ++i) {
    teller.add(told_line(kStart + static_cast<int>(i) * 250ms, i % 4, i));
    ASSERT_LE(teller.held(), 600u) << i;
  }
  const std::vector<ToldPassage> told = teller.finish();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].times, 10'000u);
}

// A kernel that probes again and again: each line is an exchange of its own.
TEST(PassageTeller, KeepsNoMoreOfLinesAlikeThanItTells) {
  PassageTeller teller;
  for (std::size_t i = 0; i < 10'000; ++i) {
    teller.add(told_line(kStart + static_cast<int>(i) * 75s, 7, i));
    ASSERT_LE(teller.held(), 100u) << i;
  }
  EXPECT_EQ(teller.finish().size(), 1u);
}

}  // namespace
}  // namespace stayalive
