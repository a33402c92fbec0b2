// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/ids.h"
#include "base/time.h"
#include "middlebox/timeouts.h"
#include "net/flow_key.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// A handle that points nowhere.
inline constexpr std::uint32_t kNoHandle = 0xffff'ffff;

// How long something still lives, by which timer, and thanks to which packet.
struct Lease {
  TimePoint deadline = kNever;
  TimePoint refreshed_at;
  Duration timeout{};
  Timeout timer = Timeout::Generic;
  Side refreshed_from = Side::Internal;
  // For reports, never for a decision.
  PacketKind refreshed_by = PacketKind::Data;
};

// How far a TCP connection has come, as the trackers Rfc and Idle follow it.
enum class TcpPhase : std::uint8_t { Opening, Established, HalfClosed, Closing, Resetting };

// One tracked 5-tuple: what RFC 4787 calls a session, netfilter an entry and pf a state.  Without
// translation the mapped endpoint is the internal one.  A flow is one line of the cache, because a
// box may hold a million; what only a few flows have lies elsewhere.
struct alignas(64) Flow {
  TimePoint refreshed_at;
  // Its place in the expiry queue, never later than its deadline; once dead, when it died.
  TimePoint queued_at = kNever;
  // Internal, remote, mapped: two neighbours make a key.
  std::array<AddressId, 3> addresses{};
  std::array<std::uint16_t, 3> ports{};
  Protocol protocol : 2 = Protocol::Udp;
  PacketKind refreshed_by : 4 = PacketKind::Data;  // for reports, never for a decision
  Side refreshed_from : 1 = Side::Internal;
  Side opened_from : 1 = Side::Internal;
  bool answered : 1 = false;   // the side that did not open it has sent something acceptable
  bool assured : 1 = false;    // both sides have confirmed it; it is not evicted as unassured
  bool local : 1 = false;      // it ends at the box's own stack
  bool picked_up : 1 = false;  // opened in the middle of a connection
  bool dead : 1 = false;       // expired and kept only to tell later packets so
  bool grouped : 1 = false;    // found by its internal endpoint, with others that have the same
  bool shared : 1 = false;     // it lives no longer than the lease of its mapping
  bool own_end : 1 = false;    // its lease ends at an instant of its own, not by its timer
  std::uint32_t serial = 0;    // from 1, never reused within one box; 0 in a free slot
  ConnectionId connection;
  std::uint32_t mapping = kNoHandle;
  std::uint32_t previous = kNoHandle;  // neighbours among the flows of the mapping or group
  std::uint32_t next = kNoHandle;
  // The tracker's own: nanoseconds from its opening to refreshed_at, as far as they matter; what is
  // known of each side; and how far the connection has come.
  std::uint32_t age = 0;
  std::array<std::uint8_t, 2> peers{};
  TcpPhase phase = TcpPhase::Opening;

  // The timer that was started at refreshed_at.
  Timeout timer = Timeout::Generic;

  Endpoint internal() const { return {addresses[0], ports[0]}; }
  Endpoint remote() const { return {addresses[1], ports[1]}; }
  Endpoint mapped() const { return {addresses[2], ports[2]}; }
  // The keys of its packets that come from the internal and from the external side.
  FlowKey outbound() const { return {internal(), remote(), protocol}; }
  FlowKey inbound() const { return {remote(), mapped(), protocol}; }
  // Whether that is its inbound key, or its outbound one; which of them takes no branch.
  bool has_key(const FlowKey& key, bool of_inbound) const {
    const std::size_t source = of_inbound ? 1 : 0;
    return FlowKey::pair(addresses[source], addresses[source + 1]) == key.addresses() &&
           FlowKey::pair(ports[source], ports[source + 1]) == key.ports() &&
           protocol == key.protocol;
  }
  void set_mapped(Endpoint mapped) {
    addresses[2] = mapped.address;
    ports[2] = mapped.port;
  }
  bool from_opener(Side side) const { return side == opened_from; }

  static Flow between(Protocol protocol, Endpoint internal, Endpoint mapped, Endpoint remote) {
    Flow flow;
    flow.protocol = protocol;
    flow.addresses = {internal.address, remote.address, mapped.address};
    flow.ports = {internal.port, remote.port, mapped.port};
    return flow;
  }
};
static_assert(sizeof(Flow) == 64);

// An external endpoint held for an internal one (RFC 4787, section 4.1), and the flows through it.
struct Mapping {
  // Its lease; counts when `shared`.
  TimePoint deadline = kNever;
  TimePoint refreshed_at;
  FlowKey key;  // internal endpoint, and as much of the remote one as matters
  Endpoint external;
  std::uint32_t serial = 0;         // from 1; 0 in a free slot
  std::uint32_t first = kNoHandle;  // the newest of its flows
  std::uint32_t flows = 0;
  Timeout timer = Timeout::Generic;
  Side refreshed_from = Side::Internal;
  PacketKind refreshed_by = PacketKind::Data;
  bool shared : 1 = false;      // all its flows live by its lease
  bool answered : 1 = false;    // something has come in through it
  bool holds_port : 1 = false;  // the port is given back when the mapping ends
  bool retired : 1 = false;     // it serves no further flows
};
static_assert(sizeof(Mapping) <= 64);

// What a tracker decides about a packet of a flow.  The box's path (LinuxPath, NatPath) carries it
// out.  Not to be taken for a Verdict, which is the box's answer for the packet.
enum class Fate : std::uint8_t {
  Extend,   // goes through; `timer` starts anew
  Pass,     // goes through; the timer runs on
  Invalid,  // does not belong to the flow after all
  Close,    // goes through and ends the flow
  Reopen,   // ends the flow and is then treated like the first packet of a new one
  Discard,  // ends the flow and is dropped
};
struct TrackerDecision {
  Fate fate = Fate::Pass;
  Timeout timer = Timeout::Generic;
  // The timer starts whichever side the packet came from, because the connection changed state.
  bool transition = false;
  // With Invalid: the box is out of step with the ends.  When two minutes or more remain, the flow
  // ends by tcp.unacknowledged.
  bool out_of_step = false;
};

// Whether a TCP segment asks for a new connection: SYN and nothing that contradicts it.
constexpr bool opens_connection(const Packet& packet) {
  return (packet.flags & (tcp_flag::kSyn | tcp_flag::kAck | tcp_flag::kRst | tcp_flag::kFin)) ==
         tcp_flag::kSyn;
}

}  // namespace stayalive
