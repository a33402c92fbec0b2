// SPDX-License-Identifier: Apache-2.0
#include "probe/search/lifetime_search.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "base/units.h"

namespace stayalive {
namespace {

SearchRules rules_to(Duration longest) {
  SearchRules rules;
  rules.longest = longest;
  return rules;
}

// Tries what the search wants, one flow after the other, until it wants nothing.
template <class Lifetime>
LifetimeSearch::Edge search_of(const SearchRules& rules, Lifetime lifetime, Ratio loss = {}) {
  LifetimeSearch search(rules);
  Random random(1, "test", "loss");
  for (int i = 0; i < 2000; ++i) {
    const auto wanted = search.wanted();
    if (wanted.empty()) return search.edge();
    const Duration silence = wanted.front().silence;
    const bool lives = silence < lifetime() && !random.chance(loss);
    if (lives) {
      search.note_alive(silence, silence);
    } else {
      search.note_dead(silence, silence);
    }
  }
  ADD_FAILURE() << "it does not end";
  return search.edge();
}

TEST(LifetimeSearch, FindsALifetimeWithinAStep) {
  for (const Duration lifetime : {Duration(3s), Duration(15s), Duration(30s), Duration(59500ms),
                                  Duration(180s), Duration(2h)}) {
    const auto edge = search_of(rules_to(4h), [&] { return lifetime; });
    const Duration step = std::max<Duration>(1s, lifetime / 99);
    ASSERT_TRUE(edge.dead);
    EXPECT_LT(edge.survived, lifetime);
    EXPECT_GE(*edge.dead, lifetime);
    EXPECT_LE(*edge.dead - edge.survived, step);
    EXPECT_GE(edge.dead_flows, 3u);
    EXPECT_GE(edge.alive_flows, 3u);
  }
}

TEST(LifetimeSearch, SaysOnlyHowLongFlowsLivedWhereNoneDies) {
  const auto edge = search_of(rules_to(10min), [] { return kForever; });
  EXPECT_EQ(edge.survived, 10min);
  EXPECT_FALSE(edge.dead);
}

TEST(LifetimeSearch, IsNotDeceivedByALostPacket) {
  //  a flow in twenty seems to die although it lives
  for (const Duration lifetime : {Duration(30s), Duration(180s)}) {
    const auto edge = search_of(rules_to(1h), [&] { return lifetime; }, {1, 50});
    ASSERT_TRUE(edge.dead);
    EXPECT_LT(edge.survived, lifetime);
    EXPECT_GE(*edge.dead, lifetime);
  }
}

TEST(LifetimeSearch, FindsTheShortestLifeOfABoxThatForgetsInSweeps) {
  Random random(7, "test", "sweep");
  const auto edge = search_of(rules_to(1h), [&] { return 60s + random.up_to(10s); });
  ASSERT_TRUE(edge.dead);
  EXPECT_GE(edge.survived, 59s);
  EXPECT_LE(edge.survived, 63s);
}

TEST(LifetimeSearch, NeedsNoMoreWhenTheBoxTellsTheEnd) {
  LifetimeSearch search(rules_to(1h));
  search.note_ended(299s, 301s);
  search.note_ended(299500ms, 300500ms);
  EXPECT_FALSE(search.finished());
  search.note_ended(299800ms, 300800ms);
  EXPECT_TRUE(search.finished());
  EXPECT_TRUE(search.edge().told);
  EXPECT_EQ(search.edge().survived, 299s);
  EXPECT_EQ(search.edge().dead, 300500ms);
  EXPECT_EQ(search.useless_from(), Duration::zero());
}

TEST(LifetimeSearch, GoesOnFromWhatItHadLearned) {
  LifetimeSearch first(rules_to(1h));
  first.note_alive(54s, 54s);
  for (int i = 0; i < 3; ++i) first.note_dead(81s, 81s);
  LifetimeSearch second(rules_to(1h));
  for (const LifetimeSearch::Point& point : first.points()) second.restore(point);
  EXPECT_EQ(second.wanted(), first.wanted());
  EXPECT_GT(second.wanted().front().silence, 54s);
  EXPECT_EQ(second.useless_from(), 81s);
}

}  // namespace
}  // namespace stayalive
