// SPDX-License-Identifier: Apache-2.0
// Connections whose packets may take one of several ways.
#include <algorithm>

#include "app/judge/judge.h"
#include "base/check.h"

namespace stayalive {

// What a way knew of it before counts from now on; where it knows nothing, that is a beginning.
void Judge::took_way(std::uint32_t number, const WayHistory::Step& step) {
  const Rare* rare = rare_of(number);
  if (rare == nullptr ? !WayHistory().is_new(step) : !rare->ways.is_new(step)) return;
  if (!begin_note(number, step.from)) return;
  WayHistory& ways = make_rare(number).ways;
  ways.add(step);
  if (step.settled_at > step.from) {
    Fault fault{.from = step.from, .until = step.settled_at, .since = step.from};
    fault.cause = number_of(FaultKind::Way, step.group);
    fault.forgets = false;
    begin(number, fault);
  }
  const std::uint32_t taken = ways.boxes(step.group);
  mark(connections_[number], kDropped, false);
  for (std::uint32_t i = 0; i < setting_.path->boxes.size(); ++i) {
    const JudgedPath::Box& box = setting_.path->boxes[i];
    if (box.group != step.group || box.way != taken) continue;
    Box& its = box_of(number, i);
    its.used = its.live;
  }
}

// Whether its packets pass the box as things are.
bool Judge::is_taken(std::uint32_t number, std::uint32_t position) {
  const JudgedPath::Box& box = setting_.path->boxes[position];
  if (!box.alternative()) return true;
  const Rare* rare = rare_of(number);
  return (rare == nullptr ? 0 : rare->ways.boxes(box.group)) == box.way;
}

bool Judge::changed_ways(std::uint32_t number, std::uint32_t position) {
  const JudgedPath::Box& box = setting_.path->boxes[position];
  const Rare* rare = rare_of(number);
  return box.alternative() && rare != nullptr && rare->ways.moved(box.group);
}

// Under which endpoint the outside knew it first, on whichever way that was.
std::optional<Endpoint> Judge::first_mapped(std::uint32_t number, std::uint32_t position) {
  const JudgedPath::Box& here = setting_.path->boxes[position];
  if (!here.alternative() || !here.last_of_leg) return std::nullopt;
  for (std::uint32_t i = 0; i < setting_.path->boxes.size(); ++i) {
    const JudgedPath::Box& box = setting_.path->boxes[i];
    if (box.group != here.group || !box.last_of_leg || i == position) continue;
    if (box_of(number, i).used) return box_of(number, i).first;
  }
  return std::nullopt;
}

// Whether the far end sends to where no way has anything of it any more, although it was known
// there.  A box of the way that is taken which has forgotten it is a fault of its own.
bool Judge::lost_by_ways(std::uint32_t number, std::uint32_t position) {
  const JudgedPath::Box& here = setting_.path->boxes[position];
  if (!is_taken(number, position)) return false;
  const Box& its = box_of(number, position);
  const std::array<bool, 2> missed = missed_by(position);
  if (!missed[0] && !missed[1]) return false;
  // What it learned on this way and was told to delete, as by a RST, has healed nothing.
  if (its.used && !its.live && !flow_fault(number, position, now_).closes) return false;
  const std::optional<Endpoint> known = far_peer(number, here.leg);
  if (!known) return false;
  bool ever = false;
  for (std::uint32_t i = 0; i < setting_.path->boxes.size(); ++i) {
    const JudgedPath::Box& box = setting_.path->boxes[i];
    if (box.group != here.group || !box.last_of_leg) continue;
    if (any_live(number, i, [&](Endpoint mapped, bool) { return mapped == *known; })) return false;
    ever = ever || box_of(number, i).used;
  }
  return ever;
}

void Judge::begin_mapping_fault(std::uint32_t number, std::uint32_t position, TimePoint at) {
  FlowFault what{0, false, at};
  if (changed_ways(number, position)) {
    what.cause = number_of(FaultKind::Way, setting_.path->boxes[position].group);
  } else {
    what = flow_fault(number, position, at);
  }
  Fault fault{.from = at, .since = what.since, .cause = what.cause};
  fault.kind = Fault::Kind::Mapping;
  fault.number = static_cast<std::uint8_t>(position);
  fault.wait();
  begin(number, fault);
}

bool Judge::concerns(std::uint32_t number, const Disturbance& disturbance, TimePoint at) {
  if (disturbance.group == JudgedPath::kOnEveryWay) return true;
  const Rare* rare = rare_of(number);
  if (rare == nullptr) return disturbance.way == 0;
  return rare->ways.used(disturbance.group, disturbance.way, at);
}

}  // namespace stayalive
