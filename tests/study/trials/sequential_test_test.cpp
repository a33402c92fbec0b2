// SPDX-License-Identifier: Apache-2.0
#include "study/trials/sequential_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace stayalive {
namespace {

using Answer = SequentialTest::Answer;

// How probable each answer is in the end when a trial holds with probability p: exactly, over all
// courses that the trials may take.
std::array<double, 4> answers(const SequentialTest& test, double p) {
  std::array<double, 4> ends{};
  std::vector<double> by_failures{1};  // of the courses that are still open
  for (std::uint64_t runs = 1; !by_failures.empty(); ++runs) {
    std::vector<double> next(by_failures.size() + 1, 0.0);
    for (std::size_t failed = 0; failed < by_failures.size(); ++failed) {
      next[failed] += by_failures[failed] * p;
      next[failed + 1] += by_failures[failed] * (1 - p);
    }
    bool open = false;
    for (std::size_t failed = 0; failed < next.size() && failed <= runs; ++failed) {
      const Answer answer = test.answer(runs - failed, runs);
      if (answer == Answer::Open) {
        open = open || next[failed] > 0;
        continue;
      }
      ends[static_cast<std::size_t>(answer)] += next[failed];
      next[failed] = 0;
    }
    next.resize(std::min<std::size_t>(next.size(), SequentialTest::kMostFailures + 1));
    by_failures = open ? next : std::vector<double>{};
  }
  return ends;
}

double probability(const std::array<double, 4>& ends, Answer answer) {
  return ends[static_cast<std::size_t>(answer)];
}

TEST(SequentialTest, ErrsInOneCaseOfTwentyAtMost) {
  for (const double target : {0.5, 0.9, 0.99, 0.999}) {
    const SequentialTest test(target);
    const double holds_by_error = probability(answers(test, target), Answer::Holds);
    EXPECT_LE(holds_by_error, 0.05) << target;
    EXPECT_GT(holds_by_error, 0.02) << "no easier test would do: " << target;
    // At the target and above it, "fails" is an error.
    for (const double p : {target, (1 + target) / 2})
      EXPECT_LE(probability(answers(test, p), Answer::Fails), 0.05) << target;
    // Below it, "holds" is one.
    for (const double worse : {1.5, 2.0, 10.0}) {
      const double p = 1 - worse * (1 - target);
      if (p <= 0) continue;
      EXPECT_LE(probability(answers(test, p), Answer::Holds), 0.05) << target;
    }
  }
}

TEST(SequentialTest, SeesWhatIsClear) {
  const SequentialTest test(0.99);
  EXPECT_GT(probability(answers(test, 0.9999), Answer::Holds), 0.99);
  EXPECT_GT(probability(answers(test, 0.999), Answer::Holds), 0.85);
  EXPECT_GT(probability(answers(test, 0.5), Answer::Fails), 0.95);
  EXPECT_EQ(probability(answers(test, 0), Answer::Fails), 1.0);
}

TEST(SequentialTest, AnswersAtTheFirstTrialThatDecides) {
  const SequentialTest test(0.99);
  EXPECT_EQ(test.answer(0, 0), Answer::Open);
  std::uint64_t flawless = 1;
  while (test.answer(flawless, flawless) == Answer::Open) ++flawless;
  EXPECT_EQ(test.answer(flawless, flawless), Answer::Holds);
  // A fixed number of trials would have to be 299: looking after each costs few more.
  EXPECT_GE(flawless, 299u);
  EXPECT_LE(flawless, 320u);
  EXPECT_EQ(test.answer(0, 1), Answer::Fails);
  EXPECT_EQ(test.answer(99, 102), Answer::Undecided) << "three failures are too many";
  EXPECT_EQ(test.answer(100, 102), Answer::Open);
  EXPECT_EQ(test.answer(test.most_runs() - 2, test.most_runs()), Answer::Holds);
  EXPECT_NE(test.answer(test.most_runs() - 3, test.most_runs() - 1), Answer::Holds);
}

TEST(SequentialTest, TheIntervalIsThatOfTheTargetsItDoesNotRuleOut) {
  for (const auto& [held, runs] : {std::pair<std::uint64_t, std::uint64_t>{313, 313},
                                   {0, 1},
                                   {99, 102},
                                   {7, 20},
                                   {800, 801}}) {
    const Interval likely = SequentialTest::confidence(held, runs);
    ASSERT_LT(likely.low, likely.high) << held;
    EXPECT_LE(likely.low, static_cast<double>(held) / static_cast<double>(runs));
    EXPECT_GE(likely.high, static_cast<double>(held) / static_cast<double>(runs));
    constexpr double kALittle = 1e-6;
    if (likely.low > kALittle) {
      EXPECT_EQ(SequentialTest(likely.low - kALittle).answer(held, runs), Answer::Holds) << held;
      EXPECT_NE(SequentialTest(likely.low + kALittle).answer(held, runs), Answer::Holds) << held;
    }
    if (likely.high < 1 - kALittle) {
      EXPECT_EQ(SequentialTest(likely.high + kALittle).answer(held, runs), Answer::Fails) << held;
      EXPECT_NE(SequentialTest(likely.high - kALittle).answer(held, runs), Answer::Fails) << held;
    }
  }
  EXPECT_EQ(SequentialTest::confidence(0, 0).low, 0.0);
  EXPECT_GT(SequentialTest::confidence(0, 0).high, 0.999999);
}

}  // namespace
}  // namespace stayalive
