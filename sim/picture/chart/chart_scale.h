// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "picture/chart/chart.h"

namespace stayalive {

// The nearest whole number of thousandths.
int thousandths_of(double part);

// A scale from the least of some values to the most, by factors where they lie more than 25 times
// apart.  Places on it are thousandths of its length.
class ChartScale {
 public:
  // from_zero: begins at zero where it is not by factors.
  ChartScale(const std::vector<double>& values, bool from_zero);

  int place(double value) const;
  bool by_factors() const { return by_factors_; }
  // About five round values: one, two and five times powers of ten.
  std::vector<double> ticks() const;

 private:
  double least_ = 0;
  double most_ = 0;
  bool by_factors_ = false;
};

// Round spans up to the longest, on a scale of seconds.
std::vector<ChartAxis::Tick> span_ticks(const ChartScale& scale, double longest);
// Round numbers.
std::vector<ChartAxis::Tick> number_ticks(const ChartScale& scale);

}  // namespace stayalive
