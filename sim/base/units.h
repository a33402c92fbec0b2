// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// A transmission rate in bits per second; 0 means "no limit".
struct BitRate {
  std::uint64_t bits_per_second = 0;
  friend constexpr auto operator<=>(BitRate, BitRate) = default;
};

// How long `bytes` occupy a line of this rate, rounded up to the nanosecond; zero when unlimited.
// bytes must be below 2^30.
constexpr Duration transmission_time(std::uint64_t bytes, BitRate rate) {
  if (rate.bits_per_second == 0) return Duration::zero();
  const std::uint64_t work = bytes * 8 * 1'000'000'000ULL;
  return Duration{
      static_cast<std::int64_t>((work + rate.bits_per_second - 1) / rate.bits_per_second)};
}

// How much may wait before a line: so many packets or so many bytes, whichever is not 0.
struct QueueLimit {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  friend constexpr bool operator==(QueueLimit, QueueLimit) = default;
};

// A probability as a ratio of integers: "1/1000" happens once in a thousand on average.
// 0 <= numerator <= denominator, denominator > 0.
struct Ratio {
  std::uint32_t numerator = 0;
  std::uint32_t denominator = 1;
  friend constexpr bool operator==(Ratio, Ratio) = default;
};

}  // namespace stayalive
