// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/json_text.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(JsonText, AValueIsWrittenInOneLineAndWithoutItsPlace) {
  const SourceText source(
      "  {\"a\" : [1, 2.50, -0],\n \"b\\u0041\": {\"c\": null, \"d\": true},"
      "\"e\": \"\\\"x\\ny\"}",
      "f");
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> value = parse_json(source, errors);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(json_text(*value), R"({"a":[1,2.50,-0],"bA":{"c":null,"d":true},"e":"\"x\ny"})");
}

TEST(JsonText, AListGrowsByValuesOfAnyKind) {
  EXPECT_EQ(JsonList().text(), "[]");
  JsonList inner;
  inner.add(0);
  EXPECT_EQ(JsonList().add("a\"b").add(UINT64_MAX).add(INT64_MIN).add_json(inner.text()).text(),
            R"(["a\"b",18446744073709551615,-9223372036854775808,[0]])");
  EXPECT_EQ(JsonList().add("\xff").text(), "[\"\xef\xbf\xbd\"]") << "what is no UTF-8";
}

}  // namespace
}  // namespace stayalive
