// SPDX-License-Identifier: Apache-2.0
#include "middlebox/middlebox_node.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "engine/speedup.h"

namespace stayalive {

MiddleboxNode::MiddleboxNode(std::unique_ptr<Middlebox> box, Path& path, Between place,
                             FlowObserver& observer)
    : box_(std::move(box)),
      path_(path),
      place_(place),
      outward_(place.outer),
      observer_(observer) {}

void MiddleboxNode::receive(Simulation& sim, Side from, const Packet& packet) {
  if (sim.now() < down_until_) {
    missed_any_ = true;
    if (!sim.tracing() || packet.protocol == Protocol::Watch) return;
    sim.trace({sim.now(), TraceKind::Dropped, self_, opposite(from), packet, why_down_});
    return;
  }
  if (packet.protocol == Protocol::Watch) [[unlikely]]
    return pass_watch(sim, path_, self_, place_, from, packet);
  Packet passing = packet;
  const Verdict verdict = box_->process(from, passing, sim.now(), outbox_);
  if (sim.tracing()) {
    trace_packet(sim, from, packet, passing, verdict);
    trace_timer(sim, from, passing, verdict);
  }
  if (verdict.flow.valid()) timers_that_ran_ |= 1U << static_cast<unsigned>(verdict.timer);
  if (verdict.handling == Handling::Dropped) {
    observer_.packet_dropped(self_, packet, verdict.drop, sim.now());
  }
  if (verdict.forwarded()) {
    const Side towards = verdict.hairpinned ? from : opposite(from);
    path_.send(sim, wire_towards(towards), towards, passing);
  }
  settle(sim);
}

void MiddleboxNode::wake(Simulation& sim, std::uint32_t) {
  armed_ = kNever;
  box_->expire(sim.now(), outbox_);
  settle(sim);
}

void MiddleboxNode::walk(StateWalk& walk) {
  walk.past(down_until_);
  walk.still(outward_);
  box_->walk(walk);
}

bool MiddleboxNode::settle_event(Simulation& sim) {
  const bool any = !outbox_.notes.empty();
  settle(sim);
  return any;
}

void MiddleboxNode::drop_with_flow(Simulation& sim, Side from, const Packet& packet) {
  box_->forget(from, packet, sim.now(), outbox_);
  if (sim.tracing())
    sim.trace({sim.now(), TraceKind::Dropped, self_, opposite(from), packet,
               "leaves by another way than its flow"});
  observer_.packet_dropped(self_, packet, DropReason::OtherWay, sim.now());
  settle(sim);
}

bool MiddleboxNode::flush(Simulation& sim) {
  box_->flush(sim.now(), outbox_);
  return settle_event(sim);
}

bool MiddleboxNode::reboot(Simulation& sim, TimePoint until) {
  down_until_ = until;
  why_down_ = "the box is rebooting";
  return flush(sim);
}

bool MiddleboxNode::stand_by(TimePoint until) {
  down_until_ = until;
  why_down_ = "the standby is taking over";
  return box_->size() > 0;
}

bool MiddleboxNode::change_addresses(Simulation& sim, std::vector<AddressId> addresses,
                                     bool keeps_entries) {
  box_->change_addresses(std::move(addresses), keeps_entries, sim.now(), outbox_);
  return settle_event(sim);
}

bool MiddleboxNode::replace_target(Simulation& sim, AddressId target, AddressId gone) {
  box_->replace_target(target, gone, sim.now(), outbox_);
  return settle_event(sim);
}

void MiddleboxNode::empty_outbox(Simulation& sim) {
  for (const Outbox::Sent& sent : outbox_.packets) {
    if (sim.tracing()) {
      sim.trace({sim.now(), TraceKind::Answered, self_, sent.to, sent.packet, ""});
    }
    path_.send(sim, wire_towards(sent.to), sent.to, sent.packet);
  }
  for (const FlowNote& note : outbox_.notes) {
    if (sim.tracing()) trace_end(sim, note);
    observer_.flow_changed(self_, note);
  }
  outbox_.clear();
}

void MiddleboxNode::arm(Simulation& sim) {
  if (!alarm_.valid()) alarm_ = Speedup(sim).add_early_alarm(self_, 0);
  armed_ = box_->next_deadline();
  sim.set_alarm(alarm_, armed_);
}

void MiddleboxNode::trace_packet(Simulation& sim, Side from, const Packet& before,
                                 const Packet& after, const Verdict& verdict) const {
  TraceRecord record{sim.now(), TraceKind::Forwarded, self_, opposite(from), before, ""};
  record.passed = after;
  const auto until = [&] {
    return fmt::format("{} until {}", name(verdict.timer), print_seconds(verdict.deadline));
  };
  switch (verdict.handling) {
    case Handling::Opened:
      record.detail =
          "new flow as " +
          print_endpoint(from == Side::Internal ? after.source() : after.destination()) + ", " +
          until();
      break;
    case Handling::PickedUp:
      record.detail =
          "new flow from mid-connection as " +
          print_endpoint(from == Side::Internal ? after.source() : after.destination()) + ", " +
          until();
      break;
    case Handling::Refreshed:
      record.detail = "refreshes " + until();
      break;
    case Handling::Passed:
      record.detail = "passes without refreshing";
      break;
    case Handling::Leaked:
      record.detail = "passes untranslated, outside every flow";
      break;
    case Handling::Local:
      record.kind = TraceKind::Arrived;
      record.detail = "is addressed to the box itself";
      break;
    case Handling::Consumed:
      record.kind = TraceKind::Arrived;
      record.detail = "answers a probe of the box";
      break;
    case Handling::Dropped:
      record.kind = TraceKind::Dropped;
      record.detail = name(verdict.drop);
      if (verdict.drop == DropReason::Expired && verdict.deadline <= sim.now()) {
        record.detail += fmt::format(" {} ago", print_duration(sim.now() - verdict.deadline));
      }
      break;
  }
  sim.trace(record);
}

void MiddleboxNode::trace_timer(Simulation& sim, Side from, const Packet& after,
                                const Verdict& verdict) const {
  const bool consumed = verdict.handling == Handling::Consumed;
  if (!verdict.flow.valid() || (!verdict.forwarded() && !consumed)) return;
  TraceRecord record{sim.now(), TraceKind::Timer, self_, opposite(from), after, ""};
  record.timer.flow = verdict.flow;
  record.timer.timer = name(verdict.timer);
  record.timer.deadline = verdict.deadline;
  record.timer.mapped = from == Side::Internal ? after.source() : after.destination();
  switch (verdict.handling) {
    case Handling::Opened:
      record.timer.kind = TimerChange::Kind::Started;
      break;
    case Handling::PickedUp:
      record.timer.kind = TimerChange::Kind::PickedUp;
      break;
    case Handling::Refreshed:
    case Handling::Consumed:
      record.timer.kind = TimerChange::Kind::Extended;
      break;
    default:
      record.timer.kind = TimerChange::Kind::Unchanged;
      break;
  }
  sim.trace(record);
}

// Where a flow begins, trace_timer() tells with the packet that opened it.  Flows that end at the
// box itself are not traced.
void MiddleboxNode::trace_end(Simulation& sim, const FlowNote& note) const {
  if (note.event == FlowEvent::Opened || note.local || !note.connection.valid()) return;
  if (leads_nowhere(note.event)) return;  // its timer runs on
  TraceRecord record{sim.now(), TraceKind::Timer, self_, Side::External, Packet{}, ""};
  record.packet.notes.connection = note.connection;
  record.timer.flow = note.flow;
  record.timer.timer = name(note.timer);
  record.timer.deadline = note.at;
  record.timer.mapped = note.mapped;
  record.timer.kind = note.event == FlowEvent::Expired   ? TimerChange::Kind::Expired
                      : note.event == FlowEvent::Evicted ? TimerChange::Kind::Evicted
                      : note.event == FlowEvent::Flushed ? TimerChange::Kind::Flushed
                                                         : TimerChange::Kind::Closed;
  sim.trace(record);
}

}  // namespace stayalive
