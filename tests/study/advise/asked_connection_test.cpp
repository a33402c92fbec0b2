// SPDX-License-Identifier: Apache-2.0
#include "study/advise/asked_connection.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/parse.h"
#include "scenario/products/products.h"

namespace stayalive {
namespace {

Scenario asked_scenario(const std::string& path, const std::string& connections) {
  const std::string text = R"({"path": [)" + path + R"(], "connections": [)" + connections + "]}";
  Result<Scenario> read = parse_scenario(text, "asked.json");
  EXPECT_TRUE(read.ok());
  return std::move(read).value();
}

constexpr const char* kSsh = R"({"name": "login", "strategy": "ssh"})";
constexpr const char* kTunnel = R"({"name": "tunnel", "strategy": "openvpn"})";

TEST(AskedConnection, TheOnlyConnectionNeedsNoName) {
  EXPECT_EQ(find_connection(asked_scenario("", kSsh), "").value(), 0U);
}

TEST(AskedConnection, OfSeveralOneHasToBeNamed) {
  const Scenario two = asked_scenario("", std::string(kSsh) + ", " + kTunnel);
  EXPECT_EQ(find_connection(two, "tunnel").value(), 1U);
  const Result<std::size_t> unnamed = find_connection(two, "");
  ASSERT_FALSE(unnamed.ok());
  EXPECT_EQ(unnamed.errors().front().message, "say which connection");
  EXPECT_EQ(unnamed.errors().front().allowed, "login or tunnel");
}

TEST(AskedConnection, AMisspelledNameIsSuggested) {
  const Result<std::size_t> found =
      find_connection(asked_scenario("", std::string(kSsh) + ", " + kTunnel), "tunel");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.errors().front().message, "there is no connection \"tunel\"");
  EXPECT_EQ(found.errors().front().suggestion, "tunnel");
}

TEST(AskedConnection, PingsThatEndAtAProxySayNothingOfWhatIsBehindIt) {
  const Product* grpc = find_builtin_product("grpc-go");
  ASSERT_TRUE(grpc != nullptr && grpc->ends_at_proxies);
  EXPECT_TRUE(refuse_pings_to_proxy(*grpc, asked_scenario("", kSsh), "this path").empty());
  const Scenario proxied = asked_scenario(R"({"proxy": {"name": "edge"}})", kSsh);
  const std::vector<Diagnostic> refused = refuse_pings_to_proxy(*grpc, proxied, "this path");
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_NE(refused.front().message.find("end at the proxy edge of this path"), std::string::npos);
}

TEST(AskedConnection, ManyHaveNoKeepalivesOfTheirOwn) {
  EXPECT_EQ(refuse_many("a.json", "phones").front().message,
            "a.json: the connection \"phones\" stands for many");
  EXPECT_EQ(refuse_session("a.json", "page").front().message,
            "a.json: the client of \"page\" has several connections");
}

}  // namespace
}  // namespace stayalive
