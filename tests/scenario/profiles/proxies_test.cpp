// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/proxies.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "scenario/parse.h"
#include "scenario/profiles/proxy_options.h"
#include "support/golden.h"
#include "support/says.h"

namespace stayalive {
namespace {

std::string proxy_file(const std::string& values, const std::string& kind = R"("kind": "proxy",)") {
  return "{" + kind + R"("name": "my-proxy", "title": "My proxy", "summary": "It closes.",
    "simplified": "Nothing.", "checked": "2026-11-20",
    "sources": {"guide": {"title": "The guide", "date": "2024", "url": "https://example.com"}},
    "values": {)" +
         values + "}}";
}

std::string mistakes_of(const std::string& text) {
  std::string all;
  const Result<ProxyDocument> read = parse_proxy(text, "proxy.json");
  for (const Diagnostic& error : read.errors()) all += to_string(error) + "\n";
  return all;
}

TEST(BuiltinProxies, AreAllFilesOfTheFolderUnderTheirOwnNames) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(project_path("scenarios/proxies"))) {
    ++files;
    const ProxyDocument* found = find_builtin_proxy(entry.path().stem().string());
    ASSERT_NE(found, nullptr) << entry.path();
    EXPECT_EQ(found->name, entry.path().stem().string());
    EXPECT_FALSE(found->simplified.empty());
  }
  EXPECT_EQ(files, builtin_proxies().size());
  EXPECT_EQ(find_builtin_proxy("no-such-proxy"), nullptr);
}

TEST(BuiltinProxies, EndASilentConnectionAsTheirDocumentsSay) {
  const auto patience = [](std::string_view proxy) {
    const ProxyDocument* found = find_builtin_proxy(proxy);
    return found == nullptr ? ProxyPatience{} : shortest_patience(found->rules);
  };
  EXPECT_EQ(patience("aws-alb").span, 60s);
  EXPECT_EQ(patience("aws-clb").span, 60s);
  EXPECT_EQ(patience("nginx").span, 60s);
  EXPECT_EQ(patience("nginx-stream").span, 10min);
  EXPECT_EQ(patience("envoy").span, 5min);
  EXPECT_EQ(patience("envoy-tcp").span, 1h);
  EXPECT_EQ(patience("haproxy").timer, ProxyTimer::Client);
  EXPECT_EQ(patience("haproxy").span, 50s);
  EXPECT_EQ(patience("gcp-http-lb").timer, ProxyTimer::Lifetime);
  EXPECT_EQ(patience("traefik").timer, ProxyTimer::None);
}

TEST(ProxyFile, GivesItsValuesTheirStatus) {
  const Result<ProxyDocument> read = parse_proxy(
      proxy_file(R"("client_timeout": {"value": "30s", "status": "primary", "source": "guide"},
                    "half_close": {"value": "keep", "status": "recalled"})"),
      "proxy.json");
  ASSERT_TRUE(read.ok()) << to_string(read.errors().front());
  const ProxyDocument& proxy = read.value();
  EXPECT_EQ(proxy.rules.client_timeout, 30s);
  EXPECT_EQ(proxy.rules.half_close, ProxyRules::HalfClose::Keep);
  EXPECT_EQ(proxy.status_of("client_timeout"), ValueStatus::Primary);
  EXPECT_EQ(proxy.status_of("half_close"), ValueStatus::Recalled);
  EXPECT_EQ(proxy.status_of("lifetime"), ValueStatus::Chosen) << "the model's default";
  EXPECT_EQ(statuses_of(proxy).size(), proxy_options().size());
}

