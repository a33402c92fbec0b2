// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/value_range.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace stayalive {
namespace {

constexpr std::string_view kRange =
    R"(a range such as "15s..10m/15s" (in steps), "15s..16m*2" (by factors) or "1..10/1")";

std::optional<std::int64_t> parse_whole(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || text.front() == '-') return std::nullopt;
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

// A bound of a range or its step.
struct Quantity {
  std::int64_t amount = 0;  // nanoseconds of a span
  bool span = false;
};

std::optional<Quantity> parse_quantity(std::string_view text) {
  if (const std::optional<std::int64_t> whole = parse_whole(text)) return Quantity{*whole, false};
  if (const std::optional<Duration> span = parse_duration(text)) {
    return Quantity{span->count(), true};
  }
  return std::nullopt;
}

JsonValue value_of(Quantity quantity) {
  JsonValue value;
  if (quantity.span) {
    value.kind = JsonValue::Kind::Text;
    value.text = print_duration(Duration{quantity.amount});
  } else {
    value.kind = JsonValue::Kind::Number;
    value.text = std::to_string(quantity.amount);
    value.integer = quantity.amount;
  }
  return value;
}

std::vector<Diagnostic> range_mistake(std::string message, std::string_view allowed = kRange,
                                      std::string suggestion = {}) {
  return {{{}, 0, 0, {}, std::move(message), std::string(allowed), std::move(suggestion)}};
}

// The next value; empty beyond `end`.
std::optional<std::int64_t> next(std::int64_t at, std::int64_t end, std::int64_t by, bool factor) {
  if (factor) return at > end / by ? std::nullopt : std::optional(at * by);
  return by > end - at ? std::nullopt : std::optional(at + by);
}

Result<std::vector<JsonValue>> count_up(std::string_view text, Quantity begin, Quantity end,
                                        std::int64_t by, bool factor) {
  std::vector<JsonValue> values;
  for (std::optional<std::int64_t> at = begin.amount; at; at = next(*at, end.amount, by, factor)) {
    if (values.size() == kMostAxisValues) {
      return range_mistake("the range " + quote(text) + " has too many values",
                           "at most 10,000 values");
    }
    values.push_back(value_of({*at, begin.span}));
  }
  return values;
}

}  // namespace

bool is_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  return dots != std::string_view::npos && parse_quantity(text.substr(0, dots)).has_value();
}

Result<std::vector<JsonValue>> parse_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  const std::size_t sign = text.find_first_of("/*");
  if (dots == std::string_view::npos) return range_mistake("found " + quote(text));
  const std::string_view first = text.substr(0, dots);
  const std::string_view last = text.substr(dots + 2, sign - std::min(sign, dots + 2));
  const std::optional<Quantity> begin = parse_quantity(first);
  const std::optional<Quantity> end = parse_quantity(last);
  if (!begin || !end) {
    return range_mistake("the range " + quote(text) +
                         " is not from a span or a whole number to another");
  }
  if (begin->span != end->span) {
    return range_mistake("the range " + quote(text) + " is from a span to a number, or the reverse",
                         "two spans or two whole numbers");
  }
  if (end->amount < begin->amount) {
    return range_mistake(
        "the range " + quote(text) + " ends before it begins", "the smaller value first",
        std::string(last) + ".." + std::string(first) +
            (sign == std::string_view::npos ? "" : std::string(text.substr(sign))));
  }
  if (sign == std::string_view::npos) {
    return range_mistake("the range " + quote(text) + " has no step");
  }
  const std::string_view by_text = text.substr(sign + 1);
  const bool factor = text[sign] == '*';
  if (factor) {
    const std::optional<std::int64_t> by = parse_whole(by_text);
    if (!by || *by < 2) {
      return range_mistake("found the factor " + quote(by_text), "a whole number from 2");
    }
    if (begin->amount == 0) {
      return range_mistake("no factor leads away from " + quote(first), "a beginning above zero");
    }
    return count_up(text, *begin, *end, *by, true);
  }
  const std::optional<Quantity> by = parse_quantity(by_text);
  if (!by || by->span != begin->span || by->amount == 0) {
    return range_mistake(
        "found the step " + quote(by_text),
        begin->span ? R"(a span above zero such as "15s")" : "a whole number from 1");
  }
  return count_up(text, *begin, *end, by->amount, false);
}

}  // namespace stayalive
