// SPDX-License-Identifier: Apache-2.0
// What stands between the ends of a connection once an instant is over.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "app/judge/judge.h"
#include "base/check.h"

namespace stayalive {
namespace {

std::uint8_t small(std::size_t number) {
  CHECK(number < 256, "a path has few boxes and proxies");
  return static_cast<std::uint8_t>(number);
}

TimePoint pending_from(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    if (fault.is_pending()) return fault.from;
  }
  return kNever;
}

// Where the entries of a connection lie in a list that is sorted by connection: from the first to
// the one behind the last.
template <class Entry>
std::pair<std::size_t, std::size_t> entries_of(std::uint32_t connection,
                                               const std::vector<Entry>& sorted) {
  const auto begin = std::lower_bound(
      sorted.begin(), sorted.end(), connection,
      [](const Entry& entry, std::uint32_t number) { return entry.connection < number; });
  auto end = begin;
  while (end != sorted.end() && end->connection == connection) ++end;
  return {static_cast<std::size_t>(begin - sorted.begin()),
          static_cast<std::size_t>(end - sorted.begin())};
}

}  // namespace

void Judge::settle_all() {
  for (const std::uint32_t number : touched_) {
    if (is(connections_[number], kTouched)) settle(number, now_);
  }
  touched_.clear();
  happenings_.clear();
  lapses_.clear();
}

void Judge::sort_instant() {
  if (std::exchange(sorted_, true)) return;
  std::ranges::stable_sort(happenings_, {}, &Happening::connection);
  std::ranges::stable_sort(lapses_, {}, &Lapse::connection);
}

void Judge::settle(std::uint32_t number, TimePoint at) {
  Connection& its = connections_[number];
  if (record_of(number) != nullptr) weigh(number, at);
  evaluate(number, at);
  Instant instant{at, is(its, kRemapped)};
  sort_instant();
  if (is(its, kHappened)) {
    const auto [begin, end] = entries_of(number, happenings_);
    instant.begin = happenings_.data() + begin;
    instant.end = happenings_.data() + end;
  }
  if (const auto [begin, end] = entries_of(number, lapses_); begin != end)
    instant.lapse = &lapses_[end - 1];
  mark(its, kTouched | kHappened, false);
  Record* record = record_of(number);
  if (record == nullptr) return pass(number, instant);
  // Whoever is not open any more has not been kept waiting.
  for (const Happening* its_event = instant.begin; its_event != instant.end; ++its_event) {
    if (its_event->event.kind == SideEvent::Kind::Opened) continue;
    for (Fault& fault : record->faults) {
      Fault::Weight& weight = fault.weight[index(its_event->role)];
      if (weight == Fault::Weight::Pending) weight = Fault::Weight::None;
    }
  }
  if (!record->held.empty()) pass_held(number);
  if (pending_from(record->faults) > at) {
    pass(number, instant);
    forget_past(number, at);
    return release_record(number);
  }
  Held held{at, instant.remapped, {instant.begin, instant.end}, std::nullopt};
  if (instant.lapse != nullptr) held.lapse = *instant.lapse;
  record->held.push_back(std::move(held));
}

// What has lasted for so long is not about to pass.
void Judge::weigh(std::uint32_t number, TimePoint now) {
  for (Fault& fault : record_of(number)->faults) {
    if (now - fault.from < setting_.late_after) continue;
    for (Fault::Weight& weight : fault.weight) {
      if (weight == Fault::Weight::Pending) weight = Fault::Weight::Counts;
    }
  }
}

void Judge::evaluate(std::uint32_t number, TimePoint at) {
  const std::size_t boxes = setting_.path->boxes.size();
  for (std::uint32_t box = 0; box < boxes; ++box) evaluate_box(number, box, at);
  evaluate_mapping(number, at);
  if (setting_.programs) evaluate_address(number, at);
  if (setting_.programs || setting_.streams) evaluate_peers(number, at);
}

bool Judge::is_on(std::uint32_t number, Fault::Kind kind, std::uint8_t position) {
  const Record* record = record_of(number);
  return record != nullptr && std::ranges::any_of(record->faults, [&](const Fault& fault) {
           return fault.kind == kind && fault.number == position && fault.until == kNever;
         });
}

void Judge::begin(std::uint32_t number, const Fault& fault) {
  std::vector<Fault>& faults = make_record(number).faults;
  faults.push_back(fault);
  if (setting_.late_after > Duration::zero()) return;
  for (Fault::Weight& weight : faults.back().weight) {
    if (weight == Fault::Weight::Pending) weight = Fault::Weight::Counts;
  }
}

void Judge::end(std::uint32_t number, Fault::Kind kind, std::uint8_t position, TimePoint at) {
  for (Fault& fault : record_of(number)->faults) {
    if (fault.kind != kind || fault.number != position || fault.until != kNever) continue;
    fault.until = at;
    for (Fault::Weight& weight : fault.weight) {
      if (weight == Fault::Weight::Pending) weight = Fault::Weight::None;
    }
  }
}