TEST(ProxyFile, SaysWhatIsWrongWithIt) {
  const char* value = R"("idle_timeout": {"value": "30s", "status": "recalled"})";
  EXPECT_EQ(mistakes_of(proxy_file(value)), "");
  EXPECT_TRUE(says(mistakes_of(proxy_file(value, "")), "the key \"kind\" is missing"));
  EXPECT_TRUE(
      says(mistakes_of(proxy_file(R"("idle_timout": {"value": "30s", "status": "recalled"})")),
           "did you mean \"idle_timeout\"?"));
  EXPECT_TRUE(
      says(mistakes_of(proxy_file(R"("half_close": {"value": "maybe", "status": "recalled"})")),
           "pass-on, close-both or keep"));
  EXPECT_TRUE(
      says(mistakes_of(proxy_file(R"("idle_timeout": {"value": "30s", "status": "primary"})")),
           "names its source"));
}

std::string with_proxy(const std::string& proxy) {
  return R"({"path": [{"proxy": )" + proxy + R"(}], "connections": [{}]})";
}

TEST(ProxyOfAProduct, HasItsValuesAndThoseThatTheScenarioLaysOverThem) {
  const Result<Scenario> scenario = parse_scenario(
      with_proxy(R"({"profile": "haproxy", "client_timeout": "4s", "tunnel_timeout": "1h"})"),
      "a.json");
  ASSERT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
  const auto& proxy = std::get<ProxySpec>(scenario.value().path.front());
  EXPECT_EQ(proxy.profile, "haproxy");
  EXPECT_EQ(proxy.rules.client_timeout, 4s);
  EXPECT_EQ(proxy.rules.tunnel_timeout, 1h);
  EXPECT_EQ(proxy.rules.server_timeout, 50s);
  EXPECT_EQ(proxy.rules.server_ending, ProxyRules::Ending::FinAndReset);
  EXPECT_EQ(proxy_status_of(proxy.statuses, "client_timeout"), ValueStatus::Given);
  EXPECT_EQ(proxy_status_of(proxy.statuses, "server_timeout"), ValueStatus::Primary);
  EXPECT_EQ(proxy_status_of(proxy.statuses, "lifetime"), ValueStatus::Chosen);
  EXPECT_EQ(proxy_status_of({}, "idle_timeout"), ValueStatus::Given) << "without a product";
}

std::string mistake_in(const std::string& text) {
  const Result<Scenario> scenario = parse_scenario(text, "a.json");
  return scenario.ok() ? "" : to_string(scenario.errors().front());
}

TEST(ProxyOfAProduct, ABoxIsNoneAndAProxyIsNoBox) {
  EXPECT_TRUE(says(mistake_in(with_proxy(R"({"profile": "aws-nlb"})")),
                   "\"aws-nlb\" is a box, through which connections pass, and no proxy"));
  EXPECT_TRUE(says(mistake_in(with_proxy(R"({"profile": "hapoxy"})")), "did you mean \"haproxy\""));
  const std::string box =
      mistake_in(R"({"path": [{"middlebox": {"profile": "aws-alb"}}], "connections": [{}]})");
  EXPECT_TRUE(says(box, "\"aws-alb\" is a proxy"));
  EXPECT_TRUE(says(box, R"({"proxy": {"profile": "aws-alb"}})"));
  EXPECT_FALSE(says(box, "aws-nlb"));
}

class ProxyFilesOfAUser : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / "stayalive-proxies";
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "my-proxy.json")
        << proxy_file(R"("idle_timeout": {"value": "7s", "status": "recalled"})");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(ProxyFilesOfAUser, AreFoundBesideTheScenarioAndInFolders) {
  const auto idle = [](const Result<Scenario>& scenario) {
    if (!scenario.ok()) return 0ns;
    return std::get<ProxySpec>(scenario.value().path.front()).rules.idle_timeout;
  };
  EXPECT_EQ(idle(parse_scenario(with_proxy(R"({"profile": "./my-proxy.json"})"),
                                (folder_ / "a.json").string())),
            7s);
  ParseOptions options;
  options.profile_paths = {folder_.string()};
  EXPECT_EQ(idle(parse_scenario(with_proxy(R"({"profile": "my-proxy"})"), "a.json", options)), 7s);
}

}  // namespace
}  // namespace stayalive
