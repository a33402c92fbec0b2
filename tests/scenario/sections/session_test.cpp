// SPDX-License-Identifier: Apache-2.0
// What may stand in "pool", and what a connection with one cannot be.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "scenario/parse.h"
#include "scenario/profiles/pools.h"
#include "support/golden.h"
#include "support/says.h"

namespace stayalive {
namespace {

std::string with_pool(const std::string& pool, const std::string& more = {},
                      const std::string& traffic = R"({"every": "1m", "answer": {}})") {
  return R"({"title": "pool", "duration": "1h", "path": [], "connections": [{"name": "c",
    "pool": )" +
         pool + R"(, "traffic": [)" + traffic + "]" + more + "}]}";
}

std::string mistakes_in(const std::string& text) {
  std::string all;
  const Result<Scenario> read = parse_scenario(text, "pool");
  for (const Diagnostic& error : read.errors()) all += to_string(error) + "\n";
  return all;
}

const ConnectionSpec& only_connection(const Result<Scenario>& read) {
  static const ConnectionSpec kNothing;
  for (const Diagnostic& error : read.errors()) ADD_FAILURE() << to_string(error);
  return read.ok() ? read.value().connections.front() : kNothing;
}

TEST(PoolSection, NamesAProductOrGivesValuesOrBoth) {
  const Result<Scenario> named = parse_scenario(with_pool(R"("hikaricp")"), "pool");
  ASSERT_TRUE(only_connection(named).session.has_value());
  EXPECT_EQ(only_connection(named).session->product, "hikaricp");
  EXPECT_EQ(only_connection(named).session->size, 10u);
  EXPECT_EQ(only_connection(named).session->lifetime, 30min);
  const Result<Scenario> both =
      parse_scenario(with_pool(R"({"profile": "hikaricp", "size": 5})"), "pool");
  EXPECT_EQ(only_connection(both).session->size, 5u);
  EXPECT_EQ(only_connection(both).session->min_idle, 5u) << "no more than there are at most";
  const Result<Scenario> own = parse_scenario(with_pool(R"({"idle_limit": "1m"})"), "pool");
  EXPECT_EQ(only_connection(own).session->idle_limit, 1min);
  EXPECT_EQ(only_connection(own).session->lifetime, kForever);
}

TEST(PoolSection, TakesWhatHappensToRequestsFromItsProductUnlessReconnectSaysOtherwise) {
  const Result<Scenario> go = parse_scenario(with_pool(R"("go-net-http")"), "pool");
  EXPECT_EQ(only_connection(go).reconnect->repeat, ReconnectSpec::Repeat::Repeatable);
  EXPECT_TRUE(only_connection(go).reconnect->repeat_on_used_only);
  const Result<Scenario> none = parse_scenario(
      with_pool(R"("go-net-http")", R"(, "reconnect": {"repeat": "nothing"})"), "pool");
  EXPECT_EQ(only_connection(none).reconnect->repeat, ReconnectSpec::Repeat::Nothing);
}

TEST(PoolSection, RefusesWhatAPoolCannotBe) {
  const auto says = [](const std::string& text, const std::string& what) {
    EXPECT_TRUE(stayalive::says(mistakes_in(text), what)) << mistakes_in(text);
  };
  says(with_pool(R"("hikari")"), "there is no pool \"hikari\"");
  says(with_pool(R"("aws-nlb")"), "\"aws-nlb\" stands on a path, and is no pool");
  says(with_pool("{}", R"(, "transport": "udp")"), "this is about TCP connections");
  says(with_pool("{}", R"(, "strategy": "ssh")"), "has one connection only");
  says(with_pool(R"({"size": 1000})", R"(, "count": 21)"),
       "there would be 21000 members with programs of their own (here because each client has "
       "several connections side by side)");
  says(with_pool("{}", R"(, "client_port": 4000)"), "the client has a pool of connections");
  says(with_pool("{}", R"(, "close_when_idle": {"client": "1m"})"), "idle_limit of the pool");
  says(with_pool("{}", R"(, "reconnect": {"when": "at-once"})"), "when requests need them");
  says(with_pool("{}", "", R"({"every": "1m"})"), "the client asks and the server answers");
  says(with_pool("{}", "", R"({"every": "1m", "from": "server", "answer": {}})"),
       "messages from the client");
  says(with_pool("{}", "", ""), "it has no requests to carry");
  says(with_pool(R"({"size": 2, "min_idle": 3})"), "more than there are connections at most");
  says(with_pool(R"({"min_idle": 3, "max_idle": 2})"), "fewer than are kept ready");
  says(with_pool(R"({"look_every": "1m"})"), "this key together with idle_limit");
  says(with_pool(R"({"check_timeout": "1m"})"), "no connection is ever asked");
  says(with_pool(R"({"check_before_use": "1s"})", R"(, "strategy": "http")"),
       "nobody can ask a connection");
  says(with_pool(R"({"size": 1001})"), "1000");
}

TEST(PoolSection, RefusesAPoolOnAPathAndEventsOfItsConnections) {
  const std::string on_path = R"({"title": "t", "path": [{"middlebox": {"profile": "pgx"}}],
    "connections": [{"name": "c"}]})";
  EXPECT_TRUE(says(mistakes_in(on_path), "stands on no path")) << mistakes_in(on_path);
  const std::string killed = R"({"title": "t", "duration": "1h", "path": [], "connections": [
    {"name": "c", "pool": {}, "traffic": [{"every": "1m", "answer": {}}]}],
    "events": [{"at": "1m", "kill": "c"}]})";
  EXPECT_TRUE(says(mistakes_in(killed), "has a pool of them")) << mistakes_in(killed);
}

TEST(PoolSection, ExpectationsOfRequestsNeedAClientThatGoesOn) {
  const std::string single = R"({"title": "t", "duration": "1h", "path": [], "connections": [
    {"name": "c", "traffic": [{"every": "1m", "answer": {}}]}],
    "expect": [{"connection": "c", "messages": {"failed": 0}}]})";
  EXPECT_TRUE(says(mistakes_in(single), "does not go on")) << mistakes_in(single);
  const std::string wait = R"({"title": "t", "duration": "1h", "path": [], "connections": [
    {"name": "c", "traffic": [{"every": "1m", "answer": {}}]}],
    "expect": [{"connection": "c", "longest_wait": {"at_most": "1s"}}]})";
  EXPECT_TRUE(says(mistakes_in(wait), "its requests wait for no connection")) << mistakes_in(wait);
}

TEST(BuiltinPools, AreAllFilesOfTheFolderUnderTheirOwnNames) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(project_path("scenarios/pools"))) {
    ++files;
    const PoolDocument* found = find_builtin_pool(entry.path().stem().string());
    ASSERT_NE(found, nullptr) << entry.path();
    EXPECT_EQ(found->name, entry.path().stem().string());
    EXPECT_FALSE(found->simplified.empty());
  }
  EXPECT_EQ(files, builtin_pools().size());
  EXPECT_EQ(find_builtin_pool("no-such-pool"), nullptr);
}

}  // namespace
}  // namespace stayalive
