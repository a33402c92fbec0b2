// SPDX-License-Identifier: Apache-2.0
#include "middlebox/stateful_box.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/random.h"
#include "support/box_profiles.h"
#include "support/box_story.h"
#include "support/random_box.h"
#include "support/timed_machine.h"

namespace stayalive::testing {
namespace {

// Checks what must hold for every box and every sequence of packets.
class Books {
 public:
  void enter(const Outbox& out, TimePoint now) {
    for (const FlowNote& note : out.notes) {
      ASSERT_LE(note.at, now);
      if (note.event == FlowEvent::Opened) {
        ASSERT_FALSE(open_.contains(note.flow.value)) << "opened twice";
        ASSERT_FALSE(ended_.contains(note.flow.value)) << "opened after its end";
        open_[note.flow.value] = note.at;
      } else {
        ASSERT_TRUE(open_.contains(note.flow.value)) << "ended without being open";
        ASSERT_GE(note.at, open_[note.flow.value]);
        open_.erase(note.flow.value);
        ended_[note.flow.value] = note.at;
      }
    }
  }
  void check(const Verdict& verdict, TimePoint now) const {
    if (!verdict.forwarded() || !verdict.flow.valid()) return;
    const bool just_closed =
        ended_.contains(verdict.flow.value) && ended_.at(verdict.flow.value) == now;
    ASSERT_TRUE(open_.contains(verdict.flow.value) || just_closed) << "forwarded for a dead flow";
    ASSERT_GT(verdict.deadline, now);
  }
  std::size_t open() const { return open_.size(); }

 private:
  std::map<std::uint32_t, TimePoint> open_, ended_;
};

TEST(StatefulBox, KeepsItsBooksOnRandomPackets) {
  for (const Profile& profile : all_kinds()) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      SCOPED_TRACE(profile.name + ", seed " + std::to_string(seed));
      Random random(seed, "packets", profile.name);
      StatefulBox box(profile, {"box", seed, {ipv4(198, 51, 100, 1)}});
      Books books;
      TimePoint now = kStart;
      for (int step = 0; step < 1000; ++step) {
        if (random.below(3) == 0) now += random.up_to(3s);
        Outbox out;
        if (random.below(10) == 0) {
          box.expire(now, out);
          ASSERT_GT(box.next_deadline(), now);
        }
        if (random.below(500) == 0) box.flush(now, out);
        const Side from = random.below(2) == 0 ? Side::Internal : Side::External;
        Packet packet = random_packet(random, from);
        const Verdict verdict = box.process(from, packet, now, out);
        ASSERT_NO_FATAL_FAILURE(books.enter(out, now)) << "step " << step;
        ASSERT_NO_FATAL_FAILURE(books.check(verdict, now)) << "step " << step;
        ASSERT_EQ(box.size(), books.open()) << "step " << step;
        ASSERT_LE(box.size(), profile.capacity);
        ASSERT_GT(box.next_deadline(), now);
      }
      Outbox out;
      box.expire(now + 24h, out);
      ASSERT_NO_FATAL_FAILURE(books.enter(out, now + 24h));
      EXPECT_EQ(books.open(), 0u);
      EXPECT_EQ(box.next_deadline(), kNever);
    }
  }
}

bool same(const Verdict& a, const Verdict& b) {
  return a.handling == b.handling && a.drop == b.drop && a.flow == b.flow && a.timer == b.timer &&
         a.deadline == b.deadline && a.hairpinned == b.hairpinned;
}

