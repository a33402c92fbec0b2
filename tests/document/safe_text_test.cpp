// SPDX-License-Identifier: Apache-2.0
#include "document/safe_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace stayalive {
namespace {

TEST(SafeText, ShowsControlCharactersByTheirNumber) {
  EXPECT_EQ(safe_line("a\033]0;x\007b"), "a\\u001b]0;x\\u0007b");
  EXPECT_EQ(safe_line("\x7f"), "\\u007f");
  EXPECT_EQ(safe_line("\xc2\x9b"
                      "31m"),
            "\\u009b31m")
      << "CSI of C1";
  EXPECT_EQ(safe_line("\x9b"
                      "31m"),
            "\\x9b31m")
      << "the same as a bare byte";
  EXPECT_EQ(safe_line("\xe0\x82\x9b"), "\\xe0\\x82\\x9b") << "and overlong";
  EXPECT_EQ(safe_line(std::string_view("a\0b", 3)), "a\\u0000b");
}

TEST(SafeText, ShowsWhatTurnsOrHidesText) {
  EXPECT_EQ(safe_line("a\u202eb\u2066c\u061c"), "a\\u202eb\\u2066c\\u061c");
  EXPECT_EQ(safe_line("a\u00ad\ufeff"), "a\\u00ad\\ufeff");
  EXPECT_EQ(safe_line("\U000e0041"), "\\udb40\\udc41") << "a letter of tags";
}

TEST(SafeText, KeepsWhatPeopleWrite) {
  for (const char* text :
       {"größe ▶ ДНС", "接続 한국", "👩\u200d💻 ❤\ufe0f", "می\u200cخواهم", "e\u0301", "~ !"}) {
    EXPECT_EQ(safe_line(text), text);
  }
}

TEST(SafeText, ALineHasNoLineBreaks) {
  EXPECT_EQ(safe_line("a\nb\r\u2028\u0085\tc"), "a\\u000ab\\u000d\\u2028\\u0085 c");
  EXPECT_EQ(safe_lines("a\nb\r"), "a\nb\\u000d");
}

TEST(SafeText, JsonMeansTheSameAsBefore) {
  const std::string raw = "\"\u009b \u202e \x7f ##[error]x ##vso[y] \U000e0041 #[ [\"";
  const std::string safe = safe_json(raw);
  EXPECT_EQ(safe,
            "\"\\u009b \\u202e \\u007f ##\\u005berror]x ##vso\\u005by] \\udb40\\udc41 #[ [\"");
  EXPECT_EQ(nlohmann::json::parse(safe), nlohmann::json::parse(raw));
}

TEST(SafeText, XmlMeansTheSameWhereItCanSayIt) {
  EXPECT_EQ(xml_text("a<b> & \"c\" 'd' \xc3\xa9\n"),
            "a&lt;b&gt; &amp; &quot;c&quot; 'd' \xc3\xa9&#10;");
  EXPECT_EQ(xml_text(std::string_view("\0\x1f\x20\x7f", 4)), "\xef\xbf\xbd\xef\xbf\xbd\x20&#x7f;");
  EXPECT_EQ(xml_text("a\xff"
                     "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(xml_text("\xef\xbf\xbe\xef\xbf\xbd"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(xml_text("\u009b\u202e ##[x"), "&#x9b;&#x202e; ##&#91;x");
}

}  // namespace
}  // namespace stayalive
