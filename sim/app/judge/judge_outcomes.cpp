// SPDX-License-Identifier: Apache-2.0
// What the sides of a connection become, and what they die of.
#include <algorithm>
#include <utility>

#include "app/judge/judge.h"

namespace stayalive {
namespace {

bool works(Outcome outcome) { return outcome == Outcome::Alive || outcome == Outcome::Remapped; }

bool learned(Outcome outcome) {
  return outcome == Outcome::Detected || outcome == Outcome::Reset || outcome == Outcome::Refused;
}

// Whether a socket was given up, lost or closed, and another follows.
bool gives_way(const SideEvent& event) {
  return event.kind == SideEvent::Kind::Noticed || event.kind == SideEvent::Kind::Rested;
}

}  // namespace

// --- in order of time ---

void Judge::pass_held(std::uint32_t number) {
  Record& record = *record_of(number);
  if (record.held.empty()) return;
  const auto pending = std::ranges::find_if(record.faults, &Fault::is_pending);
  const TimePoint limit = pending == record.faults.end() ? kNever : pending->from;
  std::size_t passed = 0;
  for (; passed < record.held.size() && record.held[passed].at < limit; ++passed) {
    const Held& held = record.held[passed];
    pass(number,
         {held.at, held.remapped, held.happenings.data(),
          held.happenings.data() + held.happenings.size(), held.lapse ? &*held.lapse : nullptr});
  }
  record.held.erase(record.held.begin(), record.held.begin() + static_cast<std::ptrdiff_t>(passed));
}

// Disturbances begin and end between what the judge is told.
void Judge::pass(std::uint32_t number, const Instant& instant) {
  if (setting_.details) {
    Rare& rare = make_rare(number);
    const auto next = [&] {
      return std::min(next_edge(rare.judged_until), rare.ways.next_settled(rare.judged_until));
    };
    for (TimePoint edge = next(); edge < instant.at; edge = next())
      pass_one(number, {edge, is(connections_[number], kSaidRemapped)});
  }
  pass_one(number, instant);
}

TimePoint Judge::next_edge(TimePoint after) const {
  TimePoint next = kNever;
  for (const Disturbance& disturbance : setting_.disturbances) {
    for (const TimePoint edge : {disturbance.fault.from, disturbance.fault.until}) {
      if (edge > after) next = std::min(next, edge);
    }
  }
  return next;
}

void Judge::pass_one(std::uint32_t number, const Instant& instant) {
  if (setting_.details) add_blackhole(number, instant.at);
  Connection& its = connections_[number];
  std::array<const SideEvent*, 2> latest{};
  for (const Happening* happening = instant.begin; happening != instant.end; ++happening) {
    take_note(number, *happening);
    // How a socket ended says more than that another is opened at the same instant.
    const SideEvent*& last = latest[index(happening->role)];
    if (happening->event.kind != SideEvent::Kind::Opening || last == nullptr || !gives_way(*last))
      last = &happening->event;
  }
  mark(its, kSaidRemapped, instant.remapped);
  for (const Role role : {Role::Client, Role::Server}) {
    const SideEvent* event = latest[index(role)];
    if (const std::optional<Outcome> outcome = outcome_of(number, role, instant.at, event))
      enter(number, role, instant, *outcome, event);
  }
  if (Record* record = record_of(number); record != nullptr) {
    const bool still = its.outcome[Role::Client] == static_cast<std::uint8_t>(Outcome::Forgotten) ||
                       its.outcome[Role::Server] == static_cast<std::uint8_t>(Outcome::Forgotten);
    if (record->forgotten && !still) end_span(number, instant.at);
    if (record->rare) record->rare->judged_until = instant.at;
  }
}

// The time since the last instant that was judged, in which the sides stood as they do now.
void Judge::add_blackhole(std::uint32_t number, TimePoint until) {
  Rare& rare = make_rare(number);
  if (until <= rare.judged_until) return;
  for (const Role role : {Role::Client, Role::Server}) {
    if (connections_[number].said[role] != State::Open) continue;
    const Fault* fault = first_fault(number, role, rare.judged_until, false);
    if (fault == nullptr) continue;
    PastSide& side = rare.sides[index(role)];
    side.blackhole += until - rare.judged_until;
    if (!side.first_gap) side.first_gap = Blame{fault->cause, fault->since};
  }
}

void Judge::take_note(std::uint32_t number, const Happening& happening) {
  Connection& its = connections_[number];
  const Role role = happening.role;
  switch (happening.event.kind) {
    case SideEvent::Kind::Opening:
      its.said.set(role, State::Opening);
      break;
    case SideEvent::Kind::Opened:
      its.said.set(role, State::Open);
      mark(its, of(kOpened, role));
      break;
    case SideEvent::Kind::Noticed:
    case SideEvent::Kind::Rested:
      its.said.set(role, State::Pausing);
      its.error.set(role, happening.event.error);
      break;
    case SideEvent::Kind::Ended:
    case SideEvent::Kind::HostDown:
      its.said.set(role, State::Ended);
      its.error.set(role, happening.event.error);
      break;
    case SideEvent::Kind::Moved:
      return;
  }
  listener_.happened(number, role, happening.event);
}

// --- outcomes ---

std::optional<Outcome> Judge::outcome_of(std::uint32_t number, Role role, TimePoint at,
                                         const SideEvent* latest) {
  const Connection& its = connections_[number];
  switch (its.said[role]) {
    case State::Absent:
      return std::nullopt;
    case State::Opening:
      // Before the first success nothing can be said; afterwards it is still looking for its peer,
      // unless it had closed the last connection in order.
      if (!is(its, of(kOpened, role))) return std::nullopt;
      if (latest != nullptr && gives_way(*latest)) return latest->outcome;
      return its.outcome[role] == static_cast<std::uint8_t>(Outcome::Closed) ? Outcome::Closed
                                                                             : Outcome::Detected;
    case State::Pausing:
    case State::Ended:
      return latest != nullptr ? latest->outcome : static_cast<Outcome>(its.outcome[role]);
    case State::Open:
      break;
  }
  if (first_fault(number, role, at, true) != nullptr) return Outcome::Forgotten;
  return is(its, kSaidRemapped) ? Outcome::Remapped : Outcome::Alive;
}

const Fault* Judge::first_fault(std::uint32_t number, Role role, TimePoint at, bool forgetting) {
  const Fault* first = nullptr;
  const auto consider = [&](const Fault& fault) {
    const bool stands = fault.is_on(at) && fault.counts(role) && (fault.forgets || !forgetting);
    if (stands && (first == nullptr || fault.from < first->from)) first = &fault;
  };
  const Record* record = record_of(number);
  if (!forgetting || setting_.details) {
    for (const Disturbance& disturbance : setting_.disturbances) {
      if (concerns(number, disturbance, at)) consider(disturbance.fault);
    }
  }
  if (record == nullptr) return first;
  for (const Fault& fault : record->faults) consider(fault);
  return first;
}

void Judge::enter(std::uint32_t number, Role role, const Instant& instant, Outcome outcome,
                  const SideEvent* latest) {
  Connection& its = connections_[number];
  const std::uint8_t before = its.outcome[role];
  if (before == static_cast<std::uint8_t>(outcome)) return;
  // What it dies of is known when it stops to work; being noticed later adds nothing.
  const bool worked = before == kNoOutcome || works(static_cast<Outcome>(before));
  if (worked && !works(outcome)) blame(number, role, instant, outcome, latest);
  if (outcome == Outcome::Remapped) blame_lapse(number, role, instant);
  listener_.became(number, role, outcome, instant.at, latest);
  its.outcome.set(role, static_cast<std::uint8_t>(outcome));
  if (outcome == Outcome::Remapped) mark(its, of(kWasRemapped, role));
  if (outcome == Outcome::Closed) mark(its, of(kClosed, role));
  if (learned(outcome)) {
    mark(its, of(kLost, role));
    if (keeps_past() && !make_rare(number).sides[index(role)].noticed_at)
      make_rare(number).sides[index(role)].noticed_at = instant.at;
  }
  if (outcome != Outcome::Forgotten) return;
  Record& record = make_record(number);
  if (keeps_past() && !make_rare(number).sides[index(role)].forgotten_at)
    make_rare(number).sides[index(role)].forgotten_at = instant.at;
  if (std::exchange(record.forgotten, true)) return;
  record.forgotten_from = instant.at;
  record.forgotten_by = first_fault(number, role, instant.at, true)->cause;
}

void Judge::end_span(std::uint32_t number, TimePoint at) {
  Record& record = *record_of(number);
  record.forgotten = false;
  listener_.was_forgotten(number, {record.forgotten_from, at, &causes_[*record.forgotten_by]});
}

// --- blame ---

void Judge::blame(std::uint32_t number, Role role, const Instant& instant, Outcome outcome,
                  const SideEvent* latest) {
  // What broke first and has not healed since is the cause of all that followed, the other end's
  // death included.  A closed way is to blame only where nobody lost any state.
  const Fault* fault = first_fault(number, role, instant.at, true);
  if (fault == nullptr) fault = first_fault(number, role, instant.at, false);
  if (fault == nullptr && latest != nullptr) fault = past_fault(number, role, instant.at, *latest);
  if (fault == nullptr) return;
  if (!keeps_past() && causes_[fault->cause].kind != FaultKind::Drop) {
    // Of the many over UDP whoever was forgotten needs no other reason.
    mark(connections_[number], kBlamed);
    return;
  }
  // Of several deaths the first tells most, and of those it did not notice at once the first is the
  // one that is reported with its time.
  PastSide& side = make_rare(number).sides[index(role)];
  const bool first_forgotten = outcome == Outcome::Forgotten && !side.forgotten_at;
  if (!side.blame || first_forgotten) side.blame = Blame{fault->cause, fault->since};
}

// Another endpoint at the very instant at which a flow ran out: nothing was missing, and yet the
// box had forgotten.
void Judge::blame_lapse(std::uint32_t number, Role role, const Instant& instant) {
  if (instant.lapse == nullptr || is(connections_[number], kBlamed)) return;
  PastSide& side = make_rare(number).sides[index(role)];
  if (!side.blame) side.blame = Blame{instant.lapse->cause, instant.lapse->since};
}

// Where nothing is wrong any more: whoever ended it on purpose, or what had kept this side from
// hearing anything in the time of which it grew tired.
const Fault* Judge::past_fault(std::uint32_t number, Role role, TimePoint at,
                               const SideEvent& event) {
  const Fault* first = nullptr;
  const auto consider = [&](const Fault& fault) {
    if (fault.from > at || !fault.concerns[index(role)]) return;
    if (first != nullptr && first->from <= fault.from) return;
    const bool on_purpose = fault.decided && at < fault.until && event.outcome == Outcome::Closed;
    const bool silenced =
        event.outcome == Outcome::Detected && event.heard_at < fault.until && fault.counts(role);
    if (on_purpose || silenced) first = &fault;
  };
  for (const Disturbance& disturbance : setting_.disturbances) {
    if (concerns(number, disturbance, disturbance.fault.from)) consider(disturbance.fault);
  }
  const Record* record = record_of(number);
  if (record == nullptr) return first;
  if (record->rare) {
    for (const Fault& fault : record->rare->past) consider(fault);
  }
  for (const Fault& fault : record->faults) consider(fault);
  return first;
}

// What is over as far as has been judged, is kept for those who have heard nothing since.
void Judge::forget_past(std::uint32_t number, TimePoint at) {
  Record& record = *record_of(number);
  const bool any =
      std::ranges::any_of(record.faults, [at](const Fault& fault) { return fault.until <= at; });
  if (!any) return;
  if (keeps_past() && setting_.heard_at) {
    std::vector<Fault>& past = make_rare(number).past;
    for (const Fault& fault : record.faults) {
      if (fault.until <= at) past.push_back(fault);
    }
    const auto matters = [&](const Fault& fault, Role role) {
      return fault.counts(role) && setting_.heard_at(number, role) < fault.until;
    };
    // Whoever hears something from now on has heard it after all of these; until then the first
    // of them is what kept a side from hearing anything.
    std::array<const Fault*, 2> first{};
    for (const Fault& fault : past) {
      for (const Role role : {Role::Client, Role::Server}) {
        const Fault*& its = first[index(role)];
        if (matters(fault, role) && (its == nullptr || fault.from < its->from)) its = &fault;
      }
    }
    std::vector<Fault> kept;
    if (first[0] != nullptr) kept.push_back(*first[0]);
    if (first[1] != nullptr && first[1] != first[0]) kept.push_back(*first[1]);
    past = std::move(kept);
  }
  std::erase_if(record.faults, [at](const Fault& fault) { return fault.until <= at; });
}

// --- the end ---

void Judge::conclude(std::uint32_t number, TimePoint end, bool left) {
  Connection& its = connections_[number];
  Record* record = record_of(number);
  if (record != nullptr) {
    for (Fault& fault : record->faults) {
      const bool lasted = end - fault.from >= setting_.late_after;
      for (Fault::Weight& weight : fault.weight) {
        if (weight == Fault::Weight::Pending)
          weight = lasted ? Fault::Weight::Counts : Fault::Weight::None;
      }
    }
    pass_held(number);
  }
  if (setting_.details) {
    pass(number, {end, is(its, kRemapped)});
    // Where the scenario had more to come, what is wrong at the very end still tells something.
    const bool more = next_edge(end) != kNever;
    for (const Role role : {Role::Client, Role::Server}) {
      std::optional<Blame>& gap = make_rare(number).sides[index(role)].first_gap;
      const Fault* fault = first_fault(number, role, end, false);
      if (more && !gap && its.said[role] == State::Open && fault != nullptr)
        gap = Blame{fault->cause, fault->since};
    }
  }
  record = record_of(number);
  if (record != nullptr && record->forgotten) end_span(number, end);
  ConnectionResult result = result_of(number);
  result.left = left;
  mark(its, kConcluded);
  listener_.concluded(number, result);
  release_record(number);
}

Attribution Judge::attribution(const std::optional<Blame>& blame) const {
  return blame ? Attribution{&causes_[blame->cause], blame->since} : Attribution{};
}

ConnectionResult Judge::result_of(std::uint32_t number) {
  const Connection& its = connections_[number];
  const Record* record = record_of(number);
  ConnectionResult result;
  result.started = is(its, kStarted);
  if (record != nullptr && record->forgotten_by)
    result.forgotten_by = {&causes_[*record->forgotten_by], record->forgotten_from};
  std::optional<Outcome> worst;
  bool unscathed = true;
  for (const Role role : {Role::Client, Role::Server}) {
    SideResult& side = result.sides[index(role)];
    side.opened = is(its, of(kOpened, role));
    side.error = its.error[role];
    if (its.outcome[role] != kNoOutcome) {
      side.outcome = static_cast<Outcome>(its.outcome[role]);
      worst = worse(worst.value_or(*side.outcome), *side.outcome);
    }
    if (record != nullptr && record->rare) {
      const PastSide& past = record->rare->sides[index(role)];
      side.forgotten_at = past.forgotten_at;
      side.noticed_at = past.noticed_at;
      side.blackhole = past.blackhole;
      side.blame = attribution(past.blame);
    }
    unscathed = unscathed && side.blame.cause == nullptr && (!side.outcome || works(*side.outcome));
  }
  result.outcome = worst.value_or(Outcome::Refused);
  for (const Role role : {Role::Client, Role::Server}) {
    SideResult& side = result.sides[index(role)];
    // A connection that lived through everything still has a story when the way was closed.
    if (unscathed && record != nullptr && record->rare)
      side.blame = attribution(record->rare->sides[index(role)].first_gap);
  }
  share_reasons(result);
  for (const Role role : {Role::Client, Role::Server}) {
    SideResult& side = result.sides[index(role)];
    side.fell = is(its, of(kLost, role)) ||
                (is(its, of(kClosed, role)) && is_loss(Outcome::Closed, side.blame.kind())) ||
                (is(its, of(kWasRemapped, role)) && is_loss(Outcome::Remapped, side.blame.kind()));
    if (side.blame.cause == nullptr) continue;
    if (result.blame.cause == nullptr || side.blame.since < result.blame.since)
      result.blame = side.blame;
  }
  return result;
}

// When one side's only fault is that the other had left, the other's own reason is the reason.
void Judge::share_reasons(ConnectionResult& result) {
  for (const Role role : {Role::Client, Role::Server}) {
    SideResult& side = result.sides[index(role)];
    const Attribution& theirs = result.sides[index(opposite(role))].blame;
    const bool second_hand =
        side.blame.kind() == FaultKind::Peer || side.blame.kind() == FaultKind::None;
    const bool died = side.outcome && !works(*side.outcome);
    if (second_hand && died && theirs.kind() != FaultKind::None && theirs.kind() != FaultKind::Peer)
      side.blame = theirs;
  }
}

}  // namespace stayalive
