// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/axis_unit.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace stayalive {
namespace {

std::optional<double> measured_in(const std::string& text, AxisUnit unit) {
  switch (unit) {
    case AxisUnit::None:
      break;
    case AxisUnit::Seconds:
      if (const auto span = parse_duration(text)) return seconds(*span);
      break;
    case AxisUnit::Ratio:
      if (const auto ratio = parse_ratio(text)) {
        return static_cast<double>(ratio->numerator) / static_cast<double>(ratio->denominator);
      }
      break;
    case AxisUnit::BitsPerSecond:
      if (const auto rate = parse_rate(text)) {
        return static_cast<double>(rate->bits_per_second);
      }
      break;
  }
  return std::nullopt;
}

}  // namespace

AxisUnit unit_of(const Axis& axis) {
  for (const AxisUnit unit : {AxisUnit::Seconds, AxisUnit::Ratio, AxisUnit::BitsPerSecond}) {
    const bool all = std::ranges::all_of(axis.values, [unit](const JsonValue& value) {
      return value.kind == JsonValue::Kind::Text && measured_in(value.text, unit);
    });
    if (all) return unit;
  }
  return AxisUnit::None;
}

const char* name(AxisUnit unit) {
  switch (unit) {
    case AxisUnit::None:
      return nullptr;
    case AxisUnit::Seconds:
      return "seconds";
    case AxisUnit::Ratio:
      return "ratio";
    case AxisUnit::BitsPerSecond:
      return "bits_per_second";
  }
  return nullptr;
}

std::optional<double> number_of(const JsonValue& value, AxisUnit unit) {
  if (value.kind == JsonValue::Kind::Text) return measured_in(value.text, unit);
  if (value.kind != JsonValue::Kind::Number) return std::nullopt;
  double number = 0;
  const char* end = value.text.data() + value.text.size();
  const auto [last, error] = std::from_chars(value.text.data(), end, number);
  if (error != std::errc() || last != end) return std::nullopt;
  return number;
}

}  // namespace stayalive
