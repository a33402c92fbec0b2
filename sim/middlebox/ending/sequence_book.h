// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "base/paged_array.h"
#include "base/state_walk.h"
#include "middlebox/flow/flow.h"
#include "middlebox/middlebox.h"

namespace stayalive {

// Which sequence numbers the ends of TCP connections are at, for boxes that reset both of them.
class SequenceBook {
 public:
  // A flow begins in this slot of the table; nothing is known of its ends.
  void begin(std::uint32_t slot) { entries_.make(slot) = {}; }
  // The flow in the slot has let a segment pass.
  void follow(std::uint32_t slot, Side from, const Packet& packet);
  void walk(StateWalk& walk, std::uint32_t slot);
  // Sends each end a RST that it takes at its word.
  void reset_both_ends(std::uint32_t slot, const Flow& flow, Outbox& out) const;

 private:
  // By side.
  struct Entry {
    std::array<std::uint32_t, 2> acknowledged{};  // the last acknowledgment it sent
    std::array<std::uint32_t, 2> sent_end{};      // one past the last octet it sent
    std::array<bool, 2> has_acknowledged{};
  };
  PagedArray<Entry> entries_;  // by slot
};

}  // namespace stayalive
