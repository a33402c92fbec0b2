// SPDX-License-Identifier: Apache-2.0
#include "scenario/products/product.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "scenario/json/option_reader.h"

namespace stayalive {
namespace {

// Letters and digits only, small: "ServerAliveCountMax" is "server_alive_count_max".
std::string plain_letters(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

// Whole parts first, so that large values do not overflow; what is beyond all numbers is the most.
std::int64_t scaled(std::int64_t value, std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t whole = value / denominator;
  if (whole > INT64_MAX / numerator - numerator) return INT64_MAX;
  return whole * numerator + value % denominator * numerator / denominator;
}

}  // namespace

std::int64_t Product::Option::to_strategy(std::int64_t value) const {
  if (value == INT64_MAX) return value;
  return std::max<std::int64_t>(scaled(value, numerator, denominator) - minus, 0);
}

std::int64_t Product::Option::from_strategy(std::int64_t value) const {
  if (value > INT64_MAX - minus) return INT64_MAX;
  return scaled(value + minus, denominator, numerator);
}

std::string Product::Option::print(std::int64_t value) const {
  switch (sets->type) {
    case OptionType::Span:
      return print_duration(Duration{value});
    case OptionType::Count:
      return std::to_string(value);
    case OptionType::Flag:
      return value != 0 ? "true" : "false";
    case OptionType::Choice:
      return std::string(sets->choices[static_cast<std::size_t>(value)]);
  }
  return "";
}

std::string Product::Option::allowed() const {
  switch (sets->type) {
    case OptionType::Span: {
      const std::string units =
          unit == 1s ? "whole seconds" : "multiples of " + print_duration(unit);
      const std::string end = most == INT64_MAX ? " on" : " to " + print_duration(Duration{most});
      const std::string off = least > 0 && zero_is_off ? ", or 0, which is off" : "";
      return fmt::format("{} from {}{}{}", units, print_duration(Duration{least}), end, off);
    }
    case OptionType::Count:
      return fmt::format("a whole number from {} to {}", least, most);
    case OptionType::Flag:
      return "true or false";
    case OptionType::Choice:
      return join_choices(sets->choices);
  }
  return "";
}

std::optional<Duration> Product::usual_interval() const {
  const Option* option = interval();
  if (option == nullptr || !option->usual) return std::nullopt;
  return Duration{*option->usual};
}

bool Product::is_called(std::string_view wanted) const {
  return name == wanted || std::ranges::count(aliases, wanted) > 0;
}

const Product::Option* Product::find_option(std::string_view wanted) const {
  for (const Option& option : options) {
    if (plain_letters(option.name) == plain_letters(wanted)) return &option;
  }
  return nullptr;
}

const OptionSpec* find_option(const StrategyKind& kind, std::string_view key) {
  for (const OptionSpec& spec : kind.options) {
    if (plain_letters(spec.key) == plain_letters(key)) return &spec;
  }
  return nullptr;
}

bool read_product_value(Reader& in, const Product::Option& option, std::int64_t& value) {
  const OptionSpec& sets = *option.sets;
  if (sets.type != OptionType::Span) {
    OptionSpec own = sets;
    own.least = option.least;
    own.most = option.most;
    return read_option(in, own, OptionSlot(value));
  }
  std::int64_t read = value;
  bool known = false;
  in.text_or(
      [&](Reader& text) {
        Duration span{read};
        known = text.span(span);
        read = span.count();
      },
      [&](Reader& number) {
        std::int64_t units = read / option.unit.count();
        known = number.whole(units, 0, INT64_MAX / option.unit.count());
        read = units * option.unit.count();
      },
      R"(a span such as "30s")");
  if (!known) return false;
  const bool off = read == 0 && option.takes_zero();
  if (!off && (read < option.least || read > option.most || read % option.unit.count() != 0)) {
    in.error("found " + in.as_written(), option.allowed());
    return false;
  }
  value = read;
  return true;
}

}  // namespace stayalive
