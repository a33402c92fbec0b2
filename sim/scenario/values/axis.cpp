// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/axis.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "scenario/values/value_range.h"

namespace stayalive {
namespace {

std::string as_json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string as_json(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::Null:
      return "null";
    case JsonValue::Kind::Boolean:
      return value.flag ? "true" : "false";
    case JsonValue::Kind::Number:
      return value.text;
    case JsonValue::Kind::Text:
      return as_json(value.text);
    case JsonValue::Kind::Array:
    case JsonValue::Kind::Object:
      break;
  }
  const bool object = value.kind == JsonValue::Kind::Object;
  std::string text(1, object ? '{' : '[');
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) text += ',';
    if (object) text += as_json(value.keys[i].text) + ':';
    text += as_json(value.items[i]);
  }
  return text + (object ? '}' : ']');
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::vector<Diagnostic> mistake(std::string message, std::string allowed) {
  return {{{}, 0, 0, {}, std::move(message), std::move(allowed), {}}};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<JsonValue> try_json(std::string_view text) {
  std::vector<Diagnostic> errors;
  std::optional<JsonValue> value = parse_json(SourceText(text, {}), errors);
  return errors.empty() ? value : std::nullopt;
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
  const bool json = std::string_view("\"[{").find(text.front()) != std::string_view::npos;
  const bool number = text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
  if (json || number || text == "true" || text == "false" || text == "null") {
    if (std::optional<JsonValue> value = try_json(text)) {
      return std::vector<JsonValue>{std::move(*value)};
    }
    if (json) return mistake("found " + quote(text) + ", which is not JSON", "JSON, or plain text");
  }
  JsonValue value;
  value.kind = JsonValue::Kind::Text;
  value.text = text;
  return std::vector<JsonValue>{std::move(value)};
}

}  // namespace

std::string label(const JsonValue& value) {
  if (value.kind == JsonValue::Kind::Text && is_plain(value.text)) return value.text;
  return as_json(value);
}

Result<Axis> parse_axis(std::string_view text) {
  if (valid_utf8(text) != text.size() || !is_plain(text)) {
    return mistake("the text of an axis is not plain", "UTF-8 without control characters");
  }
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || trimmed(text.substr(0, equals)).empty()) {
    return mistake("found " + quote(text), "PATH=VALUES, for example duration=1h,2h");
  }
  Axis axis{std::string(trimmed(text.substr(0, equals))), {}};
  const std::string_view values = trimmed(text.substr(equals + 1));
  if (values.starts_with('[')) {
    std::optional<JsonValue> list = try_json(values);
    if (list && list->kind == JsonValue::Kind::Array && !list->items.empty()) {
      axis.values = std::move(list->items);
    }
  }
  std::vector<Diagnostic> errors;
  if (axis.values.empty()) {
    for (const std::string_view part : split(values)) {
      Result<std::vector<JsonValue>> some = parse_part(trimmed(part));
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
