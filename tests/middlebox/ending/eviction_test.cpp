// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/eviction.h"

#include <gtest/gtest.h>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

// How many of 50 newcomers get into a table of 100 that is full of flows nobody has answered.
std::size_t admitted(std::uint32_t buckets) {
  Profile profile = linux_router();
  profile.capacity = 100;
  profile.netfilter.buckets = buckets;
  BoxStory story{profile};
  const auto asks = [&](int port) {
    return story.inside("10.0.0.2:" + std::to_string(port) + " > 203.0.113.1:53 udp 1").verdict();
  };
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(asks(5000 + i).forwarded());
  std::size_t in = 0;
  for (int i = 0; i < 50; ++i) in += asks(6000 + i).forwarded() ? 1u : 0u;
  EXPECT_LE(story.box().size(), 100u);
  return in;
}

// Recorded on the kernel: 47 of 50 with 512 buckets, none with 262,144.
TEST(Eviction, ANewcomerFindsRoomOnlyInTheEightBucketsFromItsOwnOn) {
  EXPECT_EQ(admitted(0), 50u) << "the oldest of all makes room";
  EXPECT_EQ(admitted(8), 50u) << "these are all there are";
  EXPECT_GT(admitted(512), 40u);
  EXPECT_LT(admitted(4096), 30u);
  EXPECT_LT(admitted(262'144), 2u);
}

TEST(Eviction, AllUnansweredFlowsOfABucketMakeRoom) {
  Profile profile = linux_router();
  profile.capacity = 10;
  profile.netfilter.buckets = 1;
  BoxStory story{profile};
  for (int i = 0; i < 10; ++i)
    story.inside("10.0.0.2:" + std::to_string(5000 + i) + " > 203.0.113.1:53 udp 1").opens();
  story.inside("10.0.0.2:6000 > 203.0.113.1:53 udp 1").opens();
  EXPECT_EQ(story.count(FlowEvent::Evicted), 10u);
  EXPECT_EQ(story.box().size(), 1u);
}

}  // namespace
}  // namespace stayalive::testing
