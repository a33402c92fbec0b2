// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "base/check.h"
#include "fuzz/choices.h"
#include "fuzz/mistakes.h"
#include "fuzz/targets.h"
#include "scenario/values/assignment.h"
#include "scenario/values/axis.h"
#include "scenario/values/value_range.h"

namespace stayalive {

void fuzz_axis(std::span<const std::uint8_t> bytes) {
  const std::string_view text = Choices(bytes).rest();
  if (const Result<Axis> axis = parse_axis(text); axis.ok()) {
    const Axis& its = axis.value();
    CHECK(!its.path.empty(), "an axis has a path");
    CHECK(!its.values.empty() && its.values.size() <= kMostAxisValues, "and some values");
    for (const JsonValue& value : its.values)
      CHECK(!label(value).empty() || value.text.empty(), "every value has a label");
  } else {
    check_mistakes(axis.errors());
  }
  if (const Result<std::vector<JsonValue>> range = parse_range(text); range.ok()) {
    CHECK(is_range(text), "what is read as a range is meant as one");
    CHECK(!range.value().empty() && range.value().size() <= kMostAxisValues, "of some values");
  } else {
    check_mistakes(range.errors());
  }
  if (const Result<Replacement> set = parse_assignment(text, "--set"); !set.ok()) {
    check_mistakes(set.errors());
  }
}

}  // namespace stayalive
