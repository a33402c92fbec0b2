// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/axis.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "document/utf8.h"
#include "scenario/json/json_text.h"
#include "scenario/values/bare_value.h"
#include "scenario/values/document_path.h"
#include "scenario/values/value_range.h"

namespace stayalive {
namespace {

std::vector<Diagnostic> mistake(std::string message, std::string allowed) {
  return {{{}, 0, 0, {}, std::move(message), std::move(allowed), {}}};
}

// At commas that are neither in quotes nor in brackets.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '[' || c == '{')) {
      ++depth;
    } else if (!quoted && (c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if (!quoted && depth == 0 && c == ',') {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

Result<std::vector<JsonValue>> parse_part(std::string_view text) {
  if (text.empty()) return mistake("a value is empty", "values separated by single commas");
  if (is_range(text)) return parse_range(text);
  const Result<JsonValue> value = parse_bare_value(text);
  if (!value.ok()) return value.errors();
  return std::vector<JsonValue>{value.value()};
}

}  // namespace

std::string label(const JsonValue& value) {
  if (value.kind == JsonValue::Kind::Text && is_plain(value.text)) return value.text;
  return json_text(value);
}

Result<Axis> parse_axis(std::string_view text) {
  if (valid_utf8(text) != text.size() || !is_plain(text)) {
    return mistake("the text of an axis is not plain", "UTF-8 without control characters");
  }
  const std::size_t equals = text.find('=');
  Axis axis{dotted(without_blanks_around(text.substr(0, equals))), {}};
  if (equals == std::string_view::npos || axis.path.empty())
    return mistake("found " + quote(text), "PATH=VALUES, for example duration=1h,2h");
  const std::string_view values = without_blanks_around(text.substr(equals + 1));
  if (values.starts_with('[')) {
    std::optional<JsonValue> list = try_json(values);
    if (list && list->kind == JsonValue::Kind::Array && !list->items.empty()) {
      axis.values = std::move(list->items);
    }
  }
  std::vector<Diagnostic> errors;
  if (axis.values.empty()) {
    for (const std::string_view part : split(values)) {
      Result<std::vector<JsonValue>> some = parse_part(without_blanks_around(part));
      errors.insert(errors.end(), some.errors().begin(), some.errors().end());
      if (!some.ok()) continue;
      axis.values.insert(axis.values.end(), some.value().begin(), some.value().end());
      if (axis.values.size() > kMostAxisValues) break;
    }
  }
  if (!errors.empty()) return errors;
  if (axis.values.size() > kMostAxisValues) {
    return mistake("the axis " + quote(axis.path) + " has too many values",
                   "at most 10,000 values");
  }
  return axis;
}

}  // namespace stayalive
