// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "middlebox/timeouts.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// A packet that extended the life of a flow, and how much of it was left: how long the box would
// still have kept the flow had no further packet come.
// - Where the flow shares the lease of its mapping (RFC 4787), what is left of that, or of the
//   flow's own share (filter_timeout), whichever ends first.  A packet of one flow extends the life
//   of all that share the lease.
// - Where it counts in ticks (Profile::hz), as if the last packet had come at the beginning of one:
//   the box forgets by up to a tick sooner.
// - Where the box looks for the dead in sweeps (reap_interval), until the sweep.
// - Where pf shortens timeouts because its table is crowded, until the purge that would find it if
//   the table stayed as full.
// - Where the box probes the ends before it forgets (dead connection detection), until it would
//   have forgotten after all probes.
struct CloseCall {
  Duration left{};     // above zero
  TimePoint at;        // of the packet
  Duration silence{};  // since the packet that had extended the life before it
  Timeout timer = Timeout::Generic;
  Duration timeout{};  // of the timer
  Side from = Side::Internal;
  PacketKind by = PacketKind::Data;

  // In order of what is left, then of time; a full order, so that the closest of some does not
  // depend on the order in which they are compared.
  friend std::strong_ordering operator<=>(const CloseCall& a, const CloseCall& b) {
    const auto key = [](const CloseCall& call) {
      return std::tuple(call.left.count(), call.at.time_since_epoch().count(), call.timer,
                        call.timeout.count(), call.silence.count(), call.from, call.by);
    };
    return key(a) <=> key(b);
  }
  friend bool operator==(const CloseCall&, const CloseCall&) = default;
};

// For which connections a box keeps the closest call: those with numbers below `singles`, each by
// itself, and the members of populations together.
struct CallBooks {
  std::uint32_t singles = 0;
  // Of each population the number of its first member, in order, none below `singles`; the members
  // of the last have all numbers above.
  std::vector<ConnectionId> populations{};
};

}  // namespace stayalive
