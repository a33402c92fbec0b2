// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// What a node may implement beside Node so that runs are faster; Simulation::add() notices.  What
// the nodes do and when is the same without it.
class Foresight {
 public:
  virtual ~Foresight() = default;
  // The packet is on its way and will arrive on this side: what it needs may be brought near.  No
  // effect on any result.
  virtual void foresee(Side from, const Packet& packet) const = 0;
  // An early alarm of this node is due now: until when it can be put off, as nothing happens
  // before.  It rings when that is now or earlier.
  virtual TimePoint sure_deadline(TimePoint now, std::uint32_t token) = 0;
};

}  // namespace stayalive
