// SPDX-License-Identifier: Apache-2.0
#include "picture/journeys.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace stayalive
