// SPDX-License-Identifier: Apache-2.0
// What is expected of copies in which keepalives are lost, the line fails or a host crashes.
#include "run/rehearsal/rehearsal.h"

#include <gtest/gtest.h>

#include "run/rehearsal/keepalive_interval.h"
#include "support/says.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

// A box with a timer of 100 s and pings without an answer; the line loses a third of what it
// carries, which does not count here.
std::string pinging(const std::string& interval) {
  return R"({"path": [{"link": {"delay": "10ms", "loss": "30%"}},
      {"middlebox": {"name": "box", "profile": "rfc-minimum",
                     "timeouts": {"udp.single": "100s", "udp.stream": "100s"}}}],
    "connections": [{"name": "c", "transport": "udp",
      "strategy": {"keepalive": {"interval": ")" +
         interval + R"(", "answered": false}}}]})";
}

ClaimReport check(const std::string& scenario, const Claim& claim) {
  const Scenario read = right(scenario);
  return Rehearsal(read, 0, {.seed = read.seed}).check(claim);
}
Claim lost(std::uint64_t count) { return {Metric::LostKeepalives, {Amount{count}, {}}}; }
Claim outage(Duration span) { return {Metric::Outage, {Amount{span}, {}}}; }
Claim noticed(Duration most, Role by) { return {Metric::CrashNoticed, {{}, Amount{most}}, by}; }

TEST(Rehearsal, AKeepaliveMayBeLostUntilTwoIntervalsReachTheTimeout) {
  EXPECT_TRUE(check(pinging("49s"), lost(1)).holds);
  const ClaimReport broken = check(pinging("50s"), lost(1));
  EXPECT_FALSE(broken.holds) << "at exactly half the second one comes at the timeout";
  EXPECT_EQ(broken.text, "survives 1 keepalive lost in a row");
  EXPECT_TRUE(says(broken.found, "which takes 1 keepalive, the client was remapped at"));
  ASSERT_TRUE(broken.blame);
  EXPECT_EQ(broken.blame->who, "box");
  EXPECT_TRUE(check(pinging("33s"), lost(2)).holds);
  EXPECT_FALSE(check(pinging("34s"), lost(2)).holds);
  EXPECT_TRUE(says(check(pinging("50s"), lost(2)).found, "which takes 1 keepalive,"))
      << "the first number that ends it is told";
}

// The last packet before the cut and the first one after it must be less than 100 s apart.
TEST(Rehearsal, AnOutageIsSurvivedWheneverItBegins) {
  EXPECT_TRUE(check(pinging("30s"), outage(60s)).holds);
  EXPECT_FALSE(check(pinging("30s"), outage(61s)).holds);
}

TEST(Rehearsal, WhoGivesUpBeforeSoManyAreLostDoesNotSurviveThem) {
  const std::string ssh = R"({"connections": [{"name": "c", "strategy": {"ssh": {
    "server_alive_interval": "60s", "server_alive_count_max": 2}}}]})";
  const ClaimReport broken = check(ssh, lost(5));
  EXPECT_FALSE(broken.holds);
  EXPECT_TRUE(says(broken.found, "the client was detected at")) << broken.found;
}

TEST(Rehearsal, ACrashHasToBeNoticedInTimeAtTheWorstInstant) {
  const std::string ssh = R"({"connections": [{"name": "c", "strategy": {"ssh": {
    "server_alive_interval": "60s", "server_alive_count_max": 2}}}]})";
  EXPECT_TRUE(check(ssh, noticed(180s, Role::Client)).holds);
  const ClaimReport late = check(ssh, noticed(178s, Role::Client));
  EXPECT_FALSE(late.holds);
  EXPECT_TRUE(says(late.found, "the client notices within"));
  const ClaimReport never = check(pinging("30s"), noticed(24h, Role::Client));
  EXPECT_FALSE(never.holds);
  EXPECT_TRUE(says(never.found, "the client does not notice a crash at"));
}

TEST(Rehearsal, WhatCannotBeTriedDoesNotHold) {
  const ClaimReport silent = check(R"({"connections": [{"name": "c"}]})", lost(1));
  EXPECT_FALSE(silent.holds);
  EXPECT_EQ(silent.found, "it sends no keepalive that could be lost");
  for (const Claim& claim : {lost(1), outage(1s), noticed(24h, Role::Client)}) {
    const ClaimReport dead = check(pinging("100s"), claim);
    EXPECT_FALSE(dead.holds);
    EXPECT_TRUE(says(dead.found, "it does not live until it has settled")) << dead.found;
    EXPECT_FALSE(dead.text.empty());
  }
}

TEST(Rehearsal, TheProgramsIntervalGoesBeforeThatOfTheKernel) {
  const auto interval = [](const std::string& strategy) {
    return keepalive_interval(
        right(R"({"connections": [{"name": "c", "strategy": )" + strategy + "}]}").connections[0]);
  };
  EXPECT_EQ(interval(R"({"tcp_keepalive": {"idle": "4m"}})"), 4min);
  EXPECT_EQ(interval(R"({"ssh": {"client_alive_interval": "90s"}})"), 90s);
  const char* both = R"({"ssh": {"client_alive_interval": "90s", "server_alive_interval": "1m"}})";
  EXPECT_EQ(interval(both), 60s);
  EXPECT_EQ(
      interval(R"("silent", "socket": {"client": {"keepalive": true, "keepalive_idle": "10m"}})"),
      10min);
  EXPECT_EQ(interval(R"("silent")"), 0s);
}

TEST(Rehearsal, IsExpectedOfSingleConnectionsAsAWhole) {
  const auto mistake = [](const std::string& connection, const std::string& expect) {
    return mistakes(R"({"connections": [{"name": "c")" + connection +
                    R"(}], "expect": [{"connection": "c", )" + expect + "}]}");
  };
  EXPECT_TRUE(says(mistake(R"(, "count": 3)", R"("survives": {"outage": "1s"})"),
                   "none of which is tried by itself"));
  EXPECT_TRUE(says(mistake("", R"("side": "client", "survives": {"outage": "1s"})"),
                   "survives as a whole"));
  EXPECT_TRUE(says(mistake("", R"("survives": {})"), "nothing is expected to be survived"));
  EXPECT_TRUE(says(mistake("", R"("survives": {"lost_keepalives": 0})"), "lost_keepalives"));
}

}  // namespace
}  // namespace stayalive
