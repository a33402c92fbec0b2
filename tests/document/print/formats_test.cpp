// SPDX-License-Identifier: Apache-2.0
#include "document/print/formats.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace stayalive {
namespace {

TEST(Formats, EachHasANameOfItsOwnAndPrintsAnyDocument) {
  std::set<std::string_view> names;
  for (const Format& format : formats()) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    const Document document{[] {
                              return Tree::record({{"said", "word"}});
                            },
                            [] {
                              Table table({Column::of("SAID", "said")});
                              table.add({"word"});
                              std::vector<Block> blocks;
                              blocks.push_back(std::move(table));
                              return blocks;
                            }};
    std::ostringstream out;
    make_printer(format.name, out, {})->print(document);
    EXPECT_NE(out.str().find("word"), std::string::npos) << format.name;
  }
  EXPECT_EQ(formats().front().name, "text");
}

}  // namespace
}  // namespace stayalive
