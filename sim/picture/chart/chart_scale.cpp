// SPDX-License-Identifier: Apache-2.0
#include "picture/chart/chart_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/text.h"
#include "document/brief.h"
#include "picture/chart/round_span.h"

namespace stayalive {

int thousandths_of(double part) { return static_cast<int>(std::lround(part * 1000)); }

ChartScale::ChartScale(const std::vector<double>& values, bool from_zero) {
  if (values.empty()) return;
  least_ = *std::ranges::min_element(values);
  most_ = *std::ranges::max_element(values);
  by_factors_ = least_ > 0 && most_ / least_ > 25;
  if (from_zero && !by_factors_) least_ = 0;
}

int ChartScale::place(double value) const {
  if (most_ <= least_) return 500;
  const double part = by_factors_ ? std::log(value / least_) / std::log(most_ / least_)
                                  : (value - least_) / (most_ - least_);
  return thousandths_of(part);
}

std::vector<double> ChartScale::ticks() const {
  std::vector<double> all;
  if (most_ <= least_) return {most_};
  if (by_factors_) {
    const auto first = static_cast<int>(std::floor(std::log10(least_)));
    const auto last = static_cast<int>(std::floor(std::log10(most_)));
    for (int exponent = first; exponent <= last; ++exponent) {
      const double power = std::pow(10, exponent);
      for (const double times : {1.0, 3.0}) {
        if (power * times >= least_ && power * times <= most_) all.push_back(power * times);
      }
    }
    if (all.size() < 2) return {least_, most_};
    return all;
  }
  const double rough = (most_ - least_) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double step = rough / power < 2 ? 2 * power : rough / power < 5 ? 5 * power : 10 * power;
  const auto first = static_cast<std::int64_t>(std::ceil(least_ / step));
  const auto last = static_cast<std::int64_t>(std::floor(most_ * 1.0001 / step));
  for (std::int64_t n = first; n <= last; ++n) all.push_back(static_cast<double>(n) * step);
  return all;
}

std::vector<ChartAxis::Tick> span_ticks(const ChartScale& scale, double longest) {
  std::vector<ChartAxis::Tick> ticks;
  const Duration whole = std::chrono::milliseconds(std::llround(longest * 1000));
  if (whole <= Duration::zero()) return ticks;
  if (scale.by_factors()) {
    for (const double at : scale.ticks()) {
      ticks.push_back({scale.place(at), brief(std::chrono::milliseconds(std::llround(at * 1000)))});
    }
    return ticks;
  }
  const Duration step = round_span(whole, 6);
  for (Duration at{}; at <= whole; at += step) {
    ticks.push_back({scale.place(static_cast<double>(at / 1us) / 1e6),
                     at == Duration::zero() ? "0s" : print_duration(at)});
  }
  return ticks;
}

std::vector<ChartAxis::Tick> number_ticks(const ChartScale& scale) {
  std::vector<ChartAxis::Tick> ticks;
  for (const double at : scale.ticks())
    ticks.push_back({scale.place(at), fmt::format("{}", std::llround(at))});
  return ticks;
}

}  // namespace stayalive
