// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/json_text.h"

#include <nlohmann/json.hpp>

namespace stayalive {

std::string json_text(std::string_view text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string json_text(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::Null:
      return "null";
    case JsonValue::Kind::Boolean:
      return value.flag ? "true" : "false";
    case JsonValue::Kind::Number:
      return value.text;
    case JsonValue::Kind::Text:
      return json_text(value.text);
    case JsonValue::Kind::Array:
    case JsonValue::Kind::Object:
      break;
  }
  const bool object = value.kind == JsonValue::Kind::Object;
  std::string text(1, object ? '{' : '[');
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) text += ',';
    if (object) text += json_text(value.keys[i].text) + ':';
    text += json_text(value.items[i]);
  }
  return text + (object ? '}' : ']');
}

}  // namespace stayalive
