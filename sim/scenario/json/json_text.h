// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <string>
#include <string_view>

#include "scenario/json/json_value.h"

// JSON in one line.  It is written as text: the values of a JSON library may need memory to be
// destroyed, and end the program where there is none.
namespace stayalive {

// In quotes; what is not UTF-8 becomes U+FFFD.
std::string json_text(std::string_view text);
// Without its place in the text that it was read from.
std::string json_text(const JsonValue& value);

// A list, written as it grows.
//
//   JsonList list;
//   list.add("box").add(42).add_json("[]");
//   file << list.text();  // ["box",42,[]]
class JsonList {
 public:
  JsonList& add(std::string_view text) { return add_json(json_text(text)); }
  JsonList& add(const char* text) { return add(std::string_view(text)); }
  template <std::integral Integer>
  JsonList& add(Integer number) {
    return add_json(std::to_string(number));
  }
  // json: a whole value.
  JsonList& add_json(std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json;
    return *this;
  }
  std::string text() const { return text_ + ']'; }

 private:
  std::string text_ = "[";
};

}  // namespace stayalive
