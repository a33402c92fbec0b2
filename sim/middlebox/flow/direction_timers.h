// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "base/paged_array.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// When a packet of each direction last came, for flows that end as soon as one of their directions
// has been silent for too long (RefreshedBy::Each).  The flow lives by the lease of the direction
// that has been silent longer.  Both begin with the packet that opens the flow: a flow that is
// never answered lives for one timeout, whatever its opener goes on sending.
class DirectionTimers {
 public:
  struct Heard {
    TimePoint at;
    Side from = Side::Internal;
    PacketKind kind = PacketKind::Data;  // for reports, never for a decision
  };

  // The packet opens the flow in the slot, or changes its timer: both directions begin anew.
  void begin(std::uint32_t slot, const Heard& packet) { last_.make(slot) = {packet, packet}; }
  // A packet of the flow; the last one of the direction that has been silent longer by now.
  const Heard& hear(std::uint32_t slot, const Heard& packet) {
    std::array<Heard, 2>& last = last_[slot];
    last[index(packet.from)] = packet;
    return last[0].at <= last[1].at ? last[0] : last[1];
  }
  // timeout: of the timer that runs.
  void walk(StateWalk& walk, std::uint32_t slot, Duration timeout) {
    for (Heard& heard : last_[slot]) {
      walk.still(heard.from, heard.kind);
      walk.past(heard.at, timeout);
    }
  }

 private:
  PagedArray<std::array<Heard, 2>> last_;  // by slot of the flow and by side
};

}  // namespace stayalive
