// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"
#include "net/address.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// What a trace tells.
enum class TraceKind : std::uint8_t {
  Sent,       // a host put the packet on the wire
  Arrived,    // a host received it
  Forwarded,  // a box passed it on; detail says what it did with the flow
  Dropped,    // lost or refused; detail says where and why
  Answered,   // a box sent it by itself, for example a RST
  Event,      // no packet: a program, a flow or the scenario did something; detail says what
  Timer,      // no packet: a box or a proxy started, extended or ended what it knows; see `timer`
  Written,    // no packet: the message that is the packet's content was written; detail: what for
};

// What became of the state that a box or a proxy keeps of a connection.
struct TimerChange {
  enum class Kind : std::uint8_t {
    Started,
    PickedUp,   // started in the middle of a connection
    Extended,   // its timer began anew
    Unchanged,  // a packet passed, and the timer runs on
    Expired,    // ended: the timer ran out,
    Evicted,    // to make room for others,
    Flushed,    // with everything else that was known, or
    Closed,     // because a packet said that the connection is over
  };
  Kind kind = Kind::Started;
  FlowId flow;
  std::string_view timer{};  // "tcp.established"; lives as long as the program
  TimePoint deadline{};      // until when the state lives without more packets
  Endpoint mapped{};         // under which endpoint the outside knows it; of a box
  constexpr bool ended() const { return kind >= Kind::Expired; }
};

struct TraceRecord {
  TimePoint at;
  TraceKind kind = TraceKind::Event;
  NodeId node;                    // who saw it; invalid for lines and the scenario itself
  Side towards = Side::External;  // the direction the packet was travelling in
  // Without a packet only its connection counts and, where one was written, its content.
  Packet packet;
  std::string detail;
  TimerChange timer{};
  Packet passed{};  // of a packet that was forwarded: as it left
};

// Receives records in order of time.  Records are built only while somebody listens.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  // where: the name of the record's node; empty for lines and the scenario itself.
  virtual void record(const TraceRecord& record, const std::string& where) = 0;
  // About how much it keeps of them.
  virtual std::size_t held_bytes() const { return 0; }
};

}  // namespace stayalive
