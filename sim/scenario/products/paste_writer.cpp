// SPDX-License-Identifier: Apache-2.0
#include "scenario/products/paste_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace stayalive {
namespace {

std::vector<std::string_view> split_values(std::string_view values) {
  std::vector<std::string_view> all;
  while (!values.empty()) {
    all.push_back(values.substr(0, values.find('|')));
    values.remove_prefix(std::min(all.back().size() + 1, values.size()));
  }
  return all;
}

bool same_value(std::string_view a, std::string_view b) {
  return a == b || (parse_duration(a) && parse_duration(a) == parse_duration(b));
}

void put_value(std::string& text, const std::string& mark, const std::string& value) {
  for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark)) {
    text.replace(at, mark.size(), value);
  }
}

// A span in units, and in milliseconds; anything else as it is.
void put_option(std::string& text, std::string_view key, OptionType type, std::int64_t number,
                Duration unit, std::string value) {
  if (type == OptionType::Span) {
    put_value(text, fmt::format("{{{}.ms}}", key), std::to_string(Duration{number} / 1ms));
    value = std::to_string(Duration{number} / unit);
  }
  put_value(text, fmt::format("{{{}}}", key), value);
}

}  // namespace

std::string_view condition_of(std::string_view line) {
  const std::size_t end = line.find(']');
  const bool has = line.starts_with('[') && end != line.npos && line.find('=') < end;
  return has ? line.substr(1, end - 1) : "";
}

bool PasteWriter::is_true(std::string_view condition) const {
  while (!condition.empty()) {
    const std::string_view one = condition.substr(0, condition.find(','));
    condition.remove_prefix(std::min(one.size() + 1, condition.size()));
    const std::size_t equals = one.find('=');
    CHECK(equals != one.npos && equals > 0, "a condition has an option and values");
    const bool wanted = one[equals - 1] != '!';
    const std::string value = value_of(one.substr(0, wanted ? equals : equals - 1));
    const auto same = [&](std::string_view text) { return same_value(text, value); };
    if (std::ranges::any_of(split_values(one.substr(equals + 1)), same) != wanted) return false;
  }
  return true;
}

std::string PasteWriter::lines(std::string_view text) const {
  std::string kept;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n') + 1);
    text.remove_prefix(line.size());
    if (const std::string_view condition = condition_of(line); !condition.empty()) {
      if (!is_true(condition)) continue;
      line.remove_prefix(condition.size() + 2);
    }
    kept += line;
  }
  return fill(kept);
}

std::string PasteWriter::fill(std::string_view text) const {
  std::string filled(text);
  put_value(filled, "{ends}", choice_.ends());
  for (const Product::Option& option : choice_.product->options) {
    const std::int64_t value = value_of(option);
    put_option(filled, option.name, option.sets->type, value, option.unit, option.print(value));
  }
  for (const OptionSpec& spec : choice_.product->strategy->options) {
    put_option(filled, spec.key, spec.type, options_.number(spec), 1s, value_text(spec, options_));
  }
  return filled;
}

bool PasteWriter::says(const Product::Paste& paste, const std::string& key) const {
  if (!is_true(paste.only)) return false;
  std::string text = fmt::format("[{}]{}{}", paste.only, paste.where, paste.lines);
  if (text.find("{ends}") != text.npos) text += "{side}{from}";
  const auto names = [&text](std::string_view option, std::initializer_list<const char*> forms) {
    return std::ranges::any_of(forms, [&](const char* form) {
      return text.find(fmt::format(fmt::runtime(form), option)) != text.npos;
    });
  };
  for (const Product::Option& option : choice_.product->options) {
    if (option.sets->key == key && names(option.name, {"{{{}}}", "{{{}.ms}}"})) return true;
  }
  return names(key, {"{{{}}}", "{{{}.ms}}", "[{}=", "[{}!", ",{}=", ",{}!"});
}

std::string PasteWriter::value_of(std::string_view key) const {
  if (key == "transport") return std::string(name(choice_.transport));
  const OptionSpec* spec = find_option(*choice_.product->strategy, key);
  CHECK(spec != nullptr, "a condition names an option of the strategy");
  return value_text(*spec, options_);
}

std::int64_t PasteWriter::value_of(const Product::Option& option) const {
  if (&option == choice_.product->interval()) return interval_.count();
  return option.from_strategy(options_.number(*option.sets));
}

}  // namespace stayalive
