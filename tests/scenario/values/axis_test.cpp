// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/axis.h"

#include <gtest/gtest.h>

#include <string>

namespace stayalive {
namespace {

// "PATH: KIND VALUE, ...", or the mistakes.
std::string read(std::string_view text) {
  const Result<Axis> axis = parse_axis(text);
  std::string all;
  if (!axis.ok()) {
    for (const Diagnostic& error : axis.errors()) all += to_string(error) + "\n";
    return all;
  }
  constexpr std::string_view kKinds = "nbntlo";  // null, boolean, number, text, list, object
  for (const JsonValue& value : axis.value().values) {
    all += all.empty() ? axis.value().path + ":" : ",";
    all += std::string(" ") + kKinds[static_cast<std::size_t>(value.kind)] + " " + label(value);
  }
  return all;
}

bool axis_says(std::string_view text, std::string_view part) {
  return read(text).find(part) != std::string::npos;
}

TEST(ParseAxis, TakesTextsNumbersAndJson) {
  EXPECT_EQ(read("duration=1h,2h"), "duration: t 1h, t 2h");
  EXPECT_EQ(read("seed=1,22"), "seed: n 1, n 22");
  EXPECT_EQ(read("a=true,false,\"true\""), "a: b true, b false, t true");
  EXPECT_EQ(read("connections.a.strategy=ssh,{\"ssh\": {\"cipher\": \"aes-gcm\"}}"),
            "connections.a.strategy: t ssh, o {\"ssh\":{\"cipher\":\"aes-gcm\"}}");
  EXPECT_EQ(read("path.0.loss=1/1000,0.5%"), "path.0.loss: t 1/1000, t 0.5%");
  EXPECT_EQ(read(" a = 1h , 2h "), "a: t 1h, t 2h");
  EXPECT_EQ(read("a=\"1,2\",[3,4]"), "a: t 1,2, l [3,4]");
  EXPECT_EQ(read("a=b=c"), "a: t b=c");
}

TEST(ParseAxis, TakesRangesAmongOtherValues) {
  EXPECT_EQ(read("a=5s,15s..45s/15s,10m"), "a: t 5s, t 15s, t 30s, t 45s, t 10m");
  EXPECT_EQ(read("a=1..4*2"), "a: n 1, n 2, n 4");
}

TEST(ParseAxis, TakesAListAsTheValues) {
  EXPECT_EQ(read("a=[\"1s..2s/1s\", 2, [3]]"), "a: t 1s..2s/1s, n 2, l [3]");
  EXPECT_TRUE(axis_says("a=[", "found \"[\", which is not JSON"));
}

TEST(ParseAxis, ExplainsEveryMistake) {
  EXPECT_TRUE(axis_says("duration", "allowed: PATH=VALUES"));
  EXPECT_TRUE(axis_says("=1h", "allowed: PATH=VALUES"));
  EXPECT_TRUE(axis_says("]=1h", "allowed: PATH=VALUES"));
  EXPECT_TRUE(axis_says("", "allowed: PATH=VALUES"));
  EXPECT_TRUE(axis_says("a=", "a value is empty"));
  EXPECT_TRUE(axis_says("a=1h,,2h", "a value is empty"));
  EXPECT_TRUE(axis_says("a=[]x", "which is not JSON"));
  EXPECT_TRUE(axis_says("a={\"ssh\"}", "which is not JSON"));
  EXPECT_TRUE(axis_says("a=\xff", "not plain"));
  EXPECT_TRUE(axis_says("a=\n", "not plain"));
  const std::string both = read("a=1s..2s/0s,,1h");
  EXPECT_NE(both.find("found the step"), std::string::npos);
  EXPECT_NE(both.find("a value is empty"), std::string::npos);
}

TEST(ParseAxis, HasAtMostTenThousandValues) {
  EXPECT_EQ(parse_axis("a=1..9999/1,5").value().values.size(), 10'000u);
  EXPECT_TRUE(axis_says("a=1..9999/1,5,6", "the axis \"a\" has too many values"));
}

TEST(Label, ShowsATextAsItIsUnlessItWouldBreakATable) {
  JsonValue text;
  text.kind = JsonValue::Kind::Text;
  text.text = "30s";
  EXPECT_EQ(label(text), "30s");
  text.text = "two\nlines";
  EXPECT_EQ(label(text), "\"two\\nlines\"");
  EXPECT_EQ(label(JsonValue{}), "null");
}

}  // namespace
}  // namespace stayalive
