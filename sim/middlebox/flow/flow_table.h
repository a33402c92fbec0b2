// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/flat_index.h"
#include "base/paged_array.h"
#include "base/slab.h"
#include "base/state_walk.h"
#include "base/ticks.h"
#include "middlebox/ending/sweep.h"
#include "middlebox/flow/flow.h"
#include "middlebox/flow/flow_queue.h"
#include "middlebox/nat/mapping_table.h"
#include "middlebox/profile.h"

namespace stayalive {

// The flows of one box: finds them by either of their two keys, holds them with the leases they
// live by, and puts them in order of deadline and of age.  How they end is FlowEnding's, which
// takes out of the table what is due before anything else happens at an instant; from then on every
// flow in it is alive.  Flows that expired are remembered for a while, so that a late packet can be
// told from one that never had a flow.
class FlowTable {
 public:
  // Both must outlive the table.
  FlowTable(const Profile& profile, MappingTable& mappings);

  struct Match {
    std::uint32_t slot = kNoHandle;
    bool inbound = false;  // the key is the one of packets from the external side
    bool found() const { return slot != kNoHandle; }
    // On which side the sender of the packet is, whichever way it came to the box.
    Side sender() const { return inbound ? Side::External : Side::Internal; }
  };
  Match find(const FlowKey& key) const {
    const std::uint32_t handle = find_any(key);
    if (handle == FlatIndex::kNone || flows_[handle >> 1].dead) return {};
    return {handle >> 1, (handle & 1) != 0};
  }
  // The key will be looked up soon; without any effect on results.  In two steps, so as to wait for
  // nothing: the cell of the index now, and what it leads to for a key that was foreseen a little
  // earlier: its flow or, where there is none yet, what opening one will ask for.
  void foresee(const FlowKey& key) const {
    const std::uint64_t hash = key.hash();
    index_.prefetch(hash);
    const Foreseen earlier = std::exchange(foreseen_[foreseen_next_], {key, hash});
    foreseen_next_ = (foreseen_next_ + 1) % kForeseen;
    const std::uint32_t handle = index_.find(earlier.hash, [](std::uint32_t) { return true; });
    if (handle != FlatIndex::kNone) {
      prefetch(handle >> 1);
    } else {
      by_internal_.prefetch(group_hash(earlier.key.protocol, earlier.key.source));
    }
  }
  // As foresee(), for a key that is looked up at once unless an earlier one serves.
  [[gnu::always_inline]] void foresee_at_once(const FlowKey& key) const {
    index_.prefetch(key.hash());
  }
  // The remembered flow that expired under this key; nullptr when there is none.
  const Flow* find_dead(const FlowKey& key) const;
  Flow& operator[](std::uint32_t slot) { return flows_[slot]; }
  const Flow& operator[](std::uint32_t slot) const { return flows_[slot]; }

  // The lease that ends first: the flow's own or the one it shares with others.
  Lease lease(const Flow& flow) const;
  // When the flow is dead unless something extends it.
  TimePoint deadline(const Flow& flow) const {
    const bool plain = !flow.shared && !flow.own_end;
    const TimePoint ends = plain ? end_of(flow.refreshed_at, flow.timer) : lease(flow).deadline;
    return swept(ends, profile_.reap_interval);
  }
  // As deadline(), had the flow been refreshed at the beginning of a tick: never earlier than that,
  // and by less than a tick later.  It moves with the instant at which the flow was refreshed,
  // which the deadline does not; where a box looks for the dead in sweeps, neither does.
  TimePoint deadline_by_tick(const Flow& flow) const {
    const bool plain = !flow.shared && !flow.own_end;
    const bool moves = plain && profile_.reap_interval <= Duration::zero();
    return moves ? later(flow.refreshed_at, spans_[flow.timer]) : deadline(flow);
  }
  // How long a tick is in which the box counts; zero where it is exact.
  Duration tick() const { return tick_; }

  // The newest of the grouped flows of an internal endpoint; kNoHandle when there is none.
  std::uint32_t newest_of(Protocol protocol, Endpoint internal) const;

  // What opens a flow, and the timer it starts.  `inherits`: it joins the running lease of its
  // shared mapping without extending it.
  struct Opening {
    Timeout timer = Timeout::Generic;
    Side from = Side::Internal;
    PacketKind kind = PacketKind::Data;
    bool inherits = false;
  };
  // Adds a flow like `begun`, whose keys, mapping and sides are filled in; the slot it takes.  No
  // live flow may have one of its keys.
  std::uint32_t open(const Flow& begun, const Opening& opening, TimePoint now);
  // Starts `timer` for the flow: it was refreshed by a packet from this side.  Gives its deadline.
  TimePoint extend(std::uint32_t slot, Timeout timer, TimePoint now, Side from, PacketKind kind) {
    Flow& flow = flows_[slot];
    refresh(flow, timer, now, from, kind);
    if (flow.shared) [[unlikely]]
      extend_mapping(slot, timer, now, from, kind);
    return enqueue(slot, flow);
  }
  // Ends the lease earlier than it would, without counting as a refresh.
  void shorten(std::uint32_t slot, Timeout timer, TimePoint now);
  // Ends the lease at `at`, whatever its timer says, without counting as a refresh.  The flow must
  // not be due before that unless it has been taken out by take_due().
  void end_at(std::uint32_t slot, TimePoint at);

