// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/digest.h"
#include "base/time.h"

namespace stayalive {

// A fingerprint of the events of a run: the same events in the same order give the same value on
// every machine and from every compiler.  Not for security.
//
// It is a sum over the events, modulo 2^64, of what happened times the square of a linear function
// of when: its instant, its place in the order of events and its sequence number.  Of events that
// repeat in equal steps of these three the sum has a closed form.
class EventDigest {
 public:
  // The moving parts of one event.
  struct Coordinates {
    std::uint64_t instant = 0;   // nanoseconds since the beginning
    std::uint64_t ordinal = 0;   // how many events came before
    std::uint64_t sequence = 0;  // of a TCP segment
  };
  // what: everything about the event that does not move.
  constexpr void add(std::uint64_t what, const Coordinates& at) {
    const std::uint64_t line = line_of(at);
    value_ += factor(what) * line * line;
  }
  // The event at `first` and `times` - 1 repetitions of it, each a `step` after the one before.
  constexpr void add_repeated(std::uint64_t what, const Coordinates& first, const Coordinates& step,
                              std::uint64_t times) {
    const std::uint64_t line = line_of(first);
    const std::uint64_t rise = line_of(step) - line_of({});
    // The sum over k < times of (line + k rise)^2, taken apart.
    const std::uint64_t linear = times == 0 ? 0 : sum_of_numbers(times - 1);
    const std::uint64_t square = times == 0 ? 0 : sum_of_squares(times - 1);
    value_ +=
        factor(what) * (times * line * line + 2 * linear * line * rise + square * rise * rise);
  }
  constexpr std::uint64_t value() const { return Digest::mix(value_); }

 private:
  static constexpr std::uint64_t factor(std::uint64_t what) { return Digest::mix(what) | 1; }
  static constexpr std::uint64_t line_of(const Coordinates& at) {
    return at.instant * 0x9e37'79b9'7f4a'7c15ULL + at.ordinal * 0xd1b5'4a32'd192'ed03ULL +
           at.sequence * 0xbf58'476d'1ce4'e5b9ULL + 0x94d0'49bb'1331'11ebULL;
  }
  // 1 + 2 + ... + n, modulo 2^64: one of the factors is divided before multiplying.
  static constexpr std::uint64_t sum_of_numbers(std::uint64_t n) {
    return n % 2 == 0 ? n / 2 * (n + 1) : (n + 1) / 2 * n;
  }
  // 1 + 4 + ... + n^2 = n (n + 1) (2n + 1) / 6, modulo 2^64.
  static constexpr std::uint64_t sum_of_squares(std::uint64_t n) {
    // One of the first two factors is divisible by 2, and one of the three by 3.
    std::uint64_t a = n;
    std::uint64_t b = n + 1;
    std::uint64_t c = 2 * n + 1;
    (a % 2 == 0 ? a : b) /= 2;
    (a % 3 == 0 ? a : b % 3 == 0 ? b : c) /= 3;
    return a * b * c;
  }

  std::uint64_t value_ = 0;
};

}  // namespace stayalive
