// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "base/paged_array.h"
#include "base/state_walk.h"
#include "middlebox/flow/flow.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// Which sequence numbers the two ends of each TCP connection are at, and the segments that a box
// makes up from them in the name of the other end.  By slot of the flow table.
class EndSequences {
 public:
  // A flow begins in the slot; nothing is known of its ends.
  void begin(std::uint32_t slot) { entries_.make(slot) = {}; }
  // The flow in the slot has let a segment pass.
  void follow(std::uint32_t slot, Side from, const Packet& packet);
  void walk(StateWalk& walk, std::uint32_t slot);

  // The sequence number that the end on this side expects next, which it last acknowledged.
  std::uint32_t expected_by(std::uint32_t slot, Side side) const;
  // A RST to the end on this side, which it takes at its word.
  Packet reset_to(std::uint32_t slot, const Flow& flow, Side side) const;
  // A keepalive probe to the end on this side, to which a live connection answers with an ACK.
  Packet probe_to(std::uint32_t slot, const Flow& flow, Side side) const;

 private:
  // By side.
  struct Entry {
    // The last acknowledgment it sent, if has_acknowledged.
    std::array<std::uint32_t, 2> acknowledged{};
    // One past the last octet it sent.
    std::array<std::uint32_t, 2> sent_end{};
    std::array<bool, 2> has_acknowledged{};
  };

  PagedArray<Entry> entries_;
};

}  // namespace stayalive
