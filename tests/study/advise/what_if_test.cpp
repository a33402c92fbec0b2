// SPDX-License-Identifier: Apache-2.0
#include "study/advise/what_if.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "run/support.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

using Fate = NextMessage::Fate;

Scenario silent_through(const std::string& profile, const std::string& more = "",
                        const std::string& transport = "tcp") {
  return right(R"({"duration": "6h", "path": [{"link": {"delay": "20ms"}},
    {"middlebox": {"name": "box", "profile": ")" +
               profile + "\"" + more + R"(}}], "connections": [{"transport": ")" + transport +
               R"(", "traffic": [{"at": "0s", "answer": {}}]}]})");
}

struct WhatIfStory {
  explicit WhatIfStory(const Scenario& scenario) : death(find_death(scenario, 0)) {
    if (death) turned = turn_round(scenario, 0, *death);
  }
  const TurnedValue* of(std::string_view key) const {
    const auto found = std::find_if(turned.begin(), turned.end(),
                                    [&](const auto& one) { return one.value.key == key; });
    return found == turned.end() ? nullptr : &*found;
  }
  std::optional<Death> death;
  std::vector<TurnedValue> turned;
};

// The hang of a quarter of an hour behind Azure rests on a drop that nobody documents.
TEST(WhatIf, AzureWouldResetInsteadOfLettingTheNextMessageHang) {
  const WhatIfStory azure(silent_through("azure-lb"));
  ASSERT_TRUE(azure.death);
  ASSERT_EQ(azure.death->rests_on.size(), 4u);
  EXPECT_EQ(azure.death->rests_on[0].key, "timeouts.tcp.established");
  EXPECT_EQ(azure.death->rests_on[0].value, "4m");
  EXPECT_EQ(azure.death->rests_on[0].status, ValueStatus::Primary);
  EXPECT_EQ(azure.death->rests_on[1].words, "silent at expiry");
  EXPECT_EQ(azure.death->next[0].fate, Fate::Fails);
  EXPECT_GT(azure.death->next[0].after, 15min);
  const Support* least_sure = weakest(azure.death->rests_on);
  ASSERT_NE(least_sure, nullptr);
  EXPECT_EQ(least_sure->key, "stray_internal");
  EXPECT_EQ(words(least_sure->status), "assumed");
  ASSERT_EQ(azure.turned.size(), 2u) << "what is documented is not turned";
  const TurnedValue* inside = azure.of("stray_internal");
  ASSERT_NE(inside, nullptr);
  EXPECT_TRUE(inside->changes);
  EXPECT_EQ(inside->turned, "the next packet from inside: RST");
  EXPECT_EQ(inside->next[0].fate, Fate::Fails);
  EXPECT_LE(inside->next[0].after, 40ms) << "one round trip to the box";
  EXPECT_EQ(inside->next[1], azure.death->next[1]) << "the other value is as it was";
}

TEST(WhatIf, WhatTheUserGivesIsNotDoubted) {
  const WhatIfStory given(
      silent_through("azure-lb", R"(, "stray_internal": "drop", "stray_external": "drop")"));
  ASSERT_TRUE(given.death);
  EXPECT_TRUE(given.turned.empty());
  EXPECT_EQ(weakest(given.death->rests_on)->status, ValueStatus::Primary);
}

TEST(WhatIf, ARecalledSilenceTurnedRoundTellsBothEnds) {
  const WhatIfStory story(silent_through("forcepoint-ngfw"));
  const TurnedValue* expiry = story.of("on_expiry");
  ASSERT_NE(expiry, nullptr);
  EXPECT_EQ(expiry->turned, "RST to both ends at expiry");
  EXPECT_EQ(expiry->next[0].fate, Fate::Unsent);
  EXPECT_EQ(expiry->next[1].fate, Fate::Unsent);
}

TEST(WhatIf, ABoxThatTellsBothEndsHasNoNextPacket) {
  const WhatIfStory story(silent_through("azure-lb-reset"));
  ASSERT_TRUE(story.death);
  EXPECT_EQ(story.death->rests_on.size(), 2u);
  EXPECT_TRUE(story.turned.empty());
}

// What a firewall takes up again, or not, is the whole difference.
TEST(WhatIf, WhatIsTakenUpIsDroppedInstead) {
  const WhatIfStory story(silent_through("cilium"));
  const TurnedValue* inside = story.of("stray_internal");
  ASSERT_NE(inside, nullptr);
  EXPECT_EQ(story.death->next[0].fate, Fate::Answered);
  EXPECT_EQ(inside->turned, "the next packet from inside: dropped");
  EXPECT_NE(inside->next[0].fate, Fate::Answered);
}

TEST(WhatIf, OverUdpNobodyIsToldAtExpiry) {
  const WhatIfStory story(silent_through("forcepoint-ngfw", "", "udp"));
  ASSERT_TRUE(story.death);
  EXPECT_EQ(story.of("on_expiry"), nullptr);
  EXPECT_EQ(story.of("stray_internal"), nullptr) << "a datagram from inside opens a new flow";
}

TEST(WhatIf, NothingRestsOnABoxWhoseTimerIsNotToBlame) {
  const WhatIfStory holds(silent_through("linux-conntrack"));
  EXPECT_FALSE(holds.death);
}

}  // namespace
}  // namespace stayalive
