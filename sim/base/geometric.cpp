// SPDX-License-Identifier: Apache-2.0
#include "base/geometric.h"

#include "base/check.h"

namespace stayalive {
namespace {

__extension__ typedef unsigned __int128 Wide;

// Of two fractions in units of 2^-64, the whole in units of 2^-128.
Wide wide_product(std::uint64_t a, std::uint64_t b) { return Wide{a} * b; }

// numerator / denominator in units of 2^-128, rounded down; below one.
Wide wide_fraction(std::uint64_t numerator, std::uint64_t denominator) {
  const Wide high = (Wide{numerator} << 64) / denominator;
  const Wide rest = (Wide{numerator} << 64) % denominator;
  return high << 64 | (rest << 64) / denominator;
}

// In units of 2^-128; at most three of them too little.
Wide wide_square(Wide value) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  const auto low = static_cast<std::uint64_t>(value);
  return wide_product(high, high) + (wide_product(high, low) >> 63);
}

}  // namespace

// With q = 1 - p, the probability of k is p times the product of q^(2^i) over the digits i of k
// that are one.  So the digits are independent, and digit i is one with the probability
// q^(2^i) / (1 + q^(2^i)).  Digits for which that is less than 2^-64 are zero.
//
// The error: q^(2^i) is found by squaring, in which an error of e becomes at most 2e plus three
// units, so that digit i is right to 2^(i+3) units of 2^-128 and one of 2^-64.  For the smallest
// ratio, 2^-32, the 38th digit is the last that may be one.
Geometric::Geometric(Ratio success) {
  CHECK(success.numerator > 0 && success.numerator <= success.denominator,
        "what never succeeds has no first success");
  Wide power = wide_fraction(success.denominator - success.numerator, success.denominator);
  for (; power >> 64 > 0; power = wide_square(power)) {
    const Wide high = power >> 64;
    ones_.push_back(static_cast<std::uint64_t>((high << 64) / ((Wide{1} << 64) + high)));
  }
}

std::uint64_t Geometric::draw(Random& random) const {
  std::uint64_t failures = 0;
  for (std::size_t digit = 0; digit < ones_.size(); ++digit) {
    if (random.next() < ones_[digit]) failures |= std::uint64_t{1} << digit;
  }
  return failures;
}

}  // namespace stayalive
