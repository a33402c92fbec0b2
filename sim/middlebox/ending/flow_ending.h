// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/state_walk.h"
#include "base/time.h"
#include "middlebox/ending/adaptive_purge.h"
#include "middlebox/ending/close_calls.h"
#include "middlebox/ending/dead_connection_detection.h"
#include "middlebox/ending/end_sequences.h"
#include "middlebox/ending/eviction.h"
#include "middlebox/flow/direction_timers.h"
#include "middlebox/flow/flow_table.h"
#include "middlebox/middlebox.h"
#include "middlebox/nat/mapping_table.h"
#include "middlebox/profile.h"

namespace stayalive {

// How the flows of one box end, and what their ends are told.  The ways are those of FlowEvent:
// - Expired: the idle timer ran out (with a reap interval: at the sweep after that), or a purge
//   under adaptive timeouts found the flow.  The box says nothing, sends both ends a RST
//   (Profile::on_expiry), or probes them first (dead connection detection; not before a purge). The
//   flow stays remembered; what a later packet gets is answer_to_stray()'s.
// - Closed: a packet ended it.  Evicted: it made room.  Flushed: all went at once.
// Callers reap(now) before anything else at `now`; from then on every flow in the table is alive.
class FlowEnding {
 public:
  // All must outlive it.
  FlowEnding(const Profile& profile, const CallBooks& books, MappingTable& mappings,
             FlowTable& flows);

  // The flow in the slot was opened by this packet.
  void opened(std::uint32_t slot, Side from, const Packet& packet, TimePoint now);
  // The flow in the slot has let a packet pass.
  void follow(std::uint32_t slot, Side from, const Packet& packet) {
    if (follows_sequences_ && packet.protocol == Protocol::Tcp) {
      sequences_.follow(slot, from, packet);
    }
  }
  // Starts `timer` for the flow in the slot as FlowTable::extend() does, and takes note of how near
  // the flow had come to its end.
  TimePoint extend(std::uint32_t slot, Timeout timer, TimePoint now, Side from, PacketKind kind) {
    const Flow& flow = flows_[slot];
    if (may_be_close(flow, now) || flow.shared || purge_.next() != kNever) [[unlikely]]
      note_call(slot, now, from, kind);
    return flows_.extend(slot, timer, now, from, kind);
  }
  // As extend(), where the timer starts with an earlier packet: that of the direction which has
  // been silent longer.
  TimePoint extend_since(std::uint32_t slot, Timeout timer, const DirectionTimers::Heard& since,
                         const DirectionTimers::Heard& packet) {
    if (may_be_close(flows_[slot], packet.at)) [[unlikely]]
      note_call(slot, packet.at, packet.from, packet.kind);
    return flows_.extend(slot, timer, since.at, since.from, since.kind);
  }
  // As extend(), for a box whose flows share no leases and that purges nothing.
  TimePoint extend_own(std::uint32_t slot, Timeout timer, TimePoint now, Side from,
                       PacketKind kind) {
    if (may_be_close(flows_[slot], now)) [[unlikely]]
      note_call(slot, now, from, kind);
    return flows_.extend(slot, timer, now, from, kind);
  }
  // A packet is about to open another flow through the mapping, whose lease it extends.
  void joins(std::uint32_t mapping, TimePoint now, Side from, PacketKind kind) {
    note_calls_of_mapping(mapping, kNoHandle, now, from, kind);
  }
  std::optional<CloseCall> closest_call(ConnectionId connection) const {
    return calls_.closest(connection);
  }
  // Whether a packet of the flow in the slot is the answer of an end that the box has probed; then
  // it goes no further.
  bool takes_answer(std::uint32_t slot, Side from, const Packet& packet, TimePoint now) {
    return flows_[slot].own_end && detection_.on() && hears_answer(slot, from, packet, now);
  }

  // Ends and reports every flow that is dead at `now`, in order of time, then of age.
  void reap(TimePoint now, Outbox& out) {
    if (next_deadline() <= now) end_due(now, out);
    mappings_.reap(now);
  }
  // Never later than what reap() would do next.
  TimePoint next_deadline() const { return std::min(flows_.next_due(), purge_.next()); }
  // Whether there is room for a flow that begins with a packet of this key, after evicting others
  // where the profile says so.
  bool make_room(const FlowKey& newcomer, TimePoint now, Outbox& out);
  // A packet has ended the flow in the slot.
  void close(std::uint32_t slot, TimePoint now, Outbox& out) {
    end(slot, FlowEvent::Closed, now, out);
  }
  // The flow in the slot makes way for another.
  void make_way(std::uint32_t slot, TimePoint now, Outbox& out) {
    end(slot, FlowEvent::Evicted, now, out);
  }
  // Ends and reports every flow, oldest first, and forgets all that was remembered.
  void flush(TimePoint now, Outbox& out);
  void walk(StateWalk& walk);

 private:
  void end(std::uint32_t slot, FlowEvent event, TimePoint now, Outbox& out);
  void end_due(TimePoint now, Outbox& out);
  void expire_until(TimePoint limit, Outbox& out);
  void expire(std::uint32_t slot, TimePoint at, Duration timeout, Outbox& out);
  void purge(Outbox& out);
  bool both_ends_hold(const Flow& flow) const;
  bool hears_answer(std::uint32_t slot, Side from, const Packet& packet, TimePoint now);

  // Whether an extension of the flow may be a closer call than those so far; never false for one
  // that is, unless the flow shares a lease or a purge is due.
  bool may_be_close(const Flow& flow, TimePoint now) const {
    return calls_.may_be(flow.timer, now - flow.refreshed_at);
  }
  bool may_be_close_by_mapping(const Flow& flow, TimePoint now) const;
  void note_call(std::uint32_t slot, TimePoint now, Side from, PacketKind kind);
  std::optional<CloseCall> call_of(std::uint32_t slot, TimePoint now, Side from,
                                   PacketKind kind) const;
  void note_calls_of_mapping(std::uint32_t mapping, std::uint32_t slot, TimePoint now, Side from,
                             PacketKind kind);

  const Profile& profile_;
  MappingTable& mappings_;
  FlowTable& flows_;
  EndSequences sequences_;
  Eviction eviction_;
  AdaptivePurge purge_;
  DeadConnectionDetection detection_;
  CloseCalls calls_;
  // How often it depended on where in a tick its timer had been started whether a packet found a
  // flow alive.
  std::uint32_t decided_by_tick_ = 0;
  const bool follows_sequences_;
};

}  // namespace stayalive
