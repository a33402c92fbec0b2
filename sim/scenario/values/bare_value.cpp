// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/bare_value.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace stayalive {

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string_view without_blanks_around(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<JsonValue> try_json(std::string_view text) {
  std::vector<Diagnostic> errors;
  std::optional<JsonValue> value = parse_json(SourceText(text, {}), errors);
  return errors.empty() ? value : std::nullopt;
}

Result<JsonValue> parse_bare_value(std::string_view text) {
  const bool json =
      !text.empty() && std::string_view("\"[{").find(text.front()) != std::string_view::npos;
  const bool number =
      !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
  if (json || number || text == "true" || text == "false" || text == "null") {
    if (std::optional<JsonValue> value = try_json(text)) return std::move(*value);
    if (json) {
      return std::vector<Diagnostic>{{{},
                                      0,
                                      0,
                                      {},
                                      "found " + quote(text) + ", which is not JSON",
                                      "JSON, or plain text",
                                      {}}};
    }
  }
  JsonValue value;
  value.kind = JsonValue::Kind::Text;
  value.text = text;
  return value;
}

}  // namespace stayalive
