// SPDX-License-Identifier: Apache-2.0
// A client that loads a page over several connections to a server of HTTP.
#include <gtest/gtest.h>

#include <string>

#include "run/beside.h"
#include "run/held.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// 50 ms each way without a limit of the rate; the answers fit into one segment.
std::string page_over(const std::string& page, const std::string& http = R"("http")",
                      const std::string& more = {}, const std::string& duration = "10m") {
  return R"({"title": "page", "duration": ")" + duration + R"(",
    "path": [{"link": {"name": "line", "delay": "50ms"}}],
    "connections": [{"name": "c", "strategy": )" +
         http + R"(, "page": )" + page + "}]" + more + "}";
}

const SessionReport& page_of(const ScenarioStory& story) {
  const ConnectionReport& its = story.connection("c");
  static const SessionReport kNoPage;
  EXPECT_TRUE(its.session.has_value());
  return its.session ? *its.session : kNoPage;
}

Duration load_of(const ScenarioStory& story) { return page_of(story).figures.pages.first_load; }

TEST(Page, OneConnectionAsksForOneResourceAfterTheOther) {
  // 0 SYN, 100 ms the first request, and 100 ms for each answer.
  const ScenarioStory story(page_over(R"({"resources": 3, "size": 1000, "connections": 1})"));
  EXPECT_EQ(load_of(story), 400ms);
  EXPECT_EQ(page_of(story).sums.opened, 1u);
  EXPECT_EQ(page_of(story).sums.carried, 3u);
  EXPECT_EQ(page_of(story).reused(), 2u);
  EXPECT_EQ(page_of(story).round_trips(), 4u);
  EXPECT_TRUE(held(story.connection("c")));
}

TEST(Page, SeveralConnectionsShareTheResources) {
  const ScenarioStory story(page_over(R"({"resources": 6, "size": 1000, "connections": 3})"));
  EXPECT_EQ(load_of(story), 300ms);
  EXPECT_EQ(page_of(story).sums.opened, 3u);
}

TEST(Page, TheDocumentComesBeforeItsResources) {
  const ScenarioStory story(
      page_over(R"({"document": 1000, "resources": 1, "size": 1000, "connections": 2})"));
  EXPECT_EQ(load_of(story), 300ms);
  EXPECT_EQ(page_of(story).sums.opened, 1u);
  const ScenarioStory together(page_over(R"({"resources": 2, "size": 1000, "connections": 2})"));
  EXPECT_EQ(load_of(together), 200ms);
}

TEST(Page, WithHttp10EachResourceCostsAHandshake) {
  const std::string page = R"({"resources": 3, "size": 1000, "connections": 1})";
  const ScenarioStory old(page_over(page, R"({"http": {"version": "1.0"}})"));
  // 200 ms for each; the next SYN leaves when the answer has come.
  EXPECT_EQ(load_of(old), 600ms);
  EXPECT_EQ(page_of(old).sums.opened, 3u);
  EXPECT_EQ(page_of(old).reused(), 0u);
  const ScenarioStory kept(
      page_over(page, R"({"http": {"version": "1.0", "connection": "keep-alive"}})"));
  EXPECT_EQ(load_of(kept), 400ms);
}

TEST(Page, PipelinedRequestsTakeOneRoundTrip) {
  const ScenarioStory story(page_over(R"({"resources": 3, "size": 1000, "connections": 1})",
                                      R"({"http": {"pipelining": true}})"));
  EXPECT_EQ(load_of(story), 200ms);
  EXPECT_EQ(page_of(story).round_trips(), 2u);
}

TEST(Page, LargeResourcesTakeTheRoundTripsOfSlowStart) {
  const auto of_size = [](const std::string& size) {
    return ScenarioStory(
        page_over(R"({"resources": 1, "size": )" + size + R"(, "connections": 1})"));
  };
  // Ten segments of 1448 bytes (RFC 6928) leave at once.
  EXPECT_EQ(load_of(of_size("14480")), 200ms);
  EXPECT_EQ(load_of(of_size("14481")), 300ms);
}

TEST(Page, ListsTheSizesOfItsResources) {
  const ScenarioStory story(page_over(R"({"sizes": [1000, 2000, 3000], "connections": 1})"));
  EXPECT_EQ(page_of(story).sums.carried, 3u);
  EXPECT_GT(story.server("c").counters.bytes_sent, 6000u);
  EXPECT_LT(story.server("c").counters.bytes_sent, 6600u);
}

TEST(Page, IsLoadedAgainOverConnectionsThatTheServerKept) {
  const std::string page = R"({"resources": 2, "size": 1000, "connections": 2, "every": "10s"})";
  const ScenarioStory kept(page_over(page, R"({"http": {"keep_alive_timeout": "15s"}})"));
  EXPECT_EQ(page_of(kept).figures.pages.loaded, 60u);
  EXPECT_EQ(page_of(kept).sums.opened, 2u);
  EXPECT_EQ(load_of(kept), 200ms);
  EXPECT_EQ(page_of(kept).mean_load() / 1ms, 101);
  const ScenarioStory closed(page_over(page, R"({"http": {"keep_alive_timeout": "5s"}})"));
  EXPECT_EQ(page_of(closed).sums.opened, 120u);
  EXPECT_EQ(page_of(closed).mean_load(), 200ms);
}

TEST(Page, OneThatIsDueWhileAnotherLoadsIsNotBegun) {
  const std::string page = R"({"resources": 2, "size": 1000, "connections": 1, "after": "4s",
                               "every": "5s"})";
  const ScenarioStory story(page_over(page, R"({"http": {"keep_alive_timeout": "15s"}})"));
  // 8.3 s for the first, 8.2 s for the others: every second one is missed.
  EXPECT_EQ(page_of(story).figures.pages.begun, 60u);
  EXPECT_EQ(page_of(story).figures.pages.missed, 60u);
}

TEST(Page, ARequestThatFailsFailsThePage) {
  const std::string cut = R"(, "events": [{"at": "0.15s", "cut": "line", "for": "1m"}])";
  const ScenarioStory story(page_over(
      R"({"resources": 3, "size": 1000, "connections": 1, "give_up": "10s"})", R"("http")", cut));
  EXPECT_EQ(page_of(story).figures.pages.loaded, 0u);
  EXPECT_EQ(page_of(story).figures.pages.failed, 1u);
}

TEST(SteadyPage, LoadsThatRepeatThemselvesArePassedOver) {
  const std::string page = R"({"document": 20000, "resources": 5, "size": 30000,
                               "connections": 2, "every": "10s"})";
  const Beside kept = expect_same(page_over(page, R"({"http": {"keep_alive_timeout": "15s",
                                                   "max_keep_alive_requests": 0}})",
                                            "", "2h"));
  EXPECT_GT(kept.skipped, kept.events / 2);
  expect_same(page_over(page));
}

}  // namespace
}  // namespace stayalive
