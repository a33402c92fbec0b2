// SPDX-License-Identifier: Apache-2.0
#include "app/judge/judge.h"

#include <algorithm>

#include "base/check.h"

namespace stayalive {

Judge::Judge(Setting setting, std::uint32_t connections, Listener& listener)
    : setting_(std::move(setting)),
      listener_(listener),
      connections_(connections),
      boxes_(connections * setting_.path->boxes.size()) {
  for (Disturbance& disturbance : setting_.disturbances)
    disturbance.fault.cause = number_of(disturbance.cause);
}

// --- records ---

Judge::Record& Judge::make_record(std::uint32_t number) {
  Connection& its = connections_[number];
  if (its.record != kNoRecord) return *records_[its.record];
  if (free_records_.empty()) {
    its.record = static_cast<std::uint32_t>(records_.size());
    records_.push_back(std::make_unique<Record>());
  } else {
    its.record = free_records_.back();
    free_records_.pop_back();
  }
  return *records_[its.record];
}

Judge::Rare& Judge::make_rare(std::uint32_t number) {
  Record& record = make_record(number);
  if (!record.rare) {
    record.rare = std::make_unique<Rare>();
    record.rare->last_end.resize(setting_.path->boxes.size());
    record.rare->proxies.resize(setting_.path->proxies.size());
  }
  return *record.rare;
}

// Gives back what is not needed any more.
void Judge::release_record(std::uint32_t number) {
  Connection& its = connections_[number];
  if (its.record == kNoRecord) return;
  Record& record = *records_[its.record];
  if (record.rare && !keeps_past() && !is(its, kConcluded)) {
    const Rare& rare = *record.rare;
    const bool barred = rare.drop && !box_of(number, rare.drop->box).used;
    const bool blamed = rare.sides[0].blame || rare.sides[1].blame;
    if (rare.flows.empty() && !barred && !blamed) record.rare.reset();
  }
  const bool needed =
      record.rare || !record.faults.empty() || !record.held.empty() || record.forgotten;
  if (needed && !is(its, kConcluded)) return;
  record.rare.reset();
  record.faults.clear();
  record.held.clear();
  record.forgotten_by.reset();
  record.forgotten = false;
  free_records_.push_back(std::exchange(its.record, kNoRecord));
}

// Among many, when and by which packet belongs to one of them alone.
std::uint32_t Judge::number_of(FaultCause cause) {
  if (!setting_.details) {
    cause.refreshed_at = {};
    cause.refreshed_from = {};
    cause.refreshed_by = {};
    const auto found = std::find(causes_.begin(), causes_.end(), cause);
    if (found != causes_.end()) return static_cast<std::uint32_t>(found - causes_.begin());
  }
  causes_.push_back(cause);
  return static_cast<std::uint32_t>(causes_.size() - 1);
}

std::uint32_t Judge::number_of(FaultKind kind, std::size_t where, DropReason reason) {
  FaultCause cause;
  cause.kind = kind;
  cause.where = static_cast<std::uint32_t>(where);
  cause.reason = reason;
  return number_of(cause);
}

// --- notes ---

// Whether anybody wants to know.
bool Judge::begin_note(std::uint32_t number, TimePoint at) {
  CHECK(at >= now_, "a judge is told in order of time");
  if (at > now_) {
    settle_all();
    now_ = at;
  }
  Connection& its = connections_[number];
  if (is(its, kConcluded)) return false;
  ++changes_;
  if (!is(its, kTouched)) touched_.push_back(number);
  mark(its, kTouched);
  return true;
}

void Judge::side(std::uint32_t number, Role role, SideEvent event) {
  if (!begin_note(number, event.at)) return;
  using Kind = SideEvent::Kind;
  Connection& its = connections_[number];
  if (role == Role::Client) mark(its, kStarted);
  if (role == Role::Client && event.kind == Kind::Opening) begin_session(number, event);
  heal_disturbances(role, event);
  if (setting_.programs && role == Role::Client) {
    Rare& rare = make_rare(number);
    const bool elsewhere = event.local.address != rare.client.address;
    if (event.kind == Kind::Moved && elsewhere) {
      rare.moved = true;
      for (std::uint32_t box = 0; box < setting_.path->boxes.size(); ++box)
        box_of(number, box).before_move = true;
      for (LiveFlow& flow : rare.flows) flow.before_move = true;
    }
    if (event.kind == Kind::Opening || event.kind == Kind::Opened || event.kind == Kind::Moved)
      rare.client = event.local;
  }
  if (role == Role::Server && (event.kind == Kind::Opened || event.kind == Kind::Moved))
    its.peer = event.remote;
  switch (event.kind) {
    case Kind::Opening:
      its.state.set(role, State::Opening);
      break;
    case Kind::Opened:
      its.state.set(role, State::Open);
      break;
    case Kind::Noticed:
    case Kind::Rested:
      its.state.set(role, State::Pausing);
      break;
    case Kind::Ended:
    case Kind::HostDown:
      its.state.set(role, State::Ended);
      break;
    case Kind::Moved:
      return;
  }
  const bool over = its.state[role] == State::Ended || its.state[role] == State::Pausing;
  if (over && setting_.heard_at) event.heard_at = setting_.heard_at(number, role);
  mark(its, kHappened);
  happenings_.push_back({number, role, std::move(event)});
  sorted_ = happenings_.size() + lapses_.size() == 1;
}

void Judge::begin_session(std::uint32_t number, const SideEvent& opening) {
  if (!setting_.programs) return;
  Rare& rare = make_rare(number);
  rare.session_start = opening.at;
  rare.moved = false;
  rare.flows.clear();
  for (std::uint32_t box = 0; box < setting_.path->boxes.size(); ++box) {
    box_of(number, box).used = false;
    box_of(number, box).live = false;
  }
  // Whoever had left the other end before has nothing to do with what begins now.
  Connection& its = connections_[number];
  if (its.state[Role::Server] != State::Open) its.state.set(Role::Server, State::Absent);
}

// What a host that went down had known is missed until the client begins anew or a new program on
// that host takes the connection up; and nobody is there while it is away.
void Judge::heal_disturbances(Role role, const SideEvent& event) {
  for (Disturbance& disturbance : setting_.disturbances) {
    Fault& fault = disturbance.fault;
    if (fault.until != kNever) continue;
    const bool anew = disturbance.until_opening && role == Role::Client &&
                      event.kind == SideEvent::Kind::Opening && event.at >= fault.from;
    const bool taken_up = disturbance.until_opened == role &&
                          event.kind == SideEvent::Kind::Opened && event.at > fault.from;
    if (anew || taken_up) fault.until = std::max(event.at, disturbance.least_until);
  }
}

void Judge::flow_changed(std::uint32_t number, std::uint32_t box, const FlowNote& note) {
  if (note.local || !begin_note(number, note.at)) return;
  if (note.event == FlowEvent::Opened) return open_flow(number, box, note);
  if (end_flow(number, box, note.flow)) note_end(number, box, note);
}

void Judge::open_flow(std::uint32_t number, std::uint32_t position, const FlowNote& note) {
  Box& box = box_of(number, position);
  if (!box.used) box.first = first_mapped(number, position).value_or(note.mapped);
  box.used = true;
  if (box.live) {
    make_rare(number).flows.push_back({position, note.flow, note.mapped, false});
    return;
  }
  box.live = true;
  box.mapped = note.mapped;
  box.flow = note.flow;
  box.before_move = false;
}

// Whether it was a flow of this session.
bool Judge::end_flow(std::uint32_t number, std::uint32_t position, FlowId flow) {
  Box& box = box_of(number, position);
  if (!box.live) return false;
  Rare* rare = rare_of(number);
  const auto further = [&](auto is) {
    return rare == nullptr ? std::vector<LiveFlow>::iterator{}
                           : std::find_if(rare->flows.begin(), rare->flows.end(), is);
  };
  if (box.flow != flow) {
    const auto found =
        further([&](const LiveFlow& its) { return its.box == position && its.flow == flow; });
    if (rare == nullptr || found == rare->flows.end()) return false;
    rare->flows.erase(found);
    return true;
  }
  const auto next = further([&](const LiveFlow& its) { return its.box == position; });
  if (rare == nullptr || next == rare->flows.end()) {
    box.live = false;
    return true;
  }
  box.flow = next->flow;
  box.mapped = next->mapped;
  box.before_move = next->before_move;
  rare->flows.erase(next);
  return true;
}

void Judge::note_end(std::uint32_t number, std::uint32_t position, const FlowNote& note) {
  Box& box = box_of(number, position);
  const std::uint32_t hop = setting_.path->boxes[position].hop;
  if (keeps_past()) {
    make_rare(number).last_end[position] = note;
  } else {
    const std::uint32_t cause = number_of(flow_cause(hop, note));
    CHECK(cause < 255, "boxes have few reasons to end a flow");
    box.last_end = static_cast<std::uint8_t>(cause + 1);
  }
  // A flow that runs out and begins again at one instant is never missing, and still another one.
  const bool forgot = note.event == FlowEvent::Expired || note.event == FlowEvent::Evicted;
  if (box.live || !forgot) return;
  const FlowFault fault = flow_fault(number, position, note.at);
  lapses_.push_back({number, fault.cause, fault.since});
  sorted_ = happenings_.size() + lapses_.size() == 1;
}

void Judge::dropped(std::uint32_t number, std::uint32_t box, DropReason why, TimePoint at) {
  Connection& its = connections_[number];
  // What a flow of another way costs, its own end tells.
  if (why == DropReason::OtherWay) return;
  if (is(its, kDropped) || !begin_note(number, at)) return;
  mark(its, kDropped);
  // Only who has never had a flow there was kept out; what a box drops later is no beginning.
  if (!box_of(number, box).used) make_rare(number).drop = Drop{box, why, at};
}

void Judge::proxy(std::uint32_t number, const ProxyEvent& event) {
  if (!begin_note(number, event.at)) return;
  for (std::size_t i = 0; i < setting_.path->proxies.size(); ++i) {
    if (setting_.path->proxies[i].node != event.proxy) continue;
    ProxyLegs& legs = make_rare(number).proxies[i];
    legs.known = true;
    if (event.kind == ProxyEvent::Kind::Opened && event.side == Side::Internal)
      legs.pair = event.pair;
    // What becomes of sockets that the client has left for others ends nothing.
    if (event.pair != legs.pair) continue;
    if (event.kind == ProxyEvent::Kind::Opened) {
      legs.remotes[index(event.side)] = event.remote;
      legs.shut_down[index(event.side)] = false;
      legs.ended_at.reset();
      legs.timer = ProxyTimer::None;
      continue;
    }
    if (legs.timer == ProxyTimer::None && !event.between_exchanges) {
      legs.timer = event.timer;
      legs.timeout = event.timeout;
    }
    if (event.kind == ProxyEvent::Kind::ShutDown) {
      legs.shut_down[index(event.side)] = true;
      continue;
    }
    legs.remotes[index(event.side)].reset();
    if (event.between_exchanges) continue;
    if (!legs.ended_at) legs.ended_at = event.at;
  }
}

void Judge::left(std::uint32_t number, TimePoint at) {
  if (!begin_note(number, at)) return;
  settle(number, at);
  conclude(number, at, true);
}

void Judge::finish(TimePoint end) {
  settle_all();
  now_ = end;
  for (std::uint32_t number = 0; number < connections_.size(); ++number) {
    if (!is(connections_[number], kConcluded)) conclude(number, end, false);
  }
}

}  // namespace stayalive
