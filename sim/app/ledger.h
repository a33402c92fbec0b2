// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/connection_notes.h"
#include "app/lost_request.h"
#include "app/message_books.h"
#include "app/side_event.h"
#include "base/state_walk.h"
#include "engine/simulation.h"
#include "middlebox/middlebox.h"
#include "net/packet.h"
#include "stack/close_give_up.h"
#include "strategy/message.h"

namespace stayalive {

inline constexpr std::size_t kPacketKinds = static_cast<std::size_t>(PacketKind::IcmpError) + 1;

// How long a mobile radio stays awake after the last packet: the long DRX of LTE before the device
// goes idle (Huang et al., MobiSys 2012, section 4; 10 s in the LTE profile of AT&T's Application
// Resource Optimizer).
inline constexpr Duration kRadioTail = 10s;
// As kRadioTail, of a radio that sleeps soon (Wi-Fi).
inline constexpr Duration kBriefTail = 250ms;
// A packet of fewer IP bytes is filled up to so many on media whose frames have a least size.
inline constexpr std::uint32_t kLeastPacket = 46;

// So many lost requests of a connection are kept one by one.
inline constexpr std::size_t kMostLostRequests = 16;

// What one side has put on the wire and received from it, every segment and datagram counted.
struct SideCounters {
  std::uint64_t packets_sent = 0;
  std::uint64_t bytes_sent = 0;  // IP bytes
  std::uint64_t packets_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t keepalives = 0;         // TCP probes, and requests and pings of the strategy
  std::uint64_t keepalive_answers = 0;  // its answers to the other side's
  std::uint64_t tls_handshakes = 0;     // of a client: complete ones
  std::uint64_t tls_resumed = 0;        // of these, of a session that it had
  std::uint64_t tls_round_trips = 0;    // that they took before a message could follow
  std::uint64_t wakeups = 0;            // packets sent or received after kRadioTail without any
  std::uint64_t awake_us = 0;           // microseconds within kRadioTail of a packet
  std::uint64_t brief_awake_us = 0;     // microseconds within kBriefTail of a packet
  std::uint64_t filling = 0;            // bytes that short packets lack to kLeastPacket
  std::array<std::uint64_t, kPacketKinds> sent_by_kind{};

  // A packet is put on the wire, or received from it.
  void count_sent(const Packet& packet) {
    ++packets_sent;
    ++sent_by_kind[static_cast<std::size_t>(packet.notes.kind)];
    bytes_sent += ip_bytes(packet);
    count_filling(packet);
    if (packet.notes.kind == PacketKind::KeepaliveProbe) ++keepalives;
    if (packet.notes.kind == PacketKind::KeepaliveAnswer) ++keepalive_answers;
  }
  void count_received(const Packet& packet) {
    ++packets_received;
    bytes_received += ip_bytes(packet);
    count_filling(packet);
  }
  void count_filling(const Packet& packet) {
    const std::uint32_t bytes = ip_bytes(packet);
    if (bytes < kLeastPacket) filling += kLeastPacket - bytes;
  }
  SideCounters& operator+=(const SideCounters& more);
  void walk(StateWalk& walk);
};

struct ConnectionRecord {
  // By Role.  Of the time awake the tail of the last packet counts as if it were over.
  std::array<SideCounters, 2> counters;
  std::array<MessageBooks, 2> messages;     // by the Role that writes
  std::array<NodeId, 2> hosts;              // by Role
  std::array<TimePoint, 2> heard_at{};      // by Role: the last packet received so far
  std::array<TimePoint, 2> radio_off_at{};  // by Role: when the radio sleeps without more packets
  std::array<TimePoint, 2> brief_off_at{};  // likewise of one that sleeps soon
  // What full queues before lines have dropped of it, and where the last packet was.
  struct QueueDrops {
    std::uint64_t packets = 0;
    std::string link{};
    TimePoint last_at{};
  };
  std::unique_ptr<QueueDrops> queue_drops;  // empty where none has
  // Of packets that took one of several ways, by way of all groups, then the Side they went to.
  std::vector<std::array<std::uint64_t, 2>> by_way{};
  // Who takes note of what becomes of it, and under which number; nullptr: nobody.
  ConnectionNotes* notes = nullptr;
  std::uint32_t number = 0;