Judge::FlowFault Judge::flow_fault(std::uint32_t number, std::uint32_t position, TimePoint at) {
  const std::uint32_t hop = setting_.path->boxes[position].hop;
  if (const std::uint8_t last = box_of(number, position).last_end; last != 0)
    return {last - 1u, causes_[last - 1u].event == FlowEvent::Closed, at};
  const Rare* rare = rare_of(number);
  if (rare == nullptr || !rare->last_end[position])
    return {number_of(FaultKind::Flow, hop), false, at};
  const FlowNote& end = *rare->last_end[position];
  return {number_of(flow_cause(hop, end)), end.event == FlowEvent::Closed, end.at};
}

// Whether the entry of its last flow lives on and leads nowhere: then no packet begins another.
bool Judge::ended_stale(std::uint32_t number, std::uint32_t position) {
  if (const std::uint8_t last = box_of(number, position).last_end; last != 0)
    return leads_nowhere(causes_[last - 1u].event);
  const Rare* rare = rare_of(number);
  return rare != nullptr && rare->last_end[position] &&
         leads_nowhere(rare->last_end[position]->event);
}

// By Role: whose packets do not pass the box when it has lost the flow.
std::array<bool, 2> Judge::missed_by(std::uint32_t position) const {
  const auto& passes = setting_.path->boxes[position].passes_without_flow[setting_.streams ? 1 : 0];
  const std::size_t client = index(setting_.outward ? Side::Internal : Side::External);
  return {!passes[client], !passes[1 - client]};
}

void Judge::evaluate_box(std::uint32_t number, std::uint32_t position, TimePoint at) {
  const Box& box = box_of(number, position);
  const std::uint8_t which = small(position);
  const std::array<bool, 2> missed =
      ended_stale(number, position) ? std::array{true, true} : missed_by(position);
  const bool missing =
      box.used && !box.live && (missed[0] || missed[1]) && is_taken(number, position);
  if (missing != is_on(number, Fault::Kind::Flow, which)) {
    if (missing) {
      const FlowFault what = flow_fault(number, position, at);
      Fault fault{.from = at, .since = what.since, .cause = what.cause, .kind = Fault::Kind::Flow};
      fault.number = which;
      fault.concerns = missed;
      if (what.closes) fault.wait();
      begin(number, fault);
    } else {
      end(number, Fault::Kind::Flow, which, at);
    }
  }
  // A box that dropped the first packets and has never had a flow did not let the session begin.
  const Rare* rare = rare_of(number);
  const bool barred = rare != nullptr && rare->drop && rare->drop->box == position && !box.used &&
                      rare->drop->at >= rare->session_start && is_taken(number, position);
  if (barred == is_on(number, Fault::Kind::Barred, which)) return;
  if (!barred) return end(number, Fault::Kind::Barred, which, at);
  Fault fault{.from = at, .since = at, .kind = Fault::Kind::Barred, .number = which};
  const JudgedPath::Box& its = setting_.path->boxes[position];
  // Where it has lived on another way, that it goes this one is why nobody knows it.
  fault.cause = changed_ways(number, position)
                    ? number_of(FaultKind::Way, its.group)
                    : number_of(FaultKind::Drop, its.hop, rare->drop->why);
  begin(number, fault);
}

// To whom the far end of a leg sends; empty while it knows nobody.
std::optional<Endpoint> Judge::far_peer(std::uint32_t number, std::uint32_t leg) {
  if (leg < setting_.path->proxies.size()) {
    const Rare* rare = rare_of(number);
    return rare == nullptr ? std::nullopt : rare->proxies[leg].remotes[index(Side::Internal)];
  }
  const Connection& its = connections_[number];
  if (its.state[Role::Server] != State::Open) return std::nullopt;
  return its.peer;
}

void Judge::evaluate_mapping(std::uint32_t number, TimePoint at) {
  bool remapped = false;
  for (std::uint32_t i = 0; i < setting_.path->boxes.size(); ++i) {
    const Box& box = box_of(number, i);
    bool mismatch = false;
    if (setting_.outward && box.live && setting_.path->boxes[i].last_of_leg) {
      // The endpoint under which the far end may send is that of any flow that still lives here.
      const std::optional<Endpoint> known = far_peer(number, setting_.path->boxes[i].leg);
      mismatch =
          known && !any_live(number, i, [&](Endpoint mapped, bool) { return mapped == *known; });
    }
    if (setting_.path->boxes[i].alternative())
      mismatch = setting_.outward && setting_.path->boxes[i].last_of_leg && lost_by_ways(number, i);
    if (mismatch != is_on(number, Fault::Kind::Mapping, small(i))) {
      if (mismatch) {
        begin_mapping_fault(number, i, at);
      } else {
        end(number, Fault::Kind::Mapping, small(i), at);
      }
    }
    remapped = remapped ||
               (box.used && is_taken(number, i) &&
                any_live(number, i, [&](Endpoint mapped, bool) { return mapped != box.first; }));
  }
  mark(connections_[number], kRemapped, remapped);
}

