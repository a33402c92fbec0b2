// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/bare_value.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(BareValue, IsJsonWhereItCanOnlyBeThatAndElseText) {
  EXPECT_EQ(parse_bare_value("5").value().kind, JsonValue::Kind::Number);
  EXPECT_EQ(parse_bare_value("true").value().kind, JsonValue::Kind::Boolean);
  EXPECT_EQ(parse_bare_value("null").value().kind, JsonValue::Kind::Null);
  EXPECT_EQ(parse_bare_value("[1, 2]").value().kind, JsonValue::Kind::Array);
  EXPECT_EQ(parse_bare_value(R"({"a": 1})").value().kind, JsonValue::Kind::Object);
  for (const char* text : {"5s", "1/100", "15s..10m", "a,b", "True", "", "-"}) {
    EXPECT_EQ(parse_bare_value(text).value().kind, JsonValue::Kind::Text) << text;
    EXPECT_EQ(parse_bare_value(text).value().text, text);
  }
  EXPECT_EQ(parse_bare_value("\"5\"").value().text, "5");
  EXPECT_EQ(parse_bare_value("\"5\"").value().kind, JsonValue::Kind::Text);
  EXPECT_EQ(to_string(parse_bare_value("[1,").errors()[0]),
            "found \"[1,\", which is not JSON; allowed: JSON, or plain text");
}

}  // namespace
}  // namespace stayalive