  // The counters, with the time awake up to `end`.
  SideCounters counters_by(TimePoint end, Role role) const;
};

// The books of a run: what each side of a connection sent and received, and its messages.  What
// becomes of flows, sides and proxies it passes on to whoever takes note of the connection. Nothing
// in a run is decided by it.
class Ledger final {
 public:
  // late_after: as Scenario::late_after.
  Ledger(Simulation& sim, std::size_t connections, Duration late_after = 1s)
      : sim_(sim), late_after_(late_after), records_(connections) {}

  // A full queue before a line has dropped a packet.
  void queue_dropped(const std::string& link, const Packet& packet, TimePoint at);

  // These take note of what becomes of the connection, under this number.  They must outlive the
  // ledger, or at least the run.
  void attach(ConnectionId connection, ConnectionNotes& notes, std::uint32_t number);
  // node: of the box; position: among the boxes of the path.
  void flow_changed(NodeId node, std::uint32_t position, const FlowNote& note);
  void packet_dropped(std::uint32_t position, const Packet& packet, DropReason why, TimePoint at);
  void side(ConnectionId connection, Role role, SideEvent event);
  // A packet of it has entered a way; number: of the way, among those of all groups.
  void took_way(std::size_t number, Side towards, const Packet& packet);
  // The ways of a connection are these now.
  void ways(ConnectionId connection, const WayHistory::Step& step);
  // This host plays this side; what it sends and receives of the connection is noted.
  void attach(ConnectionId connection, Role role, NodeId host);
  void sent(NodeId host, const Packet& packet);
  void received(NodeId host, const Packet& packet);
  void sent(ConnectionId connection, Role role, const Packet& packet);
  void received(ConnectionId connection, Role role, const Packet& packet);
  void keepalive(ConnectionId connection, Role role, MessageKind kind);
  // A client's TLS handshake is over.
  void secured(ConnectionId connection, Role role, bool resumed, std::uint32_t round_trips);
  // The next item of this side is due; the rest as for MessageBooks::fall_due.
  void message(ConnectionId connection, Role from, bool written, std::optional<Duration> answer);
  // This item has arrived, for the only time.
  void delivered(ConnectionId connection, Role from, std::uint32_t item);
  // An item of this side asks for an answer and may be sent again, on another connection.
  void follow(ConnectionId connection, Role from, std::uint32_t item);
  // Its program has given it up.
  void failed(ConnectionId connection, Role from, std::uint32_t item);
  // It is sent again.
  void repeated(ConnectionId connection, Role from, std::uint32_t item);
  // A proxy's error has arrived instead of the answer to an item of this side, for the only time.
  void refused(ConnectionId connection, Role from, std::uint32_t item, std::uint16_t status);
  // A hop waits no longer for the answer to a request of the client.
  void lost_request(ConnectionId connection, const LostRequest& request);
  // The first of them, no more than kMostLostRequests, in the order of time.
  const std::vector<LostRequest>& lost_requests(ConnectionId connection) const;
  // The answer to an item of this side has arrived, for the only time.
  void answered(ConnectionId connection, Role from, std::uint32_t item);
  void proxy(ConnectionId connection, const ProxyEvent& event);
  // Its client goes; what boxes, proxies and the server make of that concerns nobody.
  void leave(ConnectionId connection);
  // What a message is for, when a trace is kept.  http: application messages are requests and
  // answers with a status.
  void written(ConnectionId connection, NodeId where, const Content& content,
               const Message& message, bool http);
  // Something came before an end gave up: the nearest of these, the first of equal ones, is kept.
  void came_in_time(ConnectionId connection, Role role, const CloseGiveUp& wait);
  std::optional<CloseGiveUp> closest_give_up(ConnectionId connection, Role role) const;
  // A line in the transcript, when one is kept.
  void log(ConnectionId connection, NodeId where, const std::string& line);

  void walk(StateWalk& walk);

  const ConnectionRecord& record(ConnectionId connection) const {
    return records_[connection.value];
  }
  ConnectionRecord& record(ConnectionId connection) { return records_[connection.value]; }

 private:
  std::optional<Role> role_of(NodeId host, const Packet& packet) const;
  void use_radio(ConnectionRecord& record, Role role);

  Simulation& sim_;
  Duration late_after_;
  std::vector<ConnectionRecord> records_;
  std::map<std::pair<ConnectionId, Role>, CloseGiveUp> near_;  // of few connections
  std::map<ConnectionId, std::vector<LostRequest>> lost_;      // likewise
};

}  // namespace stayalive
