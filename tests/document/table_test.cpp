// SPDX-License-Identifier: Apache-2.0
#include "document/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace stayalive {
namespace {

TEST(Table, AlignsColumnsAndLeavesNoBlanksAtTheEnd) {
  Table table({"NAME", "WHAT"});
  table.add({{"a", ""}, {"short", ""}});
  table.add({{"longer name", ""}, {"", ""}});
  std::ostringstream out;
  table.print(out, Style(false));
  EXPECT_EQ(out.str(), "NAME         WHAT\na            short\nlonger name\n");
}

TEST(Table, ColoursDoNotCountAsWidth) {
  const Style style(true);
  Table table({"A", "B"});
  table.add({{"bad", style.bad("bad")}, {"x", ""}});
  std::ostringstream out;
  table.print(out, style);
  EXPECT_NE(out.str().find("\033[31mbad\033[0m  x"), std::string::npos) << out.str();
}

TEST(Table, CountsLettersAndNotBytes) {
  Table table({"A", "B"});
  table.add({{"é", ""}, {"x", ""}});
  std::ostringstream out;
  table.print(out, Style(false));
  EXPECT_EQ(out.str(), "A  B\né  x\n");
}

TEST(Table, ARuleGoesAcrossAndMakesNoColumnWider) {
  Table table({"A", "B"});
  table.add({{"1", ""}, {"x", ""}});
  table.rule({"---- between the rows ----", ""});
  table.add({{"2", ""}, {"y", ""}});
  std::ostringstream out;
  table.print(out, Style(false));
  EXPECT_EQ(out.str(), "A  B\n1  x\n---- between the rows ----\n2  y\n");
}

TEST(Style, WithoutColourPaintsNothing) {
  EXPECT_EQ(Style(false).good("ok"), "ok");
  EXPECT_EQ(Style(true).good(""), "");
}

}  // namespace
}  // namespace stayalive
