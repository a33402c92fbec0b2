// SPDX-License-Identifier: Apache-2.0
// Many clients each of which has several connections side by side: browsers at one server.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "run/beside.h"
#include "run/roster.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

constexpr const char* kPage =
    R"("page": {"document": 10000, "resources": 10, "size": 5000, "connections": 4,
                "after": "5ms", "every": "20s"})";

std::string browsers(const std::string& server, const std::string& how_many,
                     const std::string& duration = "1m") {
  return fmt::format(
      R"({{"duration": "{}", "path": [{{"link": {{"name": "wan", "delay": "25ms"}}}}],
          "servers": {{"web": {}}},
          "connections": [{{"name": "browsers", "server": "web", "strategy": "http", {}, {}}}]}})",
      duration, server, how_many, kPage);
}

TEST(ManyBrowsers, AreLikeThoseWrittenOneByOne) {
  for (const char* server : {R"({"workers": 3, "backlog": 4, "keep_alive_timeout": "2s"})",
                             R"({"max_connections": 5, "closes_idle": true})"}) {
    SCOPED_TRACE(server);
    const ScenarioStory together(browsers(server, R"("count": 3)"));
    std::string apart = fmt::format(
        R"({{"duration": "1m", "path": [{{"link": {{"name": "wan", "delay": "25ms"}}}}],
            "hosts": {{"x": {{"side": "internal"}}, "y": {{"side": "internal"}},
                       "z": {{"side": "internal"}}}},
            "servers": {{"web": {}}}, "connections": [)",
        server);
    for (const char* host : {"x", "y", "z"})
      apart += fmt::format(R"({}{{"name": "{}s", "client": "{}", "server": "web",
                                  "strategy": "http", {}}})",
                           host[0] == 'x' ? "" : ",", host, host, kPage);
    const ScenarioStory one_by_one(apart + "]}");
    SessionReport sums;
    Admission admitted;
    MessageCounters messages;
    Duration longest{};
    for (const char* name : {"xs", "ys", "zs"}) {
      const ConnectionReport& its = one_by_one.connection(name);
      sums.sums += its.session->sums;
      sums.figures.pages.loaded += its.session->figures.pages.loaded;
      longest = std::max(longest, its.session->figures.pages.longest_load);
      admitted += its.admission->figures;
      messages += its.sides[0].messages;
    }
    const ConnectionReport& all = together.connection("browsers");
    EXPECT_EQ(all.population->started, 3u);
    EXPECT_EQ(all.session->sums.opened, sums.sums.opened);
    EXPECT_EQ(all.session->sums.answered, sums.sums.answered);
    EXPECT_EQ(all.session->figures.pages.loaded, sums.figures.pages.loaded);
    EXPECT_EQ(all.session->figures.pages.longest_load, longest);
    EXPECT_EQ(all.admission->figures.waited, admitted.waited);
    EXPECT_EQ(all.admission->figures.longest_wait, admitted.longest_wait);
    EXPECT_EQ(all.admission->figures.closed_idle, admitted.closed_idle);
    EXPECT_EQ(counted(all.sides[0].messages), counted(messages));
    EXPECT_EQ(together.report().servers.front().figures.served_ns,
              one_by_one.report().servers.front().figures.served_ns);
  }
}

TEST(ManyBrowsers, BeginWhenTheyBegin) {
  const Result<Scenario> scenario =
      parse_scenario(browsers("{}", R"("count": 4, "spread": "30s", "start": "5s")"), "s");
  ASSERT_TRUE(scenario.ok());
  const Roster roster(scenario.value(), 1);
  ASSERT_TRUE(roster.members(0).has_value());
  EXPECT_FALSE(roster.places(0).has_value());
  const Roster::Members members = *roster.members(0);
  EXPECT_EQ(members.count, 4u);
  const std::vector<ConnectionSpec>& all = roster.scenario().connections;
  for (std::size_t i = 0; i < members.count; ++i) {
    const std::size_t member = members.first + i;
    const Roster::Members places = *roster.places(member);
    EXPECT_EQ(places.count, 4u);
    EXPECT_EQ(all[places.first].name, fmt::format("browsers[{}][0]", i));
    EXPECT_EQ(all[places.first].place_of, member);
    EXPECT_EQ(all[places.first].start, all[member].start);
    EXPECT_EQ(all[member].traffic.front().at, all[member].start);
  }
  EXPECT_EQ(roster.sockets(0).count, 16u);
  EXPECT_EQ(roster.sockets(0).first, roster.places(members.first)->first);
}

TEST(ManyBrowsers, WhatIsPassedOverIsTheSame) {
  expect_same(browsers(R"({"workers": 4, "backlog": 2, "keep_alive_timeout": "3s"})",
                       R"("count": 5, "spread": "10s")", "3m"));
  expect_same(browsers(R"({"max_connections": 6, "when_full": "close"})",
                       R"("count": 5, "spread": "10s", "stay": "1m")", "3m"));
}

// One worker is held for an hour; whoever comes after two others is kept out.
TEST(ManyBrowsers, WhoWasKeptOutIsBlamedOnTheServer) {
  const ScenarioStory story(
      browsers(R"({"workers": 1, "backlog": 1, "keep_alive_timeout": "1h"})",
               R"("count": 8, "spread": "20s", "socket": {"client": {"syn_retries": 1}})", "5m"));
  const ConnectionReport& all = story.connection("browsers");
  const std::uint64_t refused =
      all.population->outcomes[static_cast<std::size_t>(Outcome::Refused)];
  EXPECT_GT(refused, 2u);
  ASSERT_FALSE(all.population->causes.empty());
  EXPECT_EQ(all.population->causes.front().blame.who, "web");
  EXPECT_EQ(all.population->causes.front().blame.reason, kBacklogFull);
  EXPECT_EQ(all.population->causes.front().members, refused);
}

TEST(ManyBrowsers, WhoLeavesIsNotCountedAmongTheOthers) {
  const ScenarioStory story(browsers("{}", R"("count": 4, "spread": "1s", "stay": "30s")", "1m"));
  EXPECT_EQ(story.connection("browsers").population->left, 4u);
}

TEST(ManyBrowsers, ACrashOfTheirServerConcernsThem) {
  std::string json = browsers("{}", R"("count": 3)");
  json.insert(json.size() - 1, R"(, "events": [{"at": "10s", "crash": "server"}])");
  const ScenarioStory story(json);
  EXPECT_TRUE(story.report().warnings.empty());
  EXPECT_EQ(story.connection("browsers").session->figures.pages.loaded, 3u);
}

}  // namespace
}  // namespace stayalive
