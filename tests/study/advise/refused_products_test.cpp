// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scenario/products/products.h"
#include "study/advise/question_words.h"
#include "support/golden.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

TEST(RefusedProducts, AreToldApartFromUnknownOnesWhereverTheyAreNamed) {
  Products products;
  const std::string reason = "no TCP and no UDP";
  EXPECT_TRUE(says(products.refusal("lacp"), reason));
  EXPECT_EQ(products.refusal("mqtt"), "");
  EXPECT_EQ(products.find("lacp"), nullptr);
  EXPECT_TRUE(says(to_string(products.parse("lacp=30s").errors().front()), reason));
  EXPECT_TRUE(says(
      mistakes(R"({"connections": [{"strategy": "lacp"}]})"),
      "s.json:1:31: at /connections/0/strategy: \"lacp\" (LACP) is not played: it has " + reason));
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"strategy": {"gre": {}}}]})"), reason));
  const auto words = read_words({"apns", "azure-lb"}, "", {}, products);
  ASSERT_FALSE(words.ok());
  EXPECT_TRUE(says(to_string(words.errors().front()), "is not played: its heartbeat adapts"));
}

TEST(RefusedProducts, StandInTheListOfLimits) {
  Products products;
  const std::string limits = project_text("docs/limits.md");
  ASSERT_GT(products.refused().size(), 5u);
  for (const Product* product : products.refused()) {
    EXPECT_TRUE(says(limits, "`" + product->name + "`")) << product->name;
  }
}

}  // namespace
}  // namespace stayalive
