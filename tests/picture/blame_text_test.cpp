// SPDX-License-Identifier: Apache-2.0
#include "picture/blame_text.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

Blame of_a_router() {
  Blame blame;
  blame.kind = FaultKind::Flow;
  blame.who = "router";
  blame.at = kStart + 5min;
  blame.timer = "tcp.established";
  blame.timeout = 5min;
  blame.refreshed_by = PacketKind::Ack;
  return blame;
}

TEST(BlameText, NamesTheBoxAndItsTimer) {
  EXPECT_EQ(short_blame(of_a_router()), "router: tcp.established 5m");
}

TEST(BlameText, SaysWhichPacketRefreshedTheTimerLast) {
  EXPECT_EQ(blame_sentence(of_a_router()),
            "router forgot the connection at 5m: its timer tcp.established allows 5m of silence, "
            "and the last packet that refreshed it was an ack from the internal side at 0s.");
}

TEST(BlameText, NamesTheOptionBehindATimer) {
  Blame blame = of_a_router();
  blame.setting = "nf_conntrack_tcp_timeout_established";
  EXPECT_NE(blame_sentence(blame).find("tcp.established (nf_conntrack_tcp_timeout_established) "),
            std::string::npos);
}

TEST(BlameText, SaysWhyItWasThisTimer) {
  Blame blame = of_a_router();
  blame.because = "the connection was open";
  EXPECT_TRUE(
      blame_sentence(blame).ends_with("at 0s. It was this timer because the connection was open."));
}

TEST(BlameText, NamesTheSettingThatDecidesWhetherTheInsideWakesTheConnection) {
  Blame blame = of_a_router();
  blame.taken_up = kPicksUp;
  EXPECT_TRUE(blame_sentence(blame).ends_with(
      " It takes it up again as soon as the inside sends (tcp_loose)."));
  blame.taken_up = kDoesNotPickUp;
  EXPECT_TRUE(blame_sentence(blame).ends_with(
      " It does not take it up again when the inside sends: tcp_loose is off."));
  blame.event = FlowEvent::Flushed;
  EXPECT_NE(blame_sentence(blame).find("tcp_loose is off"), std::string::npos);
  blame.event = FlowEvent::Closed;
  EXPECT_EQ(blame_sentence(blame).find("tcp_loose"), std::string::npos) << "it was over";
}

TEST(BlameText, NamesNobodyWhereNobodyIsToBlame) {
  EXPECT_EQ(short_blame({}), "");
  EXPECT_EQ(blame_sentence({}), "Nothing on the way lost its state.");
}

TEST(BlameText, TellsWhatElseMayComeBetween) {
  Blame blame;
  blame.at = kStart + 1500ms;
  blame.kind = FaultKind::Link;
  blame.who = "line";
  EXPECT_EQ(short_blame(blame), "line: down");
  EXPECT_EQ(blame_sentence(blame), "line went down at 1.5s.");
  blame.kind = FaultKind::Drop;
  blame.who = "nat";
  blame.reason = "table-full";
  EXPECT_EQ(short_blame(blame), "nat: table-full");
  EXPECT_EQ(blame_sentence(blame),
            "nat dropped its packets from 1.5s on and had no flow for it: table-full.");
}

}  // namespace
}  // namespace stayalive
