// SPDX-License-Identifier: Apache-2.0
// What may stand in "tls", and where it and HTTP/2 are refused.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "scenario/parse.h"
#include "support/says.h"

namespace stayalive {
namespace {

std::string with_tls(const std::string& connection, const std::string& path = {}) {
  return R"({"duration": "1h", "path": [)" + path + R"(], "connections": [{"name": "c", )" +
         connection + "}]}";
}

std::string mistakes_with_tls(const std::string& connection, const std::string& path = {}) {
  std::string all;
  const Result<Scenario> read = parse_scenario(with_tls(connection, path), "tls");
  if (read.ok()) return "none";
  for (const Diagnostic& error : read.errors()) all += to_string(error) + "\n";
  return all;
}

::testing::AssertionResult says_all(const std::string& text,
                                    std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) {
    if (const auto found = says(text, std::string(part)); !found) return found;
  }
  return ::testing::AssertionSuccess();
}

TEST(TlsSection, IsAVersionOrItsValues) {
  const Result<Scenario> word = parse_scenario(with_tls(R"("tls": "1.2")"), "tls");
  ASSERT_TRUE(word.ok());
  EXPECT_EQ(word.value().connections.front().tls->version, TlsRules::Version::V12);
  const Result<Scenario> object =
      parse_scenario(with_tls(R"("tls": {"certificate_bytes": 5000, "resumption": false})"), "tls");
  ASSERT_TRUE(object.ok());
  const TlsRules& rules = *object.value().connections.front().tls;
  EXPECT_EQ(rules.version, TlsRules::Version::V13);
  EXPECT_EQ(rules.certificate_bytes, 5000u);
  EXPECT_FALSE(rules.resumption);
  const Result<Scenario> none = parse_scenario(with_tls(R"("strategy": "silent")"), "tls");
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none.value().connections.front().tls.has_value());
}

TEST(TlsSection, KnowsNoOtherVersionsAndSaysWhichThereAre) {
  EXPECT_TRUE(says_all(mistakes_with_tls(R"("tls": "1.1")"), {"\"1.1\"", "1.2", "1.3"}));
}

TEST(TlsSection, AValueThatIsNeitherAVersionNorAnObjectIsToldBoth) {
  EXPECT_TRUE(says_all(mistakes_with_tls(R"("tls": true)"),
                       {"found true", R"("1.2", "1.3" or an object in braces)"}));
}

TEST(TlsSection, IsForTcpAndForProgramsWithoutAnEncryptionOfTheirOwn) {
  EXPECT_TRUE(says_all(mistakes_with_tls(R"("tls": "1.3", "transport": "udp")"),
                       {"/tls", "uses udp", "TLS is inside of TCP"}));
  for (const std::string own : {"ssh", "openvpn"}) {
    EXPECT_TRUE(says_all(
        mistakes_with_tls(R"("tls": "1.3", "transport": "tcp", "strategy": ")" + own + "\""),
        {"/tls", own, "encryption of its own"}))
        << own;
  }
}

constexpr const char* kHttpProxy = R"({"proxy": {"name": "web", "mode": "http"}})";
constexpr const char* kTunnel = R"({"proxy": {"name": "web", "mode": "tcp"}})";

TEST(TlsSection, GoesThroughProxiesThatLookIntoNothingAndEndsAtThoseOfItsProtocol) {
  const std::string secure = R"("tls": "1.3", "strategy": "http")";
  const std::string streams = R"("strategy": {"http": {"version": "2"}})";
  EXPECT_EQ(mistakes_with_tls(secure, kTunnel), "none");
  EXPECT_EQ(mistakes_with_tls(streams, kTunnel), "none");
  EXPECT_EQ(mistakes_with_tls(R"("strategy": "http")", kHttpProxy), "none");
  EXPECT_EQ(mistakes_with_tls(secure, kHttpProxy), "none");
  EXPECT_EQ(mistakes_with_tls(streams, kHttpProxy), "none");
  EXPECT_TRUE(
      says_all(mistakes_with_tls(streams, R"({"proxy": {"name": "old", "profile": "aws-clb"}})"),
               {"\"old\"", "speaks no HTTP/2"}));
  EXPECT_TRUE(says_all(mistakes_with_tls(R"("tls": "1.3", "strategy": "keepalive")", kHttpProxy),
                       {"\"web\"", "mode http", "TLS around \"keepalive\""}));
}

TEST(Http2Options, AreRefusedWhereTheVersionHasNoSuchThing) {
  const auto with_http = [](const std::string& options) {
    return mistakes_with_tls(R"("strategy": {"http": {)" + options + "}}");
  };
  EXPECT_TRUE(
      says_all(with_http(R"("ping_interval": "10s")"), {"ping_interval", "needs version 2"}));
  EXPECT_TRUE(says_all(with_http(R"("version": "2", "pipelining": true)"),
                       {"pipelining", "many requests at once"}));
  EXPECT_TRUE(says_all(with_http(R"("version": "2", "connection": "close")"), {"GOAWAY"}));
  EXPECT_EQ(with_http(R"("version": "2", "ping_interval": "10s")"), "none");
  EXPECT_EQ(with_http(R"("ping_interval": "0s")"), "none");
}

}  // namespace
}  // namespace stayalive
