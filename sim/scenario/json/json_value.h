// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/json/source_text.h"

namespace stayalive {

// A JSON value that knows where it stands in the text, so that every complaint can name the place.
struct JsonValue {
  enum class Kind : std::uint8_t { Null, Boolean, Number, Text, Array, Object };
  struct Key {
    std::string text;
    std::size_t offset = 0;
  };
  Kind kind = Kind::Null;
  bool flag = false;                    // of a Boolean
  std::size_t offset = 0;               // of its first byte
  std::string text;                     // contents of a Text; a Number as it is written
  std::optional<std::int64_t> integer;  // of a Number, when it is whole and fits
  std::vector<Key> keys;                // of an Object, in the order of the text
  std::vector<JsonValue> items;         // of an Array; of an Object, one for each key

  // The value of an object's key (the first one when it is repeated); nullptr when there is none.
  const JsonValue* find(std::string_view key) const;
};

// How many values a document may have.
inline constexpr std::size_t kMostJsonValues = 400'000;

// Reads JSON with // and /* */ comments.  A mistake in the syntax ends the reading; repeated keys
// are reported and read on.  At most 64 levels and most_values values; any bytes are safe.  Empty
// exactly when the text could not be read to its end.
std::optional<JsonValue> parse_json(const SourceText& source, std::vector<Diagnostic>& errors,
                                    std::size_t most_values = kMostJsonValues);

// One reference token of a JSON pointer: "~" and "/" escaped (RFC 6901, section 3).  Of a key of
// more than 200 bytes the beginning, and three dots.
std::string pointer_token(std::string_view key);
// How a message quotes a value: short, on one line, without control characters.
std::string quote(const JsonValue& value);
std::string quote(std::string_view text);

}  // namespace stayalive
