// SPDX-License-Identifier: Apache-2.0
// Entries that lead nowhere, because the box has another address or their target is another.
#include <gtest/gtest.h>

#include <vector>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive {
namespace {

using testing::BoxStory;
using testing::kAnswer;
using testing::kAsk;

constexpr AddressId kNew = ipv4(198, 51, 104, 1);

std::vector<Profile> translating_kinds() {
  Profile overloading = testing::rfc_nat();
  overloading.name = "overloading";
  overloading.ports.overload = true;
  return {testing::linux_router(), testing::rfc_nat(), overloading};
}

TEST(StaleEntries, ThoseOfAnOldAddressGoOutByItAndNothingComesBack) {
  for (const Profile& profile : translating_kinds()) {
    SCOPED_TRACE(profile.name);
    BoxStory story{profile};
    /* 0 s  */ story.at(0s).inside(kAsk).opens().from("198.51.100.1:5000");
    /*      */ story.outside(kAnswer).passes();
    /* 10 s */ story.at(10s).readdress(kNew);
    EXPECT_EQ(story.last_note().event, FlowEvent::AddressGone);
    EXPECT_EQ(story.last_note().at, kStart + 10s);
    EXPECT_EQ(story.box().size(), 1u);
    /* 20 s */ story.at(20s).inside(kAsk).refreshes().from("198.51.100.1:5000");
    story.outside("203.0.113.1:53 > 198.51.100.1:5000 udp 40").dropped(DropReason::OldAddress);
    EXPECT_EQ(story.count(FlowEvent::AddressGone), 1u) << "told once";
  }
}

TEST(StaleEntries, EndByTheirTimerAndTheNextPacketHasTheNewAddress) {
  for (const Profile& profile : translating_kinds()) {
    SCOPED_TRACE(profile.name);
    const Duration timeout = profile.timeouts[Timeout::UdpSingle];
    BoxStory story{profile};
    story.at(0s).inside(kAsk).opens();
    story.at(10s).readdress(kNew);
    /* 10 s */ story.at(10s).inside(kAsk).passes().from("198.51.100.1:5000");
    /* 10 s + timeout - 1 ns */ story.at(10s + timeout - 1ns)
        .inside(kAsk)
        .refreshes()
        .from("198.51.100.1:5000");
    /* and a timeout later   */ story.at(10s + timeout - 1ns + timeout)
        .inside(kAsk)
        .opens()
        .from("198.51.104.1:5000");
    story.outside(kAnswer).passes();
  }
}

TEST(StaleEntries, AnotherFlowOfTheSameInsideEndpointHasTheNewAddress) {
  for (const Profile& profile : translating_kinds()) {
    SCOPED_TRACE(profile.name);
    BoxStory story{profile};
    story.at(0s).inside(kAsk).opens();
    story.at(1s).readdress(kNew);
    story.inside("10.0.0.2:5000 > 203.0.113.9:53 udp 40").opens().from("198.51.104.1:5000");
    story.outside("203.0.113.9:53 > mapped udp 40").passes().to("10.0.0.2:5000");
    // The first one ends, and so does its mapping; the second one's goes on.
    const Duration timeout = profile.timeouts[Timeout::UdpStream];
    for (Duration t = 2s; t < 3 * timeout; t += timeout / 20)
      story.at(t).inside("10.0.0.2:5000 > 203.0.113.9:53 udp 40").refreshes();
    EXPECT_EQ(story.box().size(), 1u);
    story.inside("10.0.0.2:5000 > 203.0.113.8:53 udp 40").opens().from("198.51.104.1:5000");
  }
}

TEST(StaleEntries, ATargetThatIsReplacedIsKeptByTheFlowsThatLiveAlone) {
  Profile firewall = testing::linux_firewall();
  for (const Profile& profile : {firewall, testing::linux_router(), testing::idle_balancer()}) {
    SCOPED_TRACE(profile.name);
    BoxStory story{profile};
    story.at(0s).inside(kAsk).opens();
    story.inside("10.0.0.2:5000 > 203.0.113.7:53 udp 40").opens();
    story.at(1s).replace(ipv4(203, 0, 113, 1), ipv4(203, 0, 113, 65));
    EXPECT_EQ(story.count(FlowEvent::TargetGone), 1u);
    story.inside(kAsk).refreshes().to("203.0.113.65:53");
    story.inside("10.0.0.2:5000 > 203.0.113.7:53 udp 40").refreshes().to("203.0.113.7:53");
    story.inside("10.0.0.3:5000 > 203.0.113.1:53 udp 40").opens().to("203.0.113.1:53");
    // The one after that, in its turn.
    story.at(2s).replace(ipv4(203, 0, 113, 1), ipv4(203, 0, 113, 66));
    EXPECT_EQ(story.count(FlowEvent::TargetGone), 3u);
    story.inside(kAsk).refreshes().to("203.0.113.65:53");
    story.inside("10.0.0.3:5000 > 203.0.113.1:53 udp 40").refreshes().to("203.0.113.66:53");
    story.inside("10.0.0.4:5000 > 203.0.113.1:53 udp 40").opens().to("203.0.113.1:53");
  }
}

}  // namespace
}  // namespace stayalive