  // Whatever this timer's span becomes, flows that run by it now end when they would have ended.
  void keep_ends(Timeout timer);
  // The timers have these spans from now on.
  void take_spans(const TimeoutTable& spans);

  // Takes the first flow that is dead at `limit` out of the order, by deadline, then by age; empty
  // when there is none.  The caller removes it, or gives it another end.
  std::optional<FlowQueue::Entry> take_due(TimePoint limit);
  // Puts off what was refreshed, up to `now`; then, what next_due() says is due by then is due
  // indeed.
  void put_off_until(TimePoint now);
  // Never later than the first deadline of a flow; kNever when there is none.
  TimePoint next_due() const { return expiry_.next(); }
  // Whether the flow that an entry was made for is still alive.
  bool holds(const FlowQueue::Entry& entry) const {
    const Flow& flow = flows_[entry.slot];
    return flow.serial == entry.serial && !flow.dead;
  }
  // The slots of all flows, oldest first.
  std::vector<std::uint32_t> by_age() const;

  // Removes a flow, which leaves nothing behind.
  void remove(std::uint32_t slot, TimePoint at);
  // Removes a flow that expired at `at` by this timer, and remembers it.
  void remove_expired(std::uint32_t slot, Timeout timer, TimePoint at);
  // Removes everything.
  void clear();

  std::size_t size() const { return live_; }
  void walk(StateWalk& walk);
  // Shows `show` every slot that holds a flow, alive or remembered, in order.
  template <class Show>
  void for_each(Show show) const {
    for (std::uint32_t slot = 0; slot < flows_.slots(); ++slot) {
      if (flows_[slot].serial != 0) show(slot);
    }
  }

 private:
  // So many expired flows.
  static constexpr std::size_t kRemembered = 65536;

  // When a timer runs out that was started at `since`.
  TimePoint end_of(TimePoint since, Timeout timer) const {
    return later(tick_begin(since, tick_), spans_[timer]);
  }
  static std::uint64_t group_hash(Protocol protocol, Endpoint internal) {
    return FlowKey{internal, {}, protocol}.hash();
  }
  // Of a flow alive or dead; FlatIndex::kNone when there is none.
  std::uint32_t find_any(const FlowKey& key) const {
    return index_.find(key.hash(), [&](std::uint32_t handle) {
      return flows_[handle >> 1].has_key(key, (handle & 1) != 0);
    });
  }
  void refresh(Flow& flow, Timeout timer, TimePoint now, Side from, PacketKind kind) {
    flow.refreshed_at = now;
    flow.timer = timer;
    flow.refreshed_from = from;
    flow.refreshed_by = kind;
    if (!flow.own_end) return;
    own_ends_.erase(flow.serial);
    flow.own_end = false;
  }
  void extend_mapping(std::uint32_t slot, Timeout timer, TimePoint now, Side from, PacketKind kind);
  // A flow has one entry that counts, at or before its deadline.  When the deadline has moved on in
  // the meantime, the entry is put off as its time comes near: refreshing writes a field and no
  // more.
  TimePoint enqueue(std::uint32_t slot, const Flow& flow) {
    const TimePoint at = deadline(flow);
    if (at < flow.queued_at) enqueue_at(slot, at);
    return at;
  }
  void enqueue_at(std::uint32_t slot, TimePoint at);
  void prefetch(std::uint32_t slot) const { __builtin_prefetch(&flows_[slot]); }
  void attach(std::uint32_t slot);
  void make_newest(const Flow& flow, std::uint32_t before, std::uint32_t slot);
  void detach(std::uint32_t slot, TimePoint at);
  void forget(std::uint32_t slot);
  // The entry of the first flow that is dead at `limit`; empty when there is none.
  std::optional<FlowQueue::Entry> pop_due(TimePoint limit);

  const Profile& profile_;
  MappingTable& mappings_;
  const Duration tick_;
  TimeoutTable spans_;  // of the timers, in whole ticks
  // The keys foreseen last, whose flows are not near yet.
  struct Foreseen {
    FlowKey key;
    std::uint64_t hash = 0;
  };
  static constexpr std::uint32_t kForeseen = 4;
  mutable std::array<Foreseen, kForeseen> foreseen_{};
  mutable std::uint32_t foreseen_next_ = 0;

  Slab<Flow> flows_;
  // slot * 2, + 1 for the inbound key.
  FlatIndex index_;
  // The newest of the grouped flows of an endpoint.
  FlatIndex by_internal_;
  FlowQueue expiry_;
  // By serial number: when the leases end that do so at an instant of their own.
  std::map<std::uint32_t, TimePoint> own_ends_;
  // Slot and serial number of expired flows, the first to expire in front.
  std::deque<std::pair<std::uint32_t, std::uint32_t>> expired_;
  std::size_t live_ = 0;
  std::uint32_t serial_ = 0;
};

}  // namespace stayalive