// Datagrams to where the client was before it moved reach nobody, until the far end has learned
// the way that leads to the new address.
void Judge::evaluate_address(std::uint32_t number, TimePoint at) {
  const Rare* rare = rare_of(number);
  const std::optional<Endpoint> known = far_peer(number, 0);
  bool lost = rare != nullptr && rare->moved && known.has_value();
  const std::vector<JudgedPath::Box>& boxes = setting_.path->boxes;
  const auto last = std::find_if(boxes.begin(), boxes.end(), [](const JudgedPath::Box& box) {
    return box.leg == 0 && box.last_of_leg;
  });
  if (lost && setting_.outward && last != boxes.end()) {
    const auto position = static_cast<std::uint32_t>(last - boxes.begin());
    lost = !any_live(number, position, [&](Endpoint mapped, bool before_move) {
      return !before_move && mapped == *known;
    });
  } else if (lost) {
    lost = *known != rare->client;
  }
  if (lost == is_on(number, Fault::Kind::Address, 0)) return;
  if (!lost) return end(number, Fault::Kind::Address, 0, at);
  Fault fault{.from = at, .since = at, .kind = Fault::Kind::Address};
  fault.cause = number_of(FaultKind::Address, setting_.client_host);
  fault.wait();
  begin(number, fault);
}

void Judge::evaluate_peers(std::uint32_t number, TimePoint at) {
  const Connection& its = connections_[number];
  const Rare* rare = rare_of(number);
  const bool proxied = rare != nullptr && std::ranges::any_of(rare->proxies, [](const auto& legs) {
                         return legs.known;
                       });
  for (const Role role : {Role::Client, Role::Server}) {
    const State peer = its.state[opposite(role)];
    const bool gone = !proxied && (peer == State::Ended || peer == State::Pausing);
    const std::uint8_t which = small(index(role));
    if (gone == is_on(number, Fault::Kind::Peer, which)) continue;
    if (!gone) {
      end(number, Fault::Kind::Peer, which, at);
      continue;
    }
    Fault fault{.from = at, .since = at, .kind = Fault::Kind::Peer, .number = which};
    fault.cause = number_of(FaultKind::Peer, index(opposite(role)));
    fault.concerns = {role == Role::Client, role == Role::Server};
    fault.wait();
    begin(number, fault);
  }
  if (proxied) evaluate_proxies(number, at);
}

// Next to a proxy the peer is the proxy.
void Judge::evaluate_proxies(std::uint32_t number, TimePoint at) {
  const std::vector<ProxyLegs>& proxies = rare_of(number)->proxies;
  for (const Role role : {Role::Client, Role::Server}) {
    const Side facing = role == Role::Client ? Side::Internal : Side::External;
    std::size_t nearest = proxies.size();
    for (std::size_t i = 0; i < proxies.size(); ++i) {
      const bool nearer = role == Role::Server || nearest == proxies.size();
      if (proxies[i].known && nearer) nearest = i;
    }
    const ProxyLegs& legs = proxies[nearest];
    const std::size_t side = index(facing);
    FaultCause cause;
    cause.kind = FaultKind::Proxy;
    cause.where = setting_.path->proxies[nearest].hop;
    cause.proxy_timer = legs.timer;
    cause.timeout = legs.timeout;
    const bool left = legs.ended_at.has_value() && !legs.remotes[side];
    note_proxy(number, role, left, cause, at);
    // Whoever is sent a FIN by a timer may still be served; but if it ends, that is why.
    note_half(number, role, legs.shut_down[side] && legs.remotes[side], cause, at);
  }
}

void Judge::note_proxy(std::uint32_t number, Role role, bool left, const FaultCause& cause,
                       TimePoint at) {
  const std::uint8_t which = small(index(role));
  if (left == is_on(number, Fault::Kind::Proxy, which)) return;
  if (!left) return end(number, Fault::Kind::Proxy, which, at);
  Fault fault{.from = at, .since = at, .kind = Fault::Kind::Proxy, .number = which};
  fault.cause = number_of(cause);
  fault.concerns = {role == Role::Client, role == Role::Server};
  fault.decided = cause.proxy_timer != ProxyTimer::None;
  fault.wait();
  begin(number, fault);
}

void Judge::note_half(std::uint32_t number, Role role, bool shut_down, const FaultCause& cause,
                      TimePoint at) {
  const std::uint8_t which = small(index(role));
  if (shut_down == is_on(number, Fault::Kind::HalfClose, which)) return;
  if (!shut_down) return end(number, Fault::Kind::HalfClose, which, at);
  Fault fault{.from = at, .since = at, .kind = Fault::Kind::HalfClose, .number = which};
  fault.cause = number_of(cause);
  fault.concerns = {role == Role::Client, role == Role::Server};
  fault.weight = {Fault::Weight::None, Fault::Weight::None};
  fault.decided = true;
  begin(number, fault);
}

}  // namespace stayalive
