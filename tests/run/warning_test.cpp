// SPDX-License-Identifier: Apache-2.0
#include "run/warning.h"

#include <gtest/gtest.h>

#include "support/scenario_story.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

std::string all_of(const std::vector<Warning>& warnings) {
  std::string all;
  for (const Warning& warning : warnings)
    all += (all.empty() ? "" : "\n") + warning.place.pointer + ": " + warning.text;
  return all.empty() ? "none" : all;
}
// Without running it.
std::string before(const std::string& scenario) {
  return all_of(warnings_before_run(right(scenario)));
}
// All that is known when it has run.
std::string after(const std::string& scenario) {
  return all_of(ScenarioStory(scenario).report().warnings);
}

// A router that forgets after an hour.
std::string routed(const std::string& duration, const std::string& rest,
                   const std::string& box = "") {
  return R"({"duration": ")" + duration + R"(",
    "path": [{"middlebox": {"name": "router", "profile": "openwrt",
                            "timeouts": {"tcp.established": "1h")" +
         box + R"(}}},
             {"link": {"name": "wan", "delay": "10ms"}}],
    "connections": [{"name": "c", "traffic": [{"at": "1m"}],
                     "strategy": {"tcp_keepalive": {"idle": "2h"}}}], )" +
         rest + "}";
}
const char* const kHeld = R"("expect": [{"connection": "c", "is": "held"}])";

TEST(Warnings, OfARunThatIsShorterThanEveryTimer) {
  EXPECT_EQ(before(routed("1h", kHeld)),
            "/expect/0: the run is shorter than every timer on the path, so that c holds whatever "
            "keeps it alive: tcp.established of router, the shortest, allows 1h");
  EXPECT_EQ(before(routed("1h1ns", kHeld)), "none");
  EXPECT_EQ(before(routed("30m", R"("expect": [{"connection": "c", "is": "closed"}])")), "none");
}

TEST(Warnings, NotOfAShortRunInWhichSomethingHappens) {
  EXPECT_EQ(before(routed(
                "1h", std::string(kHeld) + R"(, "events": [{"at": "30m", "flush": "router"}])")),
            "none");
}

TEST(Warnings, OfAProxyCountItsIdleTimeout) {
  const auto proxied = [](const std::string& duration) {
    return before(R"({"duration": ")" + duration + R"(",
      "path": [{"proxy": {"name": "alb", "idle_timeout": "1m"}}],
      "connections": [{"name": "c"}], "expect": [{"connection": "c", "is": "alive"}]})");
  };
  EXPECT_TRUE(says(proxied("1m"), "idle_timeout of alb, the shortest, allows 1m"));
  EXPECT_EQ(proxied("61s"), "none");
}

