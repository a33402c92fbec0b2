// SPDX-License-Identifier: Apache-2.0
#include "app/host/tcp_sockets.h"

#include <gtest/gtest.h>

#include <deque>

namespace stayalive {
namespace {

// A kernel that keeps what its sockets emit.
class KeepingKernel final : public TcpSockets::User {
 public:
  KeepingKernel() : sockets(*this) {}
  void transmit(const Packet& packet) override { wire.push_back(packet); }
  void socket_event(SocketId socket, const TcpEvent& event) override {
    events.push_back({socket, event});
    if (answer_at_once && event.kind == TcpEvent::Kind::Delivered) {
      sockets.send(socket, ++written, 10, now);
    }
  }
  void arm(SocketId, TimePoint due) override { armed = due; }

  TcpSockets sockets;
  std::deque<Packet> wire;
  std::vector<std::pair<SocketId, TcpEvent>> events;
  TimePoint armed = kNever;
  TimePoint now;
  bool answer_at_once = false;
  std::uint32_t written = 0;
};

const Endpoint kClient{ipv4(10, 0, 0, 2), 40000};
const Endpoint kServer{ipv4(203, 0, 113, 10), 80};
const Origin kFirst{StreamId{1}, ConnectionId{0}};

class TwoKernels : public ::testing::Test {
 protected:
  // Carries packets to and fro until nobody has anything to say.
  void settle() {
    while (!client.wire.empty() || !server.wire.empty()) {
      move(client, server);
      move(server, client);
    }
  }
  void move(KeepingKernel& from, KeepingKernel& to) {
    std::deque<Packet> packets;
    packets.swap(from.wire);
    for (const Packet& packet : packets) {
      if (to.sockets.receive(packet, to.now)) continue;
      if (packet.has(tcp_flag::kSyn))
        to.sockets.accept(config, packet, {StreamId{9}, ConnectionId{0}}, 500, to.now);
      else
        ++unclaimed;
    }
  }
  TcpConfig config;
  KeepingKernel client;
  KeepingKernel server;
  int unclaimed = 0;
};

TEST_F(TwoKernels, ASegmentFindsItsSocketByBothEndpoints) {
  client.sockets.open(config, kClient, kServer, kFirst, 100, kStart);
  client.sockets.open(config, {kClient.address, 40001}, kServer, {StreamId{2}, ConnectionId{1}},
                      200, kStart);
  settle();
  ASSERT_EQ(client.events.size(), 2u);
  EXPECT_EQ(client.events[0].second.kind, TcpEvent::Kind::Established);
  EXPECT_NE(client.events[0].first, client.events[1].first);
  EXPECT_EQ(unclaimed, 0);
}

TEST_F(TwoKernels, AProgramMayWriteWhileItIsToldOfData) {
  const SocketId socket = client.sockets.open(config, kClient, kServer, kFirst, 100, kStart);
  settle();
  server.answer_at_once = true;
  client.sockets.send(socket, 1, 20, kStart);
  settle();
  EXPECT_EQ(client.events.back().second.kind, TcpEvent::Kind::Delivered);
  EXPECT_EQ(client.events.back().second.message, 1u);
}

TEST_F(TwoKernels, AnAbortedSocketIsGoneAndSegmentsForItAreNobodys) {
  const SocketId socket = client.sockets.open(config, kClient, kServer, kFirst, 100, kStart);
  settle();
  client.sockets.abort(socket, kStart);
  settle();
  EXPECT_EQ(server.events.back().second.kind, TcpEvent::Kind::Closed);
  EXPECT_EQ(server.events.back().second.error, SocketError::Reset);
  client.sockets.wake(socket, kStart + 1h);
  EXPECT_TRUE(client.wire.empty()) << "a wake-up for a socket that is gone does nothing";
}

TEST_F(TwoKernels, AnErrorThatQuotesAnotherPacketIsNobodys) {
  client.sockets.open(config, kClient, kServer, kFirst, 100, kStart);
  EXPECT_FALSE(
      client.sockets.receive_error({kServer, kClient, Protocol::Tcp, Unreachable::Port}, kStart));
  EXPECT_TRUE(
      client.sockets.receive_error({kClient, kServer, Protocol::Tcp, Unreachable::Port}, kStart));
  EXPECT_EQ(client.events.back().second.error, SocketError::Refused);
}

TEST_F(TwoKernels, APowerCutLeavesNothing) {
  client.sockets.open(config, kClient, kServer, kFirst, 100, kStart);
  settle();
  client.sockets.clear();
  Packet segment;
  segment.protocol = Protocol::Tcp;
  segment.flags = tcp_flag::kAck;
  segment.set_source(kServer);
  segment.set_destination(kClient);
  EXPECT_FALSE(client.sockets.receive(segment, kStart));
}

}  // namespace
}  // namespace stayalive
