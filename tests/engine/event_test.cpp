// SPDX-License-Identifier: Apache-2.0
#include "engine/event.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Turn, AnEarlierInstantComesFirstAndThenWhatWasScheduledFirst) {
  EXPECT_TRUE((Turn{kStart + 1s - 1ns, 9}).before({kStart + 1s, 1}));
  EXPECT_FALSE((Turn{kStart + 1s, 1}).before({kStart + 1s - 1ns, 9}));
  EXPECT_TRUE((Turn{kStart + 1s, 1}).before({kStart + 1s, 2}));
  EXPECT_FALSE((Turn{kStart + 1s, 2}).before({kStart + 1s, 2}));
  EXPECT_TRUE((Turn{kNever - 1ns, 9}).before({})) << "nothing is last";
}

TEST(EventTarget, SaysWhatItWasMadeOf) {
  for (const Side side : {Side::Internal, Side::External}) {
    const EventTarget packet = EventTarget::packet(NodeId{5}, side);
    EXPECT_TRUE(packet.is_packet());
    EXPECT_FALSE(packet.is_alarm());
    EXPECT_EQ(packet.node(), NodeId{5});
    EXPECT_EQ(packet.side(), side);
  }
  const EventTarget wake_up = EventTarget::wake_up(NodeId{0});
  EXPECT_FALSE(wake_up.is_packet());
  EXPECT_FALSE(wake_up.is_alarm());
  EXPECT_EQ(wake_up.node(), NodeId{0});
  EXPECT_TRUE(EventTarget::alarm().is_alarm());
  EXPECT_FALSE(EventTarget::alarm().is_packet());
}

}  // namespace
}  // namespace stayalive
