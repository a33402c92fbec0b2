// SPDX-License-Identifier: Apache-2.0
#include "middlebox/timeouts.h"

#include <gtest/gtest.h>

#include <set>

namespace stayalive {
namespace {

TEST(Timeouts, EveryNameLeadsBackToItsTimer) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kTimeoutCount; ++i) {
    const auto timer = static_cast<Timeout>(i);
    EXPECT_EQ(find_timeout(name(timer)), timer) << name(timer);
    names.insert(name(timer));
  }
  EXPECT_EQ(names.size(), kTimeoutCount);
  EXPECT_FALSE(find_timeout("tcp.estabilshed").has_value());
  EXPECT_FALSE(find_timeout("").has_value());
}

TEST(Timeouts, TheNamesOfDocumentsAreTheOnesPeopleWrite) {
  EXPECT_EQ(name(Timeout::TcpEstablished), "tcp.established");
  EXPECT_EQ(name(Timeout::TcpIncomingSyn), "tcp.incoming_syn");
  EXPECT_EQ(name(Timeout::TcpClosed), "tcp.closed");
  EXPECT_EQ(name(Timeout::UdpMultiple), "udp.multiple");
  EXPECT_EQ(name(Timeout::Generic), "generic");
}

TEST(Timeouts, AnAdministratorFindsThemUnderTheNamesOfTheRealSystem) {
  EXPECT_EQ(setting_name(TrackerKind::Linux, Timeout::TcpEstablished),
            "nf_conntrack_tcp_timeout_established");
  EXPECT_EQ(setting_name(TrackerKind::Linux, Timeout::UdpSingle), "nf_conntrack_udp_timeout");
  EXPECT_EQ(setting_name(TrackerKind::Linux, Timeout::TcpSynSent2), "");
  EXPECT_EQ(setting_name(TrackerKind::Pf, Timeout::TcpFinWait), "tcp.finwait");
  EXPECT_EQ(setting_name(TrackerKind::Rfc, Timeout::TcpEstablished), "");
}

TEST(Timeouts, EachSaysWhyAFlowHasIt) {
  TimeoutTable all;
  for (std::size_t i = 0; i < all.spans.size(); ++i) all.spans[i] = (i + 1) * 1s;
  for (const TrackerKind tracker :
       {TrackerKind::Linux, TrackerKind::Pf, TrackerKind::Rfc, TrackerKind::Idle}) {
    for (const Timeout timer : timeouts_of(tracker)) {
      // These two never run.
      const bool unused = timer == Timeout::IcmpQuery || timer == Timeout::Generic;
      EXPECT_EQ(reason_for(tracker, timer, all).empty(), unused) << name(timer);
    }
  }
}

TEST(Timeouts, SayNothingWhereTheBoxMakesNoDifference) {
  TimeoutTable timeouts;
  timeouts[Timeout::TcpEstablished] = timeouts[Timeout::UdpSingle] = 4min;
  EXPECT_EQ(reason_for(TrackerKind::Idle, Timeout::TcpEstablished, timeouts), "");
  EXPECT_EQ(reason_for(TrackerKind::Idle, Timeout::UdpSingle, timeouts), "");
  timeouts[Timeout::TcpOpening] = timeouts[Timeout::UdpStream] = 4min;
  EXPECT_EQ(reason_for(TrackerKind::Idle, Timeout::TcpEstablished, timeouts), "");
  EXPECT_EQ(reason_for(TrackerKind::Idle, Timeout::UdpSingle, timeouts), "");
  timeouts[Timeout::TcpOpening] = timeouts[Timeout::UdpStream] = 1min;
  EXPECT_EQ(reason_for(TrackerKind::Idle, Timeout::TcpEstablished, timeouts),
            "SYNs had come from both sides");
  EXPECT_EQ(reason_for(TrackerKind::Idle, Timeout::UdpSingle, timeouts),
            "the other side had not answered");
  // Unacknowledged data counts where its timer is the shorter one.
  timeouts[Timeout::TcpUnacknowledged] = 4min;
  EXPECT_EQ(reason_for(TrackerKind::Linux, Timeout::TcpEstablished, timeouts),
            "the connection was open");
  timeouts[Timeout::TcpUnacknowledged] = 4min - 1ns;
  EXPECT_EQ(reason_for(TrackerKind::Linux, Timeout::TcpEstablished, timeouts),
            "the connection was open and all its data acknowledged");
}

TEST(Timeouts, EachTrackerListsItsOwn) {
  EXPECT_EQ(timeouts_of(TrackerKind::Linux).size(), 15u);
  EXPECT_EQ(timeouts_of(TrackerKind::Pf).size(), 10u);
  EXPECT_EQ(timeouts_of(TrackerKind::Rfc).size(), 9u);
  EXPECT_EQ(timeouts_of(TrackerKind::Idle).size(), 6u);
  EXPECT_EQ(timeouts_of(TrackerKind::Linux).front(), Timeout::TcpSynSent);
  for (const Timeout timer : timeouts_of(TrackerKind::Pf)) {
    EXPECT_FALSE(setting_name(TrackerKind::Pf, timer).empty()) << name(timer);
  }
}

}  // namespace
}  // namespace stayalive
