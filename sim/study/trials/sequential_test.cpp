// SPDX-License-Identifier: Apache-2.0
#include "study/trials/sequential_test.h"

#include <array>
#include <cmath>

#include "base/check.h"

namespace stayalive {
namespace {

// Against a probability p: that it is p to the power of `exponent`, about `exponent` times as many
// failures.
struct Alternative {
  double exponent = 0;
  double weight = 0;
};
// What is better: nothing fails at all, or a quarter as often.
constexpr std::array<Alternative, 2> kBetter{{{0, 0.75}, {0.25, 0.25}}};
constexpr std::array<Alternative, 3> kWorse{{{4, 1.0 / 3}, {32, 1.0 / 3}, {256, 1.0 / 3}}};
constexpr double kEnough = 20;  // one over the error

// How much likelier the trials are under the alternatives than under p.
template <std::size_t kCount>
double evidence(const std::array<Alternative, kCount>& alternatives, double p, std::uint64_t held,
                std::uint64_t failed) {
  double sum = 0;
  for (const auto& [exponent, weight] : alternatives) {
    if (exponent == 0 && failed > 0) continue;
    const double for_held = (exponent - 1) * static_cast<double>(held) * std::log(p);
    const double other = -std::expm1(exponent * std::log(p));
    const double for_failed =
        failed == 0 ? 0 : static_cast<double>(failed) * std::log(other / (1 - p));
    sum += weight * std::exp(for_held + for_failed);
  }
  return sum;
}

bool is_more_than(double p, std::uint64_t held, std::uint64_t failed) {
  return evidence(kBetter, p, held, failed) >= kEnough;
}

bool is_less_than(double p, std::uint64_t held, std::uint64_t failed) {
  return evidence(kWorse, p, held, failed) >= kEnough;
}

// Where a condition that holds near 0 and not near 1 ceases to.
template <class Condition>
double edge(Condition condition) {
  double low = 0;
  double high = 1;
  for (int step = 0; step < 50; ++step) {
    const double middle = (low + high) / 2;
    (condition(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

SequentialTest::SequentialTest(double target) : target_(target) {
  CHECK(target > 0 && target < 1, "what is certain is not tested");
  std::uint64_t held = 1;
  while (!is_more_than(target, held, kMostFailures)) held *= 2;
  for (std::uint64_t step = held / 2; step > 0; step /= 2) {
    if (held > step && is_more_than(target, held - step, kMostFailures)) held -= step;
  }
  most_runs_ = held + kMostFailures;
}

SequentialTest::Answer SequentialTest::answer(std::uint64_t held, std::uint64_t runs) const {
  CHECK(held <= runs, "no more trials hold than there were");
  const std::uint64_t failed = runs - held;
  if (is_more_than(target_, held, failed)) return Answer::Holds;
  if (is_less_than(target_, held, failed)) return Answer::Fails;
  return failed > kMostFailures || runs >= most_runs_ ? Answer::Undecided : Answer::Open;
}

Interval SequentialTest::confidence(std::uint64_t held, std::uint64_t runs) {
  CHECK(held <= runs, "no more trials hold than there were");
  const std::uint64_t failed = runs - held;
  Interval interval;
  interval.low = edge([&](double p) { return is_more_than(p, held, failed); });
  interval.high = edge([&](double p) { return !is_less_than(p, held, failed); });
  if (failed == 0) interval.high = 1;
  return interval;
}

}  // namespace stayalive
