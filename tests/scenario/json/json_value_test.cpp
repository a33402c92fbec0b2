// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/json_value.h"

#include <gtest/gtest.h>

#include <string>

namespace stayalive {
namespace {

// The value that stands alone in a list, after some text that shifts it.
JsonValue item(const std::string& text) {
  const std::string whole = "[ /* here */ " + text + " ]";
  const SourceText source(whole, "f.json");
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> root = parse_json(source, errors);
  EXPECT_TRUE(errors.empty()) << text << ": " << to_string(errors.front());
  if (!root || root->items.size() != 1) return {};
  EXPECT_EQ(root->items.front().offset, 13u) << text;
  return root->items.front();
}

std::string only_error(const std::string& text) {
  const SourceText source(text, "f.json");
  std::vector<Diagnostic> errors;
  parse_json(source, errors);
  EXPECT_EQ(errors.size(), 1u) << text;
  return errors.empty() ? "no error" : to_string(errors.front());
}

TEST(JsonValue, KnowsWhereEveryKindOfValueBegins) {
  EXPECT_EQ(item("null").kind, JsonValue::Kind::Null);
  EXPECT_TRUE(item("true").flag);
  EXPECT_FALSE(item("false").flag);
  EXPECT_EQ(item("42").integer, 42);
  EXPECT_EQ(item("-7").integer, -7);
  EXPECT_EQ(item("1.50").text, "1.50");
  EXPECT_FALSE(item("1.50").integer.has_value());
  EXPECT_EQ(item("1e3").text, "1e3");
  EXPECT_EQ(item(R"("")").text, "");
  EXPECT_EQ(item(R"("a")").text, "a");
  EXPECT_EQ(item(R"("a\"b\\")").text, R"(a"b\)");
  EXPECT_EQ(item(R"("\\\"")").text, R"(\")");
  EXPECT_EQ(item("\"\xc3\xa9 \\u00e9\"").text, "\xc3\xa9 \xc3\xa9");
  EXPECT_EQ(item("{}").kind, JsonValue::Kind::Object);
  EXPECT_EQ(item("[1,2]").items.size(), 2u);
}

TEST(JsonValue, HoldsWholeNumbersUpToTheLargest) {
  EXPECT_EQ(item("9223372036854775807").integer, INT64_MAX);
  EXPECT_EQ(item("-9223372036854775808").integer, INT64_MIN);
  EXPECT_FALSE(item("9223372036854775808").integer.has_value());
  EXPECT_EQ(item("9223372036854775808").text, "9223372036854775808");
}

TEST(JsonValue, KeepsKeysInTheOrderOfTheText) {
  const SourceText source("{\"b\": 1,\n  \"a\": {\"c\": 2}}", "f.json");
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> root = parse_json(source, errors);
  ASSERT_TRUE(root.has_value());
  ASSERT_EQ(root->keys.size(), 2u);
  EXPECT_EQ(root->keys[0].text, "b");
  EXPECT_EQ(root->keys[1].text, "a");
  EXPECT_EQ(source.position(root->keys[1].offset).line, 2u);
  EXPECT_EQ(source.position(root->keys[1].offset).column, 3u);
  ASSERT_NE(root->find("a"), nullptr);
  EXPECT_EQ(root->find("a")->find("c")->integer, 2);
  EXPECT_EQ(root->find("c"), nullptr);
}

TEST(JsonValue, ReportsARepeatedKeyWhereItStandsAgain) {
  EXPECT_EQ(only_error("{\"x\": {\"a\": 1,\n \"a\": 2}}"),
            "f.json:2:2: at /x/a: the key \"a\" stands here a second time; "
            "allowed: each key once in an object");
}

TEST(JsonValue, RefusesNestingBeyondSixtyFourLevels) {
  const std::string deepest = std::string(64, '[') + std::string(64, ']');
  const SourceText source(deepest, "f.json");
  std::vector<Diagnostic> errors;
  EXPECT_TRUE(parse_json(source, errors).has_value());
  EXPECT_TRUE(errors.empty());
  EXPECT_NE(only_error("[" + deepest + "]").find("nested too deeply"), std::string::npos);
  EXPECT_NE(only_error(std::string(1'000'000, '[')).find("nested too deeply"), std::string::npos);
}

TEST(JsonValue, RefusesMoreThanFourHundredThousandValues) {
  std::string text = "[0";
  for (int i = 0; i < 399'998; ++i) text += ",0";
  const std::string enough = text + "]";
  const SourceText fits(enough, "f.json");
  std::vector<Diagnostic> errors;
  EXPECT_TRUE(parse_json(fits, errors).has_value());
  EXPECT_NE(only_error(text + ",0]").find("too many values"), std::string::npos);
}

TEST(JsonSyntax, ExplainsWhatIsWrongAndWhere) {
  EXPECT_EQ(only_error(""), "f.json:1:1: the text is empty; allowed: an object in braces");
  EXPECT_EQ(only_error("{\"a\": 1"),
            "f.json:1:8: the text ends here, unfinished; allowed: a comma and the next key, or }");
  EXPECT_EQ(only_error("{\"a\" 1}"),
            "f.json:1:6: found 1 where it does not fit; allowed: a colon after the key");
  EXPECT_EQ(only_error("{\"a\": 1,\n}"),
            "f.json:1:8: this comma has nothing after it; allowed: a key in double quotes");
  EXPECT_NE(only_error("[1,]").find("f.json:1:3: this comma has nothing after it"),
            std::string::npos);
  EXPECT_EQ(only_error("{\"a\": 1 \"b\": 2}"),
            "f.json:1:9: found \" where it does not fit; allowed: a comma and the next key, or }");
  EXPECT_EQ(only_error("{a: 1}"),
            "f.json:1:2: found a where it does not fit; allowed: a key in double quotes, or }");
  EXPECT_NE(only_error("{\"a\": 'x'}").find("1:7: text stands in double quotes"),
            std::string::npos);
  EXPECT_NE(only_error("{\"a\": nul}").find("1:7: found nul where"), std::string::npos);
  EXPECT_NE(only_error("{\"a\": NaN}").find("1:7: found NaN where"), std::string::npos);
  EXPECT_EQ(only_error("{} x"),
            "f.json:1:4: found x where it does not fit; "
            "allowed: nothing after the end of the document");
  EXPECT_NE(only_error("[1 /* open").find("the text ends here"), std::string::npos);
}

TEST(JsonSyntax, ExplainsBrokenTextsAndBytes) {
  EXPECT_NE(only_error("[\"abc").find("1:2: this text has no closing quote"), std::string::npos);
  EXPECT_NE(only_error("[\"a\nb\"]").find("1:2: this text has no closing quote on its line"),
            std::string::npos);
  EXPECT_NE(only_error("[\"a\tb\"]").find("1:4: a control character"), std::string::npos);
  EXPECT_NE(only_error("[\"a\\qb\"]").find("1:5: this escape is not one of JSON"),
            std::string::npos);
  EXPECT_NE(only_error("[\"a\xff\"]").find("1:4: this text is not valid UTF-8"), std::string::npos);
  EXPECT_NE(only_error("[\"\xc3\"]").find("1:3: this text is not valid UTF-8"), std::string::npos);
  EXPECT_NE(only_error("[\xff]").find("found byte 0xff"), std::string::npos);
  EXPECT_NE(only_error(std::string("{}\0{}", 5)).find("1:3: found a NUL byte"), std::string::npos);
}

TEST(JsonSyntax, RefusesNumbersThatNoMachineHolds) {
  EXPECT_EQ(only_error("{\"a\": [1e999]}"),
            "f.json:1:8: at /a/0: this number is too large; "
            "allowed: a whole number up to 9223372036854775807");
  EXPECT_NE(only_error("[" + std::string(5000, '9') + "]").find("too large"), std::string::npos);
}

TEST(Quote, IsShortAndHasNoControlCharacters) {
  EXPECT_EQ(pointer_token("a/b~c"), "a~1b~0c");
  EXPECT_EQ(quote(std::string_view("a\"\n\x7f")), "\"a\\\"\\u000a\\u007f\"");
  const std::string quoted_long = quote(std::string(59, 'x') + "\xc3\xa9tail");
  EXPECT_EQ(quoted_long, "\"" + std::string(59, 'x') + "...\"");
}

TEST(JsonValue, MessagesAboutAHugeKeyAreShort) {
  // A thousand keys twice, below one of two megabytes.
  std::string text = "{\"" + std::string(2'000'000, 'k') + "\": {";
  for (int i = 0; i < 1000; ++i)
    text += "\"a" + std::to_string(i) + "\": 1, \"a" + std::to_string(i) + "\": 1, ";
  text += "\"end\": 1}}";
  std::vector<Diagnostic> errors;
  EXPECT_TRUE(parse_json(SourceText(text, "x.json"), errors).has_value());
  ASSERT_EQ(errors.size(), 1000u);
  std::size_t bytes = 0;
  for (const Diagnostic& error : errors) bytes += to_string(error).size();
  EXPECT_LT(bytes, 500'000u);
  EXPECT_EQ(errors.front().pointer, "/" + std::string(200, 'k') + ".../a0");
}

}  // namespace
}  // namespace stayalive