// Two boxes see the same packets; one is woken whenever it asks to be and also without reason, the
// other never.  Nobody can tell them apart.
TEST(StatefulBox, ItDoesNotMatterWhenItIsWoken) {
  for (const Profile& profile : all_kinds()) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      SCOPED_TRACE(profile.name + ", seed " + std::to_string(seed));
      Random random(seed, "packets", profile.name);
      StatefulBox woken(profile, {"box", 1, {ipv4(198, 51, 100, 1)}});
      StatefulBox asleep(profile, {"box", 1, {ipv4(198, 51, 100, 1)}});
      Outbox of_woken, of_asleep;
      TimePoint now = kStart;
      for (int step = 0; step < 1000; ++step) {
        const TimePoint next = now + (random.below(3) == 0 ? random.up_to(3s) : Duration{0});
        while (woken.next_deadline() <= next) {
          now = test::wake_at_deadline(woken, of_woken);
          ASSERT_GT(woken.next_deadline(), now);
        }
        now = next;
        const Side from = random.below(2) == 0 ? Side::Internal : Side::External;
        Packet first = random_packet(random, from);
        Packet second = first;
        const Verdict a = woken.process(from, first, now, of_woken);
        const Verdict b = asleep.process(from, second, now, of_asleep);
        ASSERT_TRUE(same(a, b)) << "step " << step;
        ASSERT_EQ(print_packet(first), print_packet(second)) << "step " << step;
      }
      ASSERT_EQ(of_woken.notes.size(), of_asleep.notes.size());
      for (std::size_t i = 0; i < of_woken.notes.size(); ++i) {
        ASSERT_EQ(of_woken.notes[i].event, of_asleep.notes[i].event);
        ASSERT_EQ(of_woken.notes[i].at, of_asleep.notes[i].at);
        ASSERT_EQ(of_woken.notes[i].flow, of_asleep.notes[i].flow);
      }
      ASSERT_EQ(of_woken.packets.size(), of_asleep.packets.size());
    }
  }
}

TEST(StatefulBox, AnEarlyWakeChangesNothing) {
  for (const Profile& profile : all_kinds()) {
    BoxStory story{profile};
    story.at(0s).inside(kAsk).opens();
    const Duration due = story.next_deadline();
    story.at(due - 1ns).expire();
    EXPECT_EQ(story.next_deadline(), due);
    EXPECT_EQ(story.count(FlowEvent::Expired), 0u);
  }
}

TEST(StatefulBox, ADecisionNeverLooksAtWhatTheSenderMeant) {
  for (const Profile& profile : all_kinds()) {
    SCOPED_TRACE(profile.name);
    Random random(3, "packets", profile.name);
    StatefulBox plain(profile, {"box", 1, {ipv4(198, 51, 100, 1)}});
    StatefulBox annotated(profile, {"box", 1, {ipv4(198, 51, 100, 1)}});
    Outbox out;
    TimePoint now = kStart;
    for (int step = 0; step < 500; ++step) {
      now += random.up_to(1s);
      const Side from = random.below(2) == 0 ? Side::Internal : Side::External;
      Packet first = random_packet(random, from);
      Packet second = first;
      if (second.protocol != Protocol::Icmp) second.notes.kind = PacketKind::KeepaliveProbe;
      second.content.message = 9;
      second.notes.connection = ConnectionId{static_cast<std::uint32_t>(step)};
      ASSERT_TRUE(
          same(plain.process(from, first, now, out), annotated.process(from, second, now, out)))
          << "step " << step;
    }
  }
}

// Packets of different flows at one instant may come in any order, at the very instant at which
// others die.
TEST(StatefulBox, TheOrderOfPacketsAtOneInstantDoesNotMatter) {
  const std::vector<std::string> packets{
      "10.0.0.2:5001 > 203.0.113.1:53 udp 1", "10.0.0.3:5002 > 203.0.113.1:53 udp 1",
      "10.0.0.4:5003 > 203.0.113.1:53 udp 1", "10.0.0.5:5004 > 203.0.113.1:53 udp 1"};
  for (const Profile& profile : all_kinds()) {
    if (profile.capacity < packets.size() || !profile.ports.preserve) continue;
    SCOPED_TRACE(profile.name);
    const auto tell = [&](bool backwards) {
      BoxStory story{profile};
      std::vector<std::string> outcome(packets.size());
      story.at(0s).inside(packets[0]);
      story.inside(packets[1]);
      story.at(story.next_deadline());
      for (std::size_t i = 0; i < packets.size(); ++i) {
        const std::size_t which = backwards ? packets.size() - 1 - i : i;
        const auto step = story.inside(packets[which]);
        outcome[which] =
            print_packet(step.packet()) + print_duration(step.verdict().deadline - kStart);
      }
      return outcome;
    };
    EXPECT_EQ(tell(false), tell(true));
  }
}