TEST(Warnings, OfWhatIsAliveButWasLostInBetween) {
  // Forgotten at 1h, and taken up again by the probe at 2h.
  const auto expecting = [](const std::string& more) {
    return after(R"({"duration": "2h30m",
      "path": [{"middlebox": {"name": "router", "profile": "openwrt",
                              "timeouts": {"tcp.established": "1h"}}}],
      "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "2h"}}}],
      "expect": [{"connection": "c", "is": "alive")" +
                 more + "]}");
  };
  EXPECT_EQ(expecting("}"),
            "/expect/0: c is alive, but was lost at 1h; \"is\": \"held\" is about the whole of the "
            "run");
  EXPECT_TRUE(says(expecting(R"(, "at": "2h10m"})"), "but was lost at 1h"));
  EXPECT_EQ(expecting(R"(, "at": "1h"})"), "none") << "it is not even alive";
  EXPECT_EQ(expecting(R"(, "at": "59m"})"), "none");
  EXPECT_EQ(expecting(R"(}, {"connection": "c", "is": "forgotten", "at": "90m"})"), "none")
      << "the scenario says so itself";
}

TEST(Warnings, OfTimersThatNeverRan) {
  EXPECT_EQ(before(routed("3h", kHeld, R"(, "udp.stream": "30s")")),
            "/path/0/middlebox/timeouts/udp.stream: udp.stream of router has no effect: no "
            "connection is over udp");
  EXPECT_TRUE(says(after(routed("3h", kHeld, R"(, "tcp.last_ack": "30s")")),
                   "tcp.last_ack of router has no effect: no flow came to where it counts"));
  EXPECT_TRUE(
      says(after(routed("3h", std::string(kHeld) + R"(, "events": [{"at": "30m", "close": "c"}])",
                        R"(, "tcp.fin_wait": "30s", "tcp.time_wait": "1s")")),
           "none"));
}

TEST(Warnings, OfHostsWithoutConnections) {
  EXPECT_EQ(before(routed("3h", R"("hosts": {"laptop": {"side": "internal"}, "client": {}})")),
            "/hosts/laptop: no connection begins or ends at laptop");
}

TEST(Warnings, OfServersWhereNobodyCalls) {
  EXPECT_EQ(before(routed("3h", R"("servers": {"web": {}})")),
            "/servers/web: no connection calls at web");
}

std::string of_event(const std::string& event) {
  return after(routed("3h", std::string(kHeld) + R"(, "hosts": {"client": {}}, "events": [)" +
                                event + R"(, {"at": "2h", "close": "c"}])"));
}

TEST(Warnings, OfEventsWithoutEffect) {
  EXPECT_EQ(of_event(R"({"at": "59s", "cut": "wan", "for": "2s"})"), "none");
  EXPECT_TRUE(says(of_event(R"({"at": "2m", "cut": "wan", "for": "2s"})"),
                   "/events/0: this cut at 2m has no effect"));
  EXPECT_EQ(of_event(R"({"at": "30m", "flush": "router"})"), "none");
  EXPECT_TRUE(
      says(of_event(R"({"at": "1h30m", "flush": "router"})"), "this flush at 1h30m has no effect"))
      << "it had forgotten everything by itself";
  EXPECT_TRUE(
      says(of_event(R"({"at": "2h30m", "kill": "c"})"), "this kill at 2h30m has no effect"));
  EXPECT_TRUE(says(of_event(R"({"at": "2h45m", "suspend": "client", "for": "1m"})"),
                   "this suspend at 2h45m has no effect"));
  EXPECT_EQ(of_event(R"({"at": "30m", "suspend": "client", "for": "1m"})"), "none");
}

std::string certain(const std::string& expect) {
  return before(R"({"duration": "1h", "connections": [
      {"name": "c", "traffic": [{"at": "1m"}]}, {"name": "many", "count": 5},
      {"name": "late", "start": "1h"}], "expect": [{)" +
                expect + "}]}");
}

TEST(Warnings, OfExpectationsThatCannotFail) {
  EXPECT_EQ(certain(R"("connection": "c", "messages": {"delivered": {"at_least": 0}})"),
            "/expect/0: this cannot fail: the limits exclude nothing");
  EXPECT_EQ(certain(R"("connection": "c", "messages": {"lost": {"at_most": "100%"}})"),
            "/expect/0: this cannot fail: the limits exclude nothing");
  EXPECT_EQ(certain(R"("connection": "c", "messages": {"lost": {"at_most": "99%"}})"), "none");
  EXPECT_EQ(certain(R"("connection": "c", "blackhole": {"at_least": "0s"})"),
            "/expect/0: this cannot fail: the limits exclude nothing");
  EXPECT_EQ(certain(R"("connection": "many", "is": "alive", "share": "0%")"),
            "/expect/0: this cannot fail: every share is right");
  EXPECT_EQ(certain(R"("connection": "late", "is": "held")"),
            "/expect/0: this cannot fail: late does not begin before the run ends");
  EXPECT_EQ(certain(R"("connection": "c", "is": "held")"), "none");
}

// A probe comes 1 ms before the timer ends, and a kernel's may be late by seconds.
TEST(Warnings, OfAMarginThatALateTimerUsesUp) {
  const auto kept = [](const std::string& idle, const std::string& expect) {
    return after(R"({"duration": "1h", "path": [
      {"middlebox": {"name": "lb", "profile": "aws-nlb"}}],
      "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": ")" +
                 idle + R"(", "side": "client"}}}], "expect": [{"connection": "c", )" + expect +
                 "}]}");
  };
  EXPECT_EQ(kept("349s", R"("is": "held")"),
            "/expect/0: c held by 1s (lb: tcp.established 5m50s): a real timer may be late by "
            "16.384s; an expectation of closest_call says how near it may come");
  EXPECT_NE(kept("349s", R"("is": "alive")"), "none");
  EXPECT_EQ(kept("300s", R"("is": "held")"), "none");
  EXPECT_EQ(kept("349s", R"("is": "held", "closest_call": {"at_least": "1s"})"), "none")
      << "somebody has looked at it";
  EXPECT_EQ(kept("349s", R"("keepalives": {"at_least": 1})"), "none") << "nobody claims its life";
}

}  // namespace
}  // namespace stayalive
