// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "fuzz/choices.h"
#include "fuzz/targets.h"

namespace stayalive {

void fuzz_units(std::span<const std::uint8_t> bytes) {
  const std::string_view text = Choices(bytes).rest();
  if (const std::optional<Duration> span = parse_duration(text)) {
    CHECK(*span >= Duration::zero(), "a span is not negative");
    CHECK(!is_too_long_a_duration(text), "a span that can be read is not too long");
    CHECK(parse_duration(print_duration(*span)) == span, "a printed span is the same span");
    CHECK(!print_seconds(*span).empty(), "a span has seconds");
  }
  if (const std::optional<BitRate> rate = parse_rate(text)) {
    CHECK(parse_rate(print_rate(*rate)) == rate, "a printed rate is the same rate");
  }
  if (const std::optional<Ratio> ratio = parse_ratio(text)) {
    CHECK(parse_ratio(print_ratio(*ratio)) == ratio, "a printed ratio is the same ratio");
  }
}

}  // namespace stayalive
