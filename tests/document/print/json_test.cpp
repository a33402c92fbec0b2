// SPDX-License-Identifier: Apache-2.0
#include "document/print/json.h"

#include <gtest/gtest.h>

#include "support/document_text.h"

namespace stayalive {
namespace {

TEST(JsonPrinter, IndentsByTwoAndKeepsTheOrderOfNames) {
  Tree data = Tree::record({{"z", 1}, {"a", "text"}, {"none", nullptr}});
  data.set("list", Tree::list_of(std::vector<Duration>{1500ms, 600s}));
  data.set("at", kStart + 1ns);
  data.set("no items", Tree::list());
  data.set("no members", Tree::record());
  EXPECT_EQ(printed_data(data),
            "{\n"
            "  \"z\": 1,\n"
            "  \"a\": \"text\",\n"
            "  \"none\": null,\n"
            "  \"list\": [\n"
            "    1.5,\n"
            "    600.0\n"
            "  ],\n"
            "  \"at\": 1e-09,\n"
            "  \"no items\": [],\n"
            "  \"no members\": {}\n"
            "}\n");
}

TEST(JsonPrinter, EscapesTextAndMendsWhatIsNotUtf8) {
  EXPECT_EQ(printed_data("say \"x\"\n"), "\"say \\\"x\\\"\\n\"\n");
  EXPECT_EQ(printed_data("\xff"), "\"\xef\xbf\xbd\"\n");
  EXPECT_EQ(printed_data("\033\u009b\u202e ##[x"), "\"\\u001b\\u009b\\u202e ##\\u005bx\"\n");
}

TEST(JsonPrinter, WritesWholeNumbersWhole) {
  EXPECT_EQ(printed_data(UINT64_MAX), "18446744073709551615\n");
  EXPECT_EQ(printed_data(std::int64_t{-5}), "-5\n");
  EXPECT_EQ(printed_data(true), "true\n");
}

}  // namespace
}  // namespace stayalive
