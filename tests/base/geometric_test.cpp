// SPDX-License-Identifier: Apache-2.0
#include "base/geometric.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace stayalive {
namespace {

constexpr std::uint32_t kGreatest = 0xffff'ffff;

// The chi-square statistic of `count` draws over bins that are about equally likely.
struct Fit {
  double statistic = 0;
  std::size_t bins = 0;
};

// Of a geometric number with this probability of success: that it is below `number`.
double below(double success, double number) { return -std::expm1(number * std::log1p(-success)); }

Fit fit(Ratio ratio, int count, std::uint64_t seed) {
  constexpr std::uint64_t kBins = 24;
  const double success = double{1} * ratio.numerator / ratio.denominator;
  std::vector<std::uint64_t> edges;  // the first number of each bin but the first
  for (std::uint64_t bin = 1; bin < kBins; ++bin) {
    const double share = static_cast<double>(bin) / kBins;
    const auto edge =
        static_cast<std::uint64_t>(std::ceil(std::log1p(-share) / std::log1p(-success)));
    if (edge > 0 && (edges.empty() || edge > edges.back())) edges.push_back(edge);
  }
  // What is as good as never seen is counted with its neighbour.
  while (edges.size() > 1 && count * (1 - below(success, static_cast<double>(edges.back()))) < 10) {
    edges.pop_back();
  }
  std::vector<int> counts(edges.size() + 1);
  const Geometric geometric(ratio);
  Random random(seed, "geometric", "test");
  for (int i = 0; i < count; ++i) {
    const std::uint64_t drawn = geometric.draw(random);
    ++counts[static_cast<std::size_t>(std::ranges::upper_bound(edges, drawn) - edges.begin())];
  }
  Fit result;
  result.bins = counts.size();
  double before = 0;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    const double until = bin < edges.size() ? below(success, static_cast<double>(edges[bin])) : 1.0;
    const double expected = count * (until - before);
    result.statistic += (counts[bin] - expected) * (counts[bin] - expected) / expected;
    before = until;
  }
  return result;
}

TEST(Geometric, FollowsItsLawForEveryRatio) {
  for (const Ratio ratio :
       {Ratio{1, 2}, Ratio{1, 3}, Ratio{9, 10}, Ratio{1, 20}, Ratio{1, 100}, Ratio{33, 100},
        Ratio{1, 1000}, Ratio{1, 1'000'000}, Ratio{999'999, 1'000'000}, Ratio{1, kGreatest},
        Ratio{kGreatest / 3, kGreatest}, Ratio{kGreatest - 1, kGreatest}}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const Fit found = fit(ratio, 40'000, seed);
      // The mean of the statistic is one less than the bins; six of its standard deviations.
      const double freedom = static_cast<double>(found.bins) - 1;
      EXPECT_LT(found.statistic, freedom + 6 * std::sqrt(2 * freedom) + 1)
          << ratio.numerator << "/" << ratio.denominator << ", seed " << seed;
    }
  }
}

TEST(Geometric, ARatioThatIsATenthOffDoesNotFit) {
  // So much the test above notices.
  const Geometric geometric({11, 1000});
  Random random(1, "geometric", "test");
  int few = 0;
  for (int i = 0; i < 40'000; ++i) few += geometric.draw(random) < 69 ? 1 : 0;
  EXPECT_GT(few - 40'000 * below(0.01, 69), 6 * std::sqrt(40'000 * 0.5 * 0.5));
}

TEST(Geometric, WhatAlwaysSucceedsNeverFailsAndDrawsNothing) {
  for (const Ratio certain : {Ratio{1, 1}, Ratio{100, 100}, Ratio{kGreatest, kGreatest}}) {
    const Geometric geometric(certain);
    Random random(1, "geometric", "test");
    const std::uint64_t before = random.state();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(geometric.draw(random), 0u);
    EXPECT_EQ(random.state(), before);
  }
}

TEST(Geometric, TheRarestSuccessComesOnceInFourThousandMillions) {
  const Geometric geometric({1, kGreatest});
  Random random(1, "geometric", "test");
  double total = 0;
  std::uint64_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t drawn = geometric.draw(random);
    total += static_cast<double>(drawn);
    most = std::max(most, drawn);
  }
  // The standard deviation of the mean is a hundredth of it.
  EXPECT_NEAR(total / 10'000 / kGreatest, 1, 0.05);
  EXPECT_GT(most, std::uint64_t{kGreatest} * 5);
  EXPECT_LT(most, std::uint64_t{1} << 38);
}

TEST(Geometric, GivesTheSameNumbersOnEveryPlatform) {
  const Geometric geometric({1, 100});
  Random random(42, "home", "loss");
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < 5; ++i) drawn.push_back(geometric.draw(random));
  EXPECT_EQ(drawn, (std::vector<std::uint64_t>{9, 136, 72, 69, 9}));
}

}  // namespace
}  // namespace stayalive
