// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"

namespace stayalive {

enum class OptionType : std::uint8_t { Span, Count, Flag, Choice };

// One knob of a strategy.  The table of these is the single definition from which the scenario
// parser, its error messages, the JSON Schema and the documentation are made.
struct OptionSpec {
  std::string_view key;  // snake_case, as in the scenario
  OptionType type = OptionType::Span;
  std::string_view
      help;  // one sentence; units, meaning of zero, the protocol's own name of the option
  // The default, written as in a scenario: "60s", "3", "true", "chacha20"; empty when the option is
  // required.
  std::string_view fallback;
  std::int64_t minimum = 0;  // of Count, or nanoseconds of Span
  std::int64_t maximum = INT64_MAX;
  std::span<const std::string_view> choices{};
};

// Checked values of a strategy's options: every option of its table is present.
class Options {
 public:
  using Value = std::variant<Duration, std::int64_t, bool, std::string>;
  void set(std::string_view key, Value value) { values_[std::string(key)] = std::move(value); }
  // The key must be in the strategy's table, with that type.
  Duration span(std::string_view key) const { return get<Duration>(key); }
  std::int64_t count(std::string_view key) const { return get<std::int64_t>(key); }
  bool flag(std::string_view key) const { return get<bool>(key); }
  const std::string& choice(std::string_view key) const { return get<std::string>(key); }

 private:
  template <class T>
  const T& get(std::string_view key) const;
  std::map<std::string, Value, std::less<>> values_;
};

// Every option of the table at its default; required ones are left out.
Options defaults(std::span<const OptionSpec> table);
// Reads a value as a scenario writes it; empty when the text does not fit the type or the limits.
bool set_from_text(Options& options, const OptionSpec& spec, std::string_view text);

}  // namespace stayalive
