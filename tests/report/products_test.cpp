// SPDX-License-Identifier: Apache-2.0
#include "report/products.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "document/width.h"
#include "scenario/products/products.h"
#include "study/advise/shipped_default.h"
#include "support/document_text.h"
#include "support/golden.h"

namespace stayalive {
namespace {

std::vector<ShippedDefault> some(const std::vector<std::string>& names) {
  std::vector<ShippedDefault> all;
  for (const std::string& name : names) all.push_back(try_as_shipped(*find_builtin_product(name)));
  return all;
}

std::string row_of(const std::string& text, const std::string& name) {
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with(name + " ")) return line;
  }
  return "";
}

TEST(ProductsDocument, WhetherADefaultHoldsIsSimulated) {
  const std::vector<ShippedDefault> all = some({"redis", "mqtt", "tcp", "wireguard"});
  const std::string text = printed(describe_products(all, {}), "text", {200, false});
  // Probes every 300 s: a carrier forgets after exactly that time, Azure after 240 s, AWS after
  // 350 s and Google after 600 s.
  EXPECT_NE(row_of(text, "redis").find("carrier-nat 5m, azure-lb 4m  "), std::string::npos) << text;
  EXPECT_EQ(row_of(text, "mqtt").find("azure-lb"), std::string::npos) << "a ping a minute holds";
  EXPECT_NE(row_of(text, "tcp").find("aws-nlb 5m50s"), std::string::npos);
  EXPECT_NE(row_of(text, "wireguard").find(" off "), std::string::npos);
  EXPECT_NE(row_of(text, "wireguard").find("home-router 3m10s"), std::string::npos);
}

TEST(ProductsDocument, ABoxThatIsMorePatientIsNotNamed) {
  const ShippedDefault redis = some({"redis"}).front();
  for (const ShippedDefault::Behind& behind : redis.behind) {
    if (behind.box == "azure-lb") {
      EXPECT_EQ(*behind.died_after / 1s, 240);
    } else if (behind.box == "aws-nlb") {
      EXPECT_FALSE(behind.died_after);
    }
  }
  EXPECT_EQ(redis.behind.size(), common_boxes().size());
}

TEST(ProductsDocument, NoProductIsWiderThanATerminal) {
  for (const Product* product : builtin_products()) {
    const ShippedDefault shipped{product, 0s, {}};
    for (const std::size_t width : {80u, 120u}) {
      const std::string text = printed(describe_product(shipped), "text", {width, false});
      for (const std::string& line : lines_of(text)) {
        // Lines to paste are not broken.
        if (line.find('{') != line.npos || line.find('=') != line.npos) continue;
        EXPECT_LE(display_width(line), width) << product->name << ": " << line;
      }
    }
  }
  const std::vector<ShippedDefault> all = some({"openssh", "grpc", "postgresql", "ipsec"});
  for (const std::string& line :
       lines_of(printed(describe_products(all, {}), "text", {80, false}))) {
    EXPECT_LE(display_width(line), 80u) << line;
  }
}

TEST(ProductsDocument, OneShowsItsOptionsAndWhereItsValuesComeFrom) {
  const ShippedDefault shipped = some({"wireguard"}).front();
  const std::string text = printed(describe_product(shipped), "text", {160, false});
  EXPECT_NE(text.find("Played by the strategy wireguard_tunnel over udp"), std::string::npos)
      << text;
  EXPECT_NE(text.find("whole seconds from 1s to 18h12m15s, or 0, which is off"), std::string::npos);
  EXPECT_NE(text.find("WireGuard quickstart"), std::string::npos);
  EXPECT_NE(text.find("PersistentKeepalive = 25"), std::string::npos);
}

void collect_product_members(const nlohmann::json& json, std::vector<std::string>& names) {
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) names.push_back(key);
    if (value.is_structured()) collect_product_members(value, names);
  }
}

TEST(ProductsDocument, EveryMemberIsDocumented) {
  const std::string page = project_text("docs/result.md");
  const std::vector<ShippedDefault> all = some({"wireguard", "redis"});
  std::vector<std::string> names;
  collect_product_members(nlohmann::json::parse(printed(describe_products(all, {}), "json")),
                          names);
  ASSERT_GT(names.size(), 30u);
  for (const std::string& name : names) {
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos)
        << name << " is missing from docs/result.md";
  }
}

}  // namespace
}  // namespace stayalive
