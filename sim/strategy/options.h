// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/kept_text.h"
#include "base/option_spec.h"
#include "base/time.h"

namespace stayalive {

// Checked values of a strategy's options: every option of its table is present.
class Options {
 public:
  using Value = std::variant<Duration, std::int64_t, bool, KeptText>;
  void set(std::string_view key, Value value) { values_[std::string(key)] = std::move(value); }
  // The key must be in the strategy's table, with that type.
  Duration span(std::string_view key) const { return get<Duration>(key); }
  std::int64_t count(std::string_view key) const { return get<std::int64_t>(key); }
  bool flag(std::string_view key) const { return get<bool>(key); }
  const std::string& choice(std::string_view key) const { return get<KeptText>(key); }
  // The value as the number that OptionSpec makes of it.
  std::int64_t number(const OptionSpec& spec) const;
  // number: within the limits of the option.
  void set_number(const OptionSpec& spec, std::int64_t number);

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