TEST(StatefulBox, TheNoteOfADeathSaysWhoKeptTheFlowLast) {
  BoxStory story{linux_router()};
  Packet ask = packet_of(kAsk);
  ask.notes.connection = ConnectionId{4};
  story.at(0s).send(Side::Internal, ask).opens();
  EXPECT_EQ(story.last_note().event, FlowEvent::Opened);
  EXPECT_EQ(story.last_note().timer, Timeout::UdpSingle);
  Packet ping = packet_of("203.0.113.1:53 > 198.51.100.1:5000 udp 40");
  ping.notes.kind = PacketKind::KeepaliveAnswer;
  story.at(10s).send(Side::External, ping).refreshes();
  story.at(50s).expire();
  const FlowNote& note = story.last_note();
  EXPECT_EQ(note.event, FlowEvent::Expired);
  EXPECT_EQ(note.at, kStart + 40s);
  EXPECT_EQ(note.connection, ConnectionId{4});
  EXPECT_EQ(note.timer, Timeout::UdpSingle);
  EXPECT_EQ(note.timeout, 30s);
  EXPECT_EQ(note.refreshed_at, kStart + 10s);
  EXPECT_EQ(note.refreshed_from, Side::External);
  EXPECT_EQ(note.refreshed_by, PacketKind::KeepaliveAnswer);
  EXPECT_EQ(note.internal, endpoint("10.0.0.2:5000"));
  EXPECT_EQ(note.mapped, endpoint("198.51.100.1:5000"));
  EXPECT_EQ(note.remote, endpoint("203.0.113.1:53"));
}

TEST(StatefulBox, TheDeadAreReportedBeforeTheirSuccessor) {
  BoxStory story{linux_router()};
  story.at(0s).inside(kAsk);
  story.at(30s).inside(kAsk).opens();
  ASSERT_EQ(story.notes().size(), 3u);
  EXPECT_EQ(story.notes()[1].event, FlowEvent::Expired);
  EXPECT_EQ(story.notes()[2].event, FlowEvent::Opened);
  EXPECT_NE(story.notes()[1].flow, story.notes()[2].flow);
  story.expire();
  EXPECT_EQ(story.notes().size(), 3u);
}

TEST(StatefulBox, WhatItSaysByItselfBelongsToTheConnectionThatDrewIt) {
  BoxStory story{idle_balancer()};
  Packet stray = packet_of("10.0.0.2:4000 > 203.0.113.1:80 tcp A seq 1 ack 1");
  stray.notes.connection = ConnectionId{3};
  story.at(0s).send(Side::Internal, stray).dropped(DropReason::BadState);
  ASSERT_EQ(story.sent().size(), 1u);
  EXPECT_EQ(story.sent()[0].packet.notes.connection, ConnectionId{3});
}

TEST(StatefulBox, AFlushForgetsEverythingAndSaysSo) {
  for (const Profile& profile : all_kinds()) {
    SCOPED_TRACE(profile.name);
    BoxStory story{profile};
    story.at(0s).inside(kAsk).opens();
    story.inside("10.0.0.3:5001 > 203.0.113.1:53 udp 40").opens();
    story.at(1s).flush();
    EXPECT_EQ(story.count(FlowEvent::Flushed), 2u);
    EXPECT_EQ(story.last_note().at, kStart + 1s);
    EXPECT_EQ(story.box().size(), 0u);
    EXPECT_EQ(story.box().next_deadline(), kNever);
    story.inside(kAsk).opens();
    story.at(24h).expire();
    EXPECT_EQ(story.count(FlowEvent::Expired), 1u);
  }
}

TEST(StatefulBox, AFlushReportsTheOldestFlowFirst) {
  BoxStory story{idle_balancer()};
  story.at(0s).inside("10.0.0.2:1 > 203.0.113.1:80 tcp S seq 1").opens();
  story.inside("10.0.0.2:2 > 203.0.113.1:80 tcp S seq 1").opens();
  story.inside("10.0.0.2:1 > 203.0.113.1:80 tcp R seq 2").goes_through();
  story.inside("10.0.0.2:3 > 203.0.113.1:80 tcp S seq 1").opens();  // where the first one was
  story.flush();
  ASSERT_EQ(story.notes().size(), 6u);
  EXPECT_EQ(story.notes()[4].internal, endpoint("10.0.0.2:2"));
  EXPECT_EQ(story.notes()[5].internal, endpoint("10.0.0.2:3"));
}

TEST(StatefulBox, EveryDropReasonHasAName) {
  EXPECT_STREQ(name(DropReason::None), "none");
  EXPECT_STREQ(name(DropReason::Expired), "expired");
  EXPECT_STREQ(name(DropReason::NoPorts), "no-ports");
  EXPECT_STREQ(name(DropReason::Policy), "policy");
}

}  // namespace
}  // namespace stayalive::testing
