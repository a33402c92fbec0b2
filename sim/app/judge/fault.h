// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "app/outcome.h"
#include "app/proxy/proxy_rules.h"
#include "base/time.h"
#include "middlebox/middlebox.h"
#include "net/packet.h"
#include "net/side.h"
#include "strategy/message.h"

namespace stayalive {

// What came between the two ends.
enum class FaultKind : std::uint8_t {
  None,
  Flow,     // a box lost its state of the connection, or made other state than the far end knows
  Link,     // a line was down
  Host,     // a host crashed
  Asleep,   // a host slept
  Address,  // a host changed its address
  Away,     // a box passed nothing while its standby took over
  Hung,     // a program did not run
  Peer,     // the other end had already given up or gone
  Proxy,    // a proxy had ended its part
  Drop,     // a box did not let it begin
  Server,   // a server that serves several connections had no room for it
  Way,      // it goes another way than its flow did, or under another address
};
const char* name(FaultKind kind);

// Whether a side that has become this has lost its connection.  blame: of this side, in the end.
bool is_loss(Outcome outcome, FaultKind blame);

// Who is to blame for a fault, and how it came about.
struct FaultCause {
  FaultKind kind = FaultKind::None;
  // Flow, Drop, Link, Proxy, Away: the hop of the path; Way: the group of alternatives; Host,
  // Asleep, Address: the host of the scenario; Peer, Hung: the Role of the end that is gone, or
  // hangs.
  std::uint32_t where = 0;
  DropReason reason = DropReason::None;  // of Drop
  // Of Flow: whether a flow has ended, and the last that did.
  bool ended = false;
  FlowEvent event = FlowEvent::Expired;
  Timeout timer = Timeout::Generic;
  ProxyTimer proxy_timer = ProxyTimer::None;  // of Proxy: the first of its timers that ran out
  Duration timeout{};                         // the span of either
  // The last packet that extended its life.
  TimePoint refreshed_at{};
  Side refreshed_from = Side::Internal;
  PacketKind refreshed_by = PacketKind::Data;
  friend bool operator==(const FaultCause&, const FaultCause&) = default;
};
// A flow at this hop ended.
FaultCause flow_cause(std::uint32_t hop, const FlowNote& end);

// A span of time in which something stood between the two ends of a connection.
struct Fault {
  // Which fault it is: a connection has no two of a kind and number at a time.
  enum class Kind : std::uint8_t {
    Disturbance,
    Flow,
    Barred,
    Mapping,
    Address,
    Peer,
    Proxy,
    HalfClose
  };
  // Whether it counts for a side; a pending one does once it has lasted long enough.
  enum class Weight : std::uint8_t { None, Pending, Counts };

  TimePoint from{};
  TimePoint until = kNever;
  TimePoint since{};        // when what is to blame for it happened
  std::uint32_t cause = 0;  // a number of the judge's
  Kind kind = Kind::Disturbance;
  std::uint8_t number = 0;                                       // of the box or the Role
  std::array<bool, 2> concerns{true, true};                      // by Role
  std::array<Weight, 2> weight{Weight::Counts, Weight::Counts};  // by Role
  bool forgets = true;   // somebody's state is gone; false: the way was merely closed
  bool decided = false;  // done on purpose by the one to blame, even where it passes in a moment

  bool is_on(TimePoint at) const { return from <= at && at < until; }
  bool counts(Role role) const {
    return concerns[index(role)] && weight[index(role)] == Weight::Counts;
  }
  // Counts only once it has lasted.
  void wait() {
    for (std::size_t role = 0; role < weight.size(); ++role)
      weight[role] = concerns[role] ? Weight::Pending : Weight::None;
  }
  bool is_pending() const { return weight[0] == Weight::Pending || weight[1] == Weight::Pending; }
};

}  // namespace stayalive
