// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "base/state_walk.h"
#include "middlebox/flow/flow_queue.h"
#include "middlebox/flow/flow_table.h"
#include "middlebox/profile.h"

namespace stayalive {

// Which flows go early to make room for another one when the table is full
// (Profile::when_full): the one that was refreshed longest ago; among equals, the oldest.  With
// EvictUnassured only unassured flows count.  With buckets (Netfilter::buckets) these are all
// unassured flows in one bucket, the first with any among eight from the newcomer's on (early_drop
// in net/netfilter/nf_conntrack_core.c); a flow lies in two, by its two keys.  Flows are ordered
// only from the first eviction on, since most tables never fill up.
class Eviction {
 public:
  // Both must outlive the eviction.
  Eviction(const Profile& profile, const FlowTable& flows) : profile_(profile), flows_(flows) {}

  // A flow was opened in this slot.
  void opened(std::uint32_t slot) {
    if (ordered_) [[unlikely]]
      enqueue_new(slot);
  }
  // The slots of the flows that go for a newcomer with this key, which the caller has to end; none
  // when none may go.
  std::vector<std::uint32_t> take_victims(const FlowKey& newcomer);
  void clear();
  // Where the entries of the queue lie makes no difference: each is checked when it comes.
  void walk(StateWalk& walk) { walk.still(ordered_); }

 private:
  std::uint32_t take_oldest();
  std::vector<std::uint32_t> take_bucket(const FlowKey& newcomer);
  bool by_bucket() const { return profile_.netfilter.buckets > 0; }
  std::uint32_t bucket_of(const FlowKey& key) const;
  void file(std::uint32_t slot);
  void order_all();
  void enqueue(std::uint32_t slot);
  void enqueue_new(std::uint32_t slot);

  const Profile& profile_;
  const FlowTable& flows_;
  // By the time of the last refresh, as it was when the entry was queued.
  FlowQueue by_refresh_;
  struct Filed {
    std::uint32_t serial = 0;
    std::uint32_t slot = 0;
  };
  // By bucket; those of flows that have ended are thrown away when somebody looks.
  std::map<std::uint32_t, std::vector<Filed>> buckets_;
  std::size_t filed_ = 0;
  bool ordered_ = false;
};

}  // namespace stayalive
