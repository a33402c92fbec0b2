// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/kept_text.h"
#include "base/time.h"

namespace stayalive {

// One fact of a document, of a type that each printer writes in its own way: nothing, a truth
// value, a whole number, a number, a span, an instant or text.
class Value {
 public:
  using Variant = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, Duration,
                               TimePoint, KeptText>;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool flag) : variant_(flag) {}
  template <std::signed_integral Integer>
  Value(Integer number) : variant_(static_cast<std::int64_t>(number)) {}
  template <std::unsigned_integral Integer>
  requires(!std::same_as<Integer, bool>) Value(Integer number)
      : variant_(static_cast<std::uint64_t>(number)) {}
  Value(double number) : variant_(number) {}
  template <class Rep, class Period>
  Value(std::chrono::duration<Rep, Period> span) : variant_(Duration(span)) {}
  Value(TimePoint at) : variant_(at) {}
  Value(std::string text) : variant_(KeptText(std::move(text))) {}
  Value(std::string_view text) : variant_(KeptText(std::string(text))) {}
  Value(const char* text) : variant_(KeptText(text)) {}
  template <class T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }

  bool missing() const { return std::holds_alternative<std::monostate>(variant_); }
  const Variant& variant() const { return variant_; }

 private:
  Variant variant_;
};

// A text, or nothing when it is empty.
Value text_or_nothing(std::string_view text);

// The number nearest to a span in seconds; an instant counts from the beginning of the run.
double seconds(Duration span);
double seconds(TimePoint at);

}  // namespace stayalive
