// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

#include "run/run.h"
#include "scenario/scenario.h"

namespace stayalive {

// What a connection of a scenario costs its client on some stretches of time after it has settled,
// each brought to a day.
class SettledDays {
 public:
  // ends: of the stretches, counted from `from`; the first begins there.
  SettledDays(Scenario scenario, Duration from, const std::vector<Duration>& ends) {
    Duration begin{};
    for (std::size_t i = 0; i <= ends.size(); ++i) {
      const Duration end = i == 0 ? Duration::zero() : ends[i - 1];
      scenario.duration = from + end;
      after_.push_back(run(scenario).connections[0].sides[0].counters);
      lengths_.push_back(end - begin);
      begin = end;
    }
  }

  // Of all stretches the count a day that is nearest to the claimed one.
  template <class Count>
  double nearest(std::uint64_t claimed, const Count& count) const {
    const auto wanted = static_cast<double>(claimed);
    double found = daily(1, count);
    for (std::size_t i = 2; i < after_.size(); ++i) {
      const double other = daily(i, count);
      if (std::abs(wanted - other) < std::abs(wanted - found)) found = other;
    }
    return found;
  }

 private:
  template <class Count>
  double daily(std::size_t i, const Count& count) const {
    return static_cast<double>(count(after_[i]) - count(after_[i - 1])) *
           static_cast<double>(Duration{24h}.count()) / static_cast<double>(lengths_[i].count());
  }

  std::vector<SideCounters> after_;
  std::vector<Duration> lengths_;
};

}  // namespace stayalive
