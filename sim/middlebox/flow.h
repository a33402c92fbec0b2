// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
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
  PacketKind refreshed_by = PacketKind::Data;  // for the books, never for a decision
};

// One tracked 5-tuple: what RFC 4787 calls a session, netfilter an entry and pf a state.
// Without translation `inbound` is `outbound` reversed.
struct Flow {
  FlowKey outbound;  // of packets that come from the internal side
  FlowKey inbound;   // of packets that come from the external side
  Lease lease;       // may be kNever when the mapping's lease alone counts
  TimePoint opened_at;
  TimePoint queued_at = kNever;  // its place in the expiry queue; never later than its deadline
  std::uint32_t serial = 0;      // from 1, never reused within one box; 0 in a free slot
  ConnectionId connection;
  std::uint32_t mapping = kNoHandle;
  std::uint32_t previous = kNoHandle;  // neighbours among the flows of the mapping
  std::uint32_t next = kNoHandle;
  std::array<std::uint32_t, 2> acknowledged{};  // by side: the last acknowledgment it sent
  std::array<std::uint32_t, 2> sent_end{};      // by side: one past the last octet it sent
  std::array<std::uint8_t, 2> peers{};          // by side: what the tracker knows of it
  std::uint8_t phase = 0;                       // the tracker's own
  Side opened_from = Side::Internal;
  bool answered = false;  // the side that did not open it has sent something acceptable
  bool assured = false;   // both sides have confirmed it; it is not evicted as unassured
  bool local = false;     // it ends at the box's own stack
  bool picked_up = false;
  bool dead = false;  // expired and kept only to tell later packets so

  bool acknowledged_by(Side side) const { return (acknowledgers & (1u << index(side))) != 0; }
  std::uint8_t acknowledgers = 0;  // bit by side: whether `acknowledged` means anything

  Endpoint internal() const { return outbound.source; }
  Endpoint mapped() const { return inbound.destination; }
  Endpoint remote() const { return outbound.destination; }
  bool from_opener(Side side) const { return side == opened_from; }
};
static_assert(sizeof(Flow) <= 176);

// An external endpoint held for an internal one (RFC 4787, section 4.1), and the flows through it.
// Where ports are overloaded it only groups the flows of one internal endpoint.
struct Mapping {
  FlowKey key;  // internal endpoint, and as much of the remote one as matters
  Endpoint external;
  bool holds_port = false;          // the port is given back when the mapping ends
  bool shared = false;              // all its flows live by its lease
  bool answered = false;            // something has come in through it
  std::uint32_t serial = 0;         // from 1; 0 in a free slot
  std::uint32_t first = kNoHandle;  // the newest of its flows
  std::uint32_t flows = 0;
  Lease lease;  // counts when `shared`
};

// What a tracker decides about a packet of a flow.  The engine carries it out.
enum class Fate : std::uint8_t {
  Extend,   // goes through; `timer` starts anew
  Pass,     // goes through; the timer runs on
  Invalid,  // does not belong to the flow after all
  Close,    // goes through and ends the flow
  Reopen,   // ends the flow and is then treated like the first packet of a new one
  Discard,  // ends the flow and is dropped
};
struct Judgement {
  Fate fate = Fate::Pass;
  Timeout timer = Timeout::Generic;
  // The timer starts whichever side the packet came from, because the connection changed state.
  bool transition = false;
};

// Whether a TCP segment asks for a new connection: SYN and nothing that contradicts it.
constexpr bool opens_connection(const Packet& packet) {
  return (packet.flags & (tcp_flag::kSyn | tcp_flag::kAck | tcp_flag::kRst | tcp_flag::kFin)) ==
         tcp_flag::kSyn;
}

}  // namespace stayalive
