// SPDX-License-Identifier: Apache-2.0
#include "strategy/options.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/check.h"
#include "base/text.h"

namespace stayalive {
namespace {

std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

std::optional<Options::Value> parse(const OptionSpec& spec, std::string_view text) {
  switch (spec.type) {
    case OptionType::Span: {
      const std::optional<Duration> span = parse_duration(text);
      if (!span || span->count() < spec.least || span->count() > spec.most) return {};
      return Options::Value{*span};
    }
    case OptionType::Count: {
      const std::optional<std::int64_t> count = parse_count(text);
      if (!count || *count < spec.least || *count > spec.most) return {};
      return Options::Value{*count};
    }
    case OptionType::Flag:
      if (text != "true" && text != "false") return {};
      return Options::Value{text == "true"};
    case OptionType::Choice:
      if (std::ranges::find(spec.choices, text) == spec.choices.end()) return {};
      return Options::Value{std::string(text)};
  }
  return {};
}

}  // namespace

template <class T>
const T& Options::get(std::string_view key) const {
  const auto entry = values_.find(key);
  CHECK(entry != values_.end(), "an option that is asked for is in its strategy's table");
  const T* value = std::get_if<T>(&entry->second);
  CHECK(value != nullptr, "an option is asked for by its own type");
  return *value;
}

template const Duration& Options::get<Duration>(std::string_view) const;
template const std::int64_t& Options::get<std::int64_t>(std::string_view) const;
template const bool& Options::get<bool>(std::string_view) const;
template const KeptText& Options::get<KeptText>(std::string_view) const;

std::int64_t Options::number(const OptionSpec& spec) const {
  switch (spec.type) {
    case OptionType::Span:
      return span(spec.key).count();
    case OptionType::Count:
      return count(spec.key);
    case OptionType::Flag:
      return flag(spec.key) ? 1 : 0;
    case OptionType::Choice:
      return std::ranges::find(spec.choices, choice(spec.key)) - spec.choices.begin();
  }
  return 0;
}

void Options::set_number(const OptionSpec& spec, std::int64_t number) {
  switch (spec.type) {
    case OptionType::Span:
      return set(spec.key, Duration{number});
    case OptionType::Count:
      return set(spec.key, number);
    case OptionType::Flag:
      return set(spec.key, number != 0);
    case OptionType::Choice:
      return set(spec.key, std::string(spec.choices[static_cast<std::size_t>(number)]));
  }
}

Options defaults(std::span<const OptionSpec> table) {
  Options options;
  for (const OptionSpec& spec : table) {
    if (spec.default_text.empty()) continue;
    const bool fits = set_from_text(options, spec, spec.default_text);
    CHECK(fits, "the default of an option fits its own type and limits");
  }
  return options;
}

bool set_from_text(Options& options, const OptionSpec& spec, std::string_view text) {
  std::optional<Options::Value> value = parse(spec, text);
  if (!value) return false;
  options.set(spec.key, std::move(*value));
  return true;
}

}  // namespace stayalive
