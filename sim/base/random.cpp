// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include "base/check.h"
#include "base/digest.h"

namespace stayalive {

Random::Random(std::uint64_t seed, std::string_view owner, std::string_view purpose) {
  Digest digest;
  digest.add(seed);
  digest.add(owner);
  digest.add(purpose);
  state_ = digest.value();
}

std::uint64_t Random::next() {
  state_ += 0x9e37'79b9'7f4a'7c15ULL;
  return Digest::mix(state_);
}

std::uint64_t Random::below(std::uint64_t bound) {
  CHECK(bound > 0, "a random number is drawn from a range that is not empty");
  // Values of the incomplete last block are drawn again, so that every result is equally likely.
  const std::uint64_t excess = (~std::uint64_t{0} % bound + 1) % bound;
  std::uint64_t value = next();
  while (value > ~std::uint64_t{0} - excess) value = next();
  return value % bound;
}

std::uint64_t Random::between(std::uint64_t low, std::uint64_t high) {
  CHECK(low <= high, "the low end of a random range does not lie above the high end");
  const std::uint64_t width = high - low;
  return width == ~std::uint64_t{0} ? next() : low + below(width + 1);
}

Duration Random::drawn_up_to(Duration longest) {
  CHECK(longest >= Duration::zero(), "a random span has a length that is not negative");
  return Duration{
      static_cast<std::int64_t>(between(0, static_cast<std::uint64_t>(longest.count())))};
}

bool Random::chance(Ratio probability) {
  if (probability.numerator == 0) return false;
  if (probability.numerator >= probability.denominator) return true;
  return below(probability.denominator) < probability.numerator;
}

}  // namespace stayalive
