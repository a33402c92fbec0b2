// SPDX-License-Identifier: Apache-2.0
#include "picture/journeys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "support/instant.h"

namespace stayalive {
namespace {

Packet datagram(std::uint16_t payload) {
  Packet packet;
  packet.notes.connection = ConnectionId{0};
  packet.protocol = Protocol::Udp;
  packet.payload = payload;
  return packet;
}

// A client, a box and a server.
class Trip {
 public:
  void record(Duration when, TraceKind kind, const std::string& where, const Packet& packet,
              const std::string& detail = "", Side towards = Side::External) {
    journeys_.record({at(when), kind, NodeId{}, towards, packet, detail}, where);
  }
  // A change of the timer of the box, as it tells it.
  void change(Duration when, TimerChange::Kind kind, std::uint32_t flow) {
    TraceRecord record{at(when), TraceKind::Timer, NodeId{}, Side::External, datagram(10), ""};
    record.timer.kind = kind;
    record.timer.flow = FlowId{flow};
    journeys_.record(record, "box");
  }
  const std::vector<Journey>& journeys() const { return journeys_.journeys(); }
  const Journeys& all() const { return journeys_; }

 private:
  Journeys journeys_{ConnectionId{0}, {{"client"}, {"box"}, {"server"}}};
};

TEST(Journeys, APacketIsFollowedFromStationToStation) {
  Trip trip;
  trip.record(0s, TraceKind::Sent, "client", datagram(10));
  trip.record(1s, TraceKind::Forwarded, "box", datagram(10));
  trip.record(3s, TraceKind::Arrived, "server", datagram(10));
  ASSERT_EQ(trip.journeys().size(), 1u);
  const Journey& journey = trip.journeys().front();
  EXPECT_EQ(journey.delivery, Journey::Delivery::Arrived);
  ASSERT_EQ(journey.stops.size(), 3u);
  EXPECT_EQ(journey.stops[1].at, at(1s));
  EXPECT_EQ(journey.stops[2].station, 2u);
}

TEST(Journeys, OfPacketsAlikeTheFirstThatLeftArrivesFirst) {
  Trip trip;
  trip.record(0s, TraceKind::Sent, "client", datagram(10));
  trip.record(1s, TraceKind::Sent, "client", datagram(10));
  trip.record(2s, TraceKind::Dropped, "box", datagram(10), "no flow");
  trip.record(3s, TraceKind::Forwarded, "box", datagram(10));
  EXPECT_EQ(trip.journeys()[0].delivery, Journey::Delivery::Dropped);
  EXPECT_EQ(trip.journeys()[0].detail, "no flow");
  EXPECT_EQ(trip.journeys()[1].delivery, Journey::Delivery::UnderWay);
  EXPECT_EQ(trip.journeys()[1].stops.size(), 2u);
}

TEST(Journeys, ALineLosesThePacketThatWasHandedToItAtThatInstant) {
  Trip trip;
  trip.record(0s, TraceKind::Sent, "client", datagram(10));
  trip.record(1s, TraceKind::Sent, "client", datagram(10));
  trip.record(1s, TraceKind::Dropped, "", datagram(10), "lost on wire");
  EXPECT_EQ(trip.journeys()[0].delivery, Journey::Delivery::UnderWay);
  EXPECT_EQ(trip.journeys()[1].delivery, Journey::Delivery::Lost);
}

TEST(Journeys, WhereAPacketOpensAFlowAnewTheEndOfTheOldOneComesFirst) {
  Trip trip;
  trip.record(0s, TraceKind::Sent, "client", datagram(10));
  trip.record(1s, TraceKind::Forwarded, "box", datagram(10));
  trip.change(1s, TimerChange::Kind::Started, 2);
  trip.change(1s, TimerChange::Kind::Expired, 1);
  ASSERT_EQ(trip.all().timers().size(), 2u);
  const Journeys::TimerRecord& end = trip.all().timers()[0];
  const Journeys::TimerRecord& beginning = trip.all().timers()[1];
  EXPECT_EQ(end.change.kind, TimerChange::Kind::Expired);
  EXPECT_LT(end.when, beginning.when);
  EXPECT_EQ(trip.journeys()[0].stops[1].moment(), beginning.when);
  EXPECT_EQ(trip.all().incidents()[0].moment(), end.when);
}

TEST(Journeys, APacketThatEndsItsOwnFlowCameBeforeTheEnd) {
  Trip trip;
  trip.record(0s, TraceKind::Sent, "client", datagram(10));
  trip.record(1s, TraceKind::Forwarded, "box", datagram(10));
  trip.change(1s, TimerChange::Kind::Unchanged, 1);
  trip.change(1s, TimerChange::Kind::Closed, 1);
  EXPECT_LT(trip.journeys()[0].stops[1].moment(), trip.all().incidents()[0].moment());
}

TEST(Journeys, ABoxMayAnswerWhatItDrops) {
  Trip trip;
  Packet reset = datagram(0);
  reset.notes.kind = PacketKind::Reset;
  trip.record(0s, TraceKind::Sent, "client", datagram(10));
  trip.record(1s, TraceKind::Dropped, "box", datagram(10), "no flow");
  EXPECT_FALSE(trip.journeys()[0].answer);
  trip.record(1s, TraceKind::Answered, "box", reset, "", Side::Internal);
  EXPECT_EQ(trip.journeys()[0].answer, PacketKind::Reset);
  ASSERT_EQ(trip.journeys().size(), 2u) << "the answer travels, too";
}

TEST(Journeys, OtherConnectionsAreLeftAlone) {
  Trip trip;
  Packet other = datagram(10);
  other.notes.connection = ConnectionId{1};
  trip.record(0s, TraceKind::Sent, "client", other);
  EXPECT_TRUE(trip.journeys().empty());
}

TEST(Journeys, AMessageSaysWhatItIsFor) {
  Trip trip;
  Packet packet = datagram(10);
  packet.content.message = 7;
  trip.record(0s, TraceKind::Written, "client", packet, "request");
  trip.record(0s, TraceKind::Sent, "client", packet);
  ASSERT_EQ(trip.journeys().size(), 1u);
  EXPECT_EQ(trip.journeys().front().purpose, "request");
}

// A ping a second, each of which refreshes the timer of the box; `stopped` ones are dropped there.
void ping_for(Trip& trip, int seconds, const std::function<bool(int second)>& stopped) {
  std::uint32_t flow = 1;
  trip.change(0s, TimerChange::Kind::Started, flow);
  for (int second = 0; second < seconds; ++second) {
    const Duration at = std::chrono::seconds(second);
    trip.record(at, TraceKind::Sent, "client", datagram(10));
    if (stopped(second)) {
      trip.record(at, TraceKind::Dropped, "box", datagram(10), "no flow");
      continue;
    }
    trip.record(at, TraceKind::Forwarded, "box", datagram(10));
    trip.change(at, TimerChange::Kind::Extended, flow);
    trip.record(at + 1ms, TraceKind::Arrived, "server", datagram(10));
  }
}

bool never(int /*second*/) { return false; }

std::size_t packets_left_out(const Journeys& journeys) {
  std::size_t packets = 0;
  for (const JourneyGap& gap : journeys.gaps()) packets += gap.packets;
  return packets;
}

TEST(Journeys, AStoryThatFitsIsKeptWhole) {
  Trip trip;
  ping_for(trip, static_cast<int>(Journeys::kMostJourneys), never);
  EXPECT_EQ(trip.journeys().size(), Journeys::kMostJourneys);
  EXPECT_TRUE(trip.all().gaps().empty());
}

TEST(Journeys, OfALongStoryOnlyWhatIsUsualInTheMiddleIsLeftOutAndCounted) {
  Trip trip;
  ping_for(trip, 200'000, [](int second) { return second == 100'000; });
  const std::vector<Journey>& kept = trip.journeys();
  EXPECT_LE(kept.size(), Journeys::kMostJourneys);
  EXPECT_EQ(kept.size() + packets_left_out(trip.all()), 200'000u);
  EXPECT_EQ(kept.front().stops.front().at, at(0s));
  EXPECT_EQ(kept.back().stops.front().at, at(199'999s));
  const auto dropped = std::ranges::find(kept, Journey::Delivery::Dropped, &Journey::delivery);
  ASSERT_NE(dropped, kept.end());
  EXPECT_EQ(dropped->stops.front().at, at(100'000s));
  EXPECT_EQ((dropped - 5)->stops.front().at, at(99'995s)) << "with what lies around it";
  ASSERT_EQ(trip.all().gaps().size(), 2u);
  const JourneyGap& gap = trip.all().gaps().front();
  EXPECT_EQ(gap.stopped, 0u);
  const TimePoint after = kept[gap.before].stops.front().at;
  EXPECT_EQ(after - gap.from.at, std::chrono::seconds(gap.packets)) << "one a second";
  EXPECT_LT(trip.all().timers().size(), Journeys::kMostJourneys + 10);
}

TEST(Journeys, TheTimerIsKnownWhereTheStoryGoesOnAfterAGap) {
  Trip trip;
  ping_for(trip, 100'000, never);
  const JourneyGap& gap = trip.all().gaps().front();
  const TimePoint after = trip.journeys()[gap.before].stops.front().at;
  const auto known = std::ranges::find_if(trip.all().timers(), [&](const auto& timer) {
    return timer.when.at >= gap.from.at && timer.when.at < after;
  });
  ASSERT_NE(known, trip.all().timers().end());
  EXPECT_EQ(known->when.at, after - 1s) << "the last one of the gap";
  EXPECT_EQ(known->change.kind, TimerChange::Kind::Started);
}

// Where nearly everything is unusual, what lies in the middle goes, and how much of it did not
// arrive is said.
TEST(Journeys, AlsoOfAStoryInWhichMuchIsUnusualNoMoreIsKept) {
  Trip trip;
  ping_for(trip, 150'000, [](int second) { return second % 10 == 5; });
  EXPECT_LE(trip.journeys().size(), Journeys::kMostJourneys);
  EXPECT_EQ(trip.journeys().size() + packets_left_out(trip.all()), 150'000u);
  ASSERT_EQ(trip.all().gaps().size(), 1u);
  const JourneyGap& gap = trip.all().gaps().front();
  EXPECT_NEAR(static_cast<double>(gap.stopped), static_cast<double>(gap.packets) / 10, 1);
}

TEST(Journeys, WhatProgramsSayIsKeptInTheMiddle) {
  Trip trip;
  for (int second = 0; second < 120'000; ++second) {
    const Duration when = std::chrono::seconds(second);
    trip.record(when, TraceKind::Sent, "client", datagram(10));
    trip.record(when, TraceKind::Arrived, "box", datagram(10));
    if (second == 60'000) trip.record(when, TraceKind::Event, "client", datagram(0), "hm");
  }
  ASSERT_EQ(trip.all().incidents().size(), 1u);
  EXPECT_EQ(trip.all().gaps().size(), 2u);
}

}  // namespace
}  // namespace stayalive
