// SPDX-License-Identifier: Apache-2.0
#include "run/support.h"

#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

// "timeouts.tcp.established 4m primary; on_expiry silent primary"
std::string said(const std::vector<Support>& supports) {
  std::string text;
  for (const Support& support : supports) {
    if (!text.empty()) text += "; ";
    text += support.key + " " + support.value + " " + std::string(name(support.status));
  }
  return text;
}

std::vector<Support> supports_in(const std::string& profile, const std::string& traffic,
                                 const std::string& more = "") {
  const ScenarioStory story(R"({"duration": "2h", "path": [{"link": {"delay": "10ms"}},
    {"middlebox": {"name": "box", "profile": ")" +
                            profile + "\"" + more + R"(}}],
    "connections": [{"name": "c", "traffic": [)" +
                            traffic + "]}]}");
  return story.connection("c").rests_on;
}

TEST(Supports, AreTheTimerAndTheSilenceWhereNobodySendsAnyMore) {
  EXPECT_EQ(said(supports_in("azure-lb", "")),
            "timeouts.tcp.established 4m primary; on_expiry silent primary");
}

TEST(Supports, AreWhatBecameOfTheNextPacketWhereOneWasSent) {
  EXPECT_EQ(said(supports_in("azure-lb", R"({"at": "10m"})")),
            "timeouts.tcp.established 4m primary; on_expiry silent primary; "
            "stray_internal dropped chosen");
  EXPECT_EQ(said(supports_in("azure-lb", R"({"at": "10m", "from": "server"})")),
            "timeouts.tcp.established 4m primary; on_expiry silent primary; "
            "stray_external dropped chosen");
  EXPECT_EQ(said(supports_in("gcp-vpc-firewall", R"({"at": "20m", "every": "5m"})")),
            "timeouts.tcp.established 10m primary; on_expiry silent primary; "
            "stray_internal taken up primary");
}

TEST(Supports, OfABoxThatTellsBothEndsAreTwo) {
  EXPECT_EQ(said(supports_in("azure-lb-reset", R"({"at": "10m"})")),
            "timeouts.tcp.established 4m primary; on_expiry reset-both primary");
}

TEST(Supports, WhatTheScenarioSetsIsGiven) {
  EXPECT_EQ(said(supports_in("azure-lb", "", R"(, "timeouts": {"tcp.established": "5m"})")),
            "timeouts.tcp.established 5m given; on_expiry silent primary");
}

TEST(Supports, ThereAreNoneWhereNoTimerOfABoxIsToBlame) {
  EXPECT_TRUE(supports_in("linux-conntrack", "").empty());
}

}  // namespace
}  // namespace stayalive
