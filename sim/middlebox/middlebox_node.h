// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "base/state_walk.h"
#include "engine/foresight.h"
#include "engine/simulation.h"
#include "middlebox/middlebox.h"
#include "path/path.h"
#include "path/relay.h"

namespace stayalive {

// Is told what becomes of the flows of a box, and which packets it drops.
class FlowObserver {
 public:
  virtual ~FlowObserver() = default;
  virtual void flow_changed(NodeId box, const FlowNote& note) = 0;
  // The box dropped a packet at `at`.
  virtual void packet_dropped(NodeId box, const Packet& packet, DropReason why, TimePoint at) = 0;
};

// Puts a Middlebox into virtual time: passes packets between the path and the box, wakes the box by
// its deadline, and hands what it emits to the path, the trace and the observer.
class MiddleboxNode final : public Node, public Foresight {
 public:
  // path and observer must outlive the node.
  MiddleboxNode(std::unique_ptr<Middlebox> box, Path& path, Between place, FlowObserver& observer);
  void set_self(NodeId self) { self_ = self; }

  void receive(Simulation& sim, Side from, const Packet& packet) override;
  void wake(Simulation& sim, std::uint32_t token) override;
  TimePoint sure_deadline(TimePoint now, std::uint32_t) override {
    return armed_ = box_->sure_deadline(now);
  }
  void foresee(Side from, const Packet& packet) const override { box_->foresee(from, packet); }

  void walk(StateWalk& walk) override;
  std::optional<CloseCall> closest_call(ConnectionId connection) const {
    return box_->closest_call(connection);
  }

  // As Middlebox says; each says whether there were flows that it changed something for.
  bool change_addresses(Simulation& sim, std::vector<AddressId> addresses, bool keeps_entries);
  bool replace_target(Simulation& sim, AddressId target, AddressId gone);
  // Passes nothing until the given instant and then goes on with the flows that it had, as a
  // standby does with a synchronised table; whether there were any flows.
  bool stand_by(TimePoint until);
  // Forgets every flow; whether there were any.
  bool flush(Simulation& sim);
  // Forgets every flow and passes nothing until the given instant; whether there were any flows.
  bool reboot(Simulation& sim, TimePoint until);
  // Whether the packet, as it would come from this side now, belongs to a flow that lives here.
  bool knows(TimePoint now, Side from, const Packet& packet) const {
    return now >= down_until_ && box_->knows(from, packet, now);
  }
  // Drops a packet of such a flow, and the flow with it, as Linux does where it masquerades and the
  // packet is to leave by another device than the flow had.
  void drop_with_flow(Simulation& sim, Side from, const Packet& packet);
  // What it sends outwards leaves by this wire from now on, as from a router with several uplinks;
  // what watchers say keeps to its own.
  void leave_by(std::size_t wire) { outward_ = wire; }
  std::size_t outer_wire() const { return place_.outer; }
  // Whether a packet has come while it was rebooting.
  bool missed_any() const { return missed_any_; }
  // Bit by Timeout: the timers that have run for some flow.
  std::uint32_t timers_that_ran() const { return timers_that_ran_; }

 private:
  void settle(Simulation& sim) {
    if (!outbox_.empty()) [[unlikely]]
      empty_outbox(sim);
    if (box_->next_deadline() != armed_) arm(sim);
  }
  bool settle_event(Simulation& sim);
  std::size_t wire_towards(Side side) const {
    return side == Side::External ? outward_ : place_.inner;
  }
  void empty_outbox(Simulation& sim);
  void arm(Simulation& sim);
  void trace_timer(Simulation& sim, Side from, const Packet& after, const Verdict& verdict) const;
  void trace_end(Simulation& sim, const FlowNote& note) const;
  void trace_packet(Simulation& sim, Side from, const Packet& before, const Packet& after,
                    const Verdict& verdict) const;

  std::unique_ptr<Middlebox> box_;
  Path& path_;
  Between place_;
  std::size_t outward_;  // the wire by which it sends outwards
  FlowObserver& observer_;
  NodeId self_;
  Outbox outbox_;
  AlarmId alarm_;
  TimePoint armed_ = kNever;  // for when the alarm is set
  TimePoint down_until_ = kStart;
  const char* why_down_ = "";
  bool missed_any_ = false;
  std::uint32_t timers_that_ran_ = 0;
};

}  // namespace stayalive
