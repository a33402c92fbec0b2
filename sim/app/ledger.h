// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/outcome.h"
#include "base/state_walk.h"
#include "engine/simulation.h"
#include "middlebox/middlebox_node.h"
#include "net/packet.h"
#include "stack/socket_error.h"
#include "strategy/channel.h"
#include "strategy/message.h"

namespace stayalive {

inline constexpr std::size_t kPacketKinds = static_cast<std::size_t>(PacketKind::IcmpError) + 1;

// Something that happened to one side of a connection.
struct SideEvent {
  enum class Kind : std::uint8_t {
    Opening,   // a socket was made and tries to connect
    Opened,    // it is connected; a UDP server has heard its peer
    Noticed,   // the program gave up this socket and will open another
    Ended,     // the program is through with the connection
    Moved,     // it now sends to another endpoint, or from another one
    HostDown,  // its host crashed or is being rebooted: nothing of it is left
  };
  Kind kind = Kind::Opening;
  TimePoint at;
  Endpoint local{};
  Endpoint remote{};                 // to whom it sends; address invalid while nobody is known
  Outcome outcome = Outcome::Alive;  // of Noticed and Ended
  TimePoint heard_at{};              // when this side last received a packet before it
  SocketError error = SocketError::None;
  Ending ending{};
};

// How long a mobile radio stays awake after the last packet: the long DRX of LTE before the device
// goes idle (Huang et al., MobiSys 2012, section 4; 10 s in the LTE profile of AT&T's Application
// Resource Optimizer).
inline constexpr Duration kRadioTail = 10s;

// What one side has put on the wire and received from it, every segment and datagram counted.
struct SideCounters {
  std::uint64_t packets_sent = 0;
  std::uint64_t bytes_sent = 0;  // IP bytes
  std::uint64_t packets_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t keepalives = 0;         // TCP probes, and requests and pings of the strategy
  std::uint64_t keepalive_answers = 0;  // its answers to the other side's
  std::uint64_t wakeups = 0;            // packets sent or received after kRadioTail without any
  std::array<std::uint64_t, kPacketKinds> sent_by_kind{};

  // A packet is put on the wire, or received from it.
  void count_sent(const Packet& packet) {
    ++packets_sent;
    bytes_sent += ip_bytes(packet);
    if (packet.notes.kind == PacketKind::KeepaliveProbe) ++keepalives;
    if (packet.notes.kind == PacketKind::KeepaliveAnswer) ++keepalive_answers;
  }
  void count_received(const Packet& packet) {
    ++packets_received;
    bytes_received += ip_bytes(packet);
  }
  SideCounters& operator+=(const SideCounters& more);
  void walk(StateWalk& walk);
};

// An application message and its fate.
struct MessageRecord {
  Role from = Role::Client;
  bool written = false;  // false: the program had ended before, so that nobody wrote it
  TimePoint sent_at{};
  TimePoint delivered_at = kNever;
};

// The first packet of a connection that a box dropped, and how many it dropped in all.
struct DropRecord {
  NodeId box;
  DropReason why = DropReason::None;
  TimePoint at;
  std::uint64_t count = 0;
};

struct FlowRecord {
  NodeId box;
  FlowNote note;
};

// What a proxy did with one of the two TCP connections of which it makes one.
struct ProxyEvent {
  NodeId proxy;
  Side side = Side::Internal;  // its socket towards the client or towards the server
  bool opened = false;         // else ended
  TimePoint at{};
  Endpoint remote{};  // of the socket
  SocketError error = SocketError::None;
  bool idle = false;     // ended because its idle timer ran out
  bool no_port = false;  // ended because the proxy had no port left towards the server
};

struct ConnectionRecord {
  std::array<std::vector<SideEvent>, 2> sides;  // by Role, in order of time
  std::array<SideCounters, 2> counters;
  std::vector<MessageRecord> messages;  // in the order in which they were due
  // By the Role that writes, and item: positions in messages.
  std::array<std::vector<std::uint32_t>, 2> items;
  std::array<NodeId, 2> hosts;    // by Role
  std::vector<FlowRecord> flows;  // in order of time
  DropRecord drops;
  std::array<TimePoint, 2> heard_at{};      // by Role: the last packet received so far
  std::array<TimePoint, 2> radio_off_at{};  // by Role: when the radio sleeps without more packets
  std::vector<ProxyEvent> proxies;          // in order of time
  bool left = false;  // its client has gone; nothing but packets and messages is noted any more
};

// The books of a run: everything from which outcomes are judged afterwards.  Nothing in a run is
// decided by it.
class Ledger final : public FlowObserver {
 public:
  Ledger(Simulation& sim, std::size_t connections) : sim_(sim), records_(connections) {}

  void flow_changed(NodeId box, const FlowNote& note) override;
  void packet_dropped(NodeId box, const Packet& packet, DropReason why, TimePoint at) override;
  void side(ConnectionId connection, Role role, SideEvent event);
  // This host plays this side; what it sends and receives of the connection is noted.
  void attach(ConnectionId connection, Role role, NodeId host);
  void sent(NodeId host, const Packet& packet);
  void received(NodeId host, const Packet& packet);
  void sent(ConnectionId connection, Role role, const Packet& packet);
  void received(ConnectionId connection, Role role, const Packet& packet);
  void keepalive(ConnectionId connection, Role role, MessageKind kind);
  // The next item of its side.
  void message(ConnectionId connection, const MessageRecord& record);
  void delivered(ConnectionId connection, Role from, std::uint32_t item, TimePoint at);
  void proxy(ConnectionId connection, const ProxyEvent& event);
  // Its client goes; what boxes, proxies and the server make of that concerns nobody.
  void leave(ConnectionId connection) { records_[connection.value].left = true; }
  // What a message is for, when a trace is kept.
  void written(ConnectionId connection, NodeId where, const Content& content, MessageKind kind);
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
  std::vector<ConnectionRecord> records_;
};

}  // namespace stayalive
