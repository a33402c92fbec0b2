// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/state_walk.h"
#include "middlebox/flow/flow_queue.h"
#include "middlebox/flow/flow_table.h"
#include "middlebox/profile.h"

namespace stayalive {

// Which flow goes early to make room for another one when the table is full
// (Profile::when_full): the one that was refreshed longest ago; among equals, the oldest.  With
// EvictUnassured only unassured flows count (Linux: early_drop in
// net/netfilter/nf_conntrack_core.c). Flows are ordered only from the first eviction on, since most
// tables never fill up.
class Eviction {
 public:
  // Both must outlive the eviction.
  Eviction(const Profile& profile, const FlowTable& flows) : profile_(profile), flows_(flows) {}

  // A flow was opened in this slot.
  void opened(std::uint32_t slot) {
    if (ordered_) [[unlikely]]
      enqueue_new(slot);
  }
  // The slot of the flow that goes, which the caller has to end; kNoHandle when none may go.
  std::uint32_t take_victim();
  void clear();
  // Where the entries of the queue lie makes no difference: each is checked when it comes.
  void walk(StateWalk& walk) { walk.still(ordered_); }

 private:
  void enqueue(std::uint32_t slot);
  void enqueue_new(std::uint32_t slot);

  const Profile& profile_;
  const FlowTable& flows_;
  // By the time of the last refresh, as it was when the entry was queued.
  FlowQueue by_refresh_;
  bool ordered_ = false;
};

}  // namespace stayalive
