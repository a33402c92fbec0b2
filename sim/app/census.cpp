// SPDX-License-Identifier: Apache-2.0
#include "app/census.h"

#include <algorithm>
#include <optional>

#include "base/check.h"

namespace stayalive {
namespace {

// The position of the cause among those that are known by now, itself included.
template <class Cause>
std::uint8_t number_of(const Cause& cause, std::vector<Cause>& known) {
  const auto found = std::find(known.begin(), known.end(), cause);
  const auto number = found - known.begin();
  CHECK(number < 256, "boxes have few reasons to forget or to drop");
  if (found == known.end()) known.push_back(cause);
  return static_cast<std::uint8_t>(number);
}

}  // namespace

Census::Census(std::uint32_t members, std::size_t boxes, Duration patience, Ends ends)
    : members_(members), boxes_(boxes), patience_(patience), ends_(ends) {
  CHECK(boxes <= kMostBoxes, "a population crosses only so many boxes as its members can count");
  if (ends_ == Ends::Connecting) stands_.resize(members);
  summary_.count = members;
}

void Census::started(std::uint32_t number) {
  ++changes_;
  Member& member = members_[number];
  member.marks |= kStarted;
  ++summary_.started;
}

void Census::left(std::uint32_t number, TimePoint at) {
  ++changes_;
  Member& member = members_[number];
  if (is(member, kLeft)) return;
  let_endings_pass(at);
  settle(member, at);
  if (is(member, kBarred) && member.used == 0) ++summary_.barred[barred_causes_[member.cause]];
  member.marks |= kLeft;
  ++summary_.left;
}

// --- ends ---

void Census::opened(std::uint32_t number, Role role) {
  ++changes_;
  stands_[number][index(role)] = kOpen;
}

void Census::ended(std::uint32_t number, Role role, SocketError error, TimePoint at) {
  ++changes_;
  Member& member = members_[number];
  let_endings_pass(at);
  const Outcome outcome = stayalive::outcome_of(error, stand(member, role) == kOpen);
  End& end = summary_.ends[index(role)];
  ++end.errors[static_cast<std::size_t>(error)];
  if (outcome == Outcome::Detected || outcome == Outcome::Reset) {
    ++end.noticed;
    if (is(member, kDead) && !only_closes(member, at)) end.delays.push_back(at - member.dead_since);
  }
  if (role == Role::Client && !is(member, kLeft)) settle(member, at);
  stands_[number][index(role)] =
      static_cast<std::uint8_t>(kEnded + static_cast<std::uint8_t>(outcome));
  endings_.push_back({at, number, role});
}

void Census::let_endings_pass(TimePoint now) {
  while (!endings_.empty() && endings_.front().at + patience_ <= now) {
    const Ending ending = endings_.front();
    endings_.pop_front();
    Member& member = members_[ending.member];
    std::uint8_t& stands = stands_[ending.member][index(ending.role)];
    if (stands < kEnded) continue;
    stands |= kLongGone;
    const bool client_stays =
        ending.role == Role::Server && stand(member, Role::Client) == kOpen && !is(member, kLeft);
    if (client_stays) die(member, {.box = DeathCause::kServer}, ending.at);
  }
}

// --- flows ---

// Whether a box that had a flow of the member has none.
bool Census::flow_missing(const Member& member) const {
  for (std::size_t box = 0; box < boxes_; ++box) {
    if ((member.used & (1u << box)) != 0 && member.live[box] == 0) return true;
  }
  return false;
}

// Whether the server sends to where the member no longer is.
bool Census::misaddressed(const Member& member, Endpoint peer) const {
  return boxes_ > 0 && peer.address.valid() && peer != member.now;
}

void Census::flow_changed(std::uint32_t number, std::uint32_t box, const FlowNote& note,
                          Endpoint peer) {
  Member& member = members_[number];
  if (note.local) return;
  ++changes_;
  let_endings_pass(note.at);
  if (note.event != FlowEvent::Opened) {
    CHECK(member.live[box] > 0, "a flow ends once");
    --member.live[box];
    if (member.live[box] == 0 && !is(member, kLeft))
      die(member, {box, note.event, note.timer, note.timeout}, note.at);
    return;
  }
  ++member.live[box];
  member.used = static_cast<std::uint8_t>(member.used | 1u << box);
  if (box + 1 == boxes_) {
    if (!is(member, kUsed)) member.mapped = note.mapped;
    member.marks |= kUsed;
    member.now = note.mapped;
  }
  revive(member, note.at, peer);
}

void Census::server_knows(std::uint32_t number, Endpoint peer, TimePoint at) {
  ++changes_;
  revive(members_[number], at, peer);
}

void Census::die(Member& member, const DeathCause& cause, TimePoint at) {
  if (is(member, kDead)) {
    member.reopened_at = kNever;
    return;
  }
  member.cause = number_of(cause, causes_);
  member.dead_since = at;
  member.reopened_at = kNever;
  member.marks |= kDead | kUncounted;
}

bool Census::only_closes(const Member& member, TimePoint at) const {
  return causes_[member.cause].event == FlowEvent::Closed && at - member.dead_since < patience_;
}

bool Census::is_dead(const Member& member, TimePoint at) const {
  if (!is(member, kDead) || only_closes(member, at)) return false;
  return member.reopened_at == kNever || at - member.reopened_at >= patience_;
}

void Census::settle(Member& member, TimePoint until) {
  if (!is(member, kDead) || stand(member, Role::Client) != kOpen) return;
  // What was reopened a moment before has been well since then.
  const bool soon = member.reopened_at != kNever && until - member.reopened_at < patience_;
  const TimePoint well_since = soon ? member.reopened_at : until;
  if (only_closes(member, well_since) || well_since <= member.dead_since) return;
  count_death(member);
  add_blackhole(well_since - member.dead_since);
}

void Census::count_death(Member& member) {
  if (!is(member, kUncounted)) return;
  DeathToll& toll = summary_.causes[causes_[member.cause]];
  ++toll.deaths;
  ++summary_.deaths;
  if (!is(member, kEverDead)) {
    ++toll.members;
    ++summary_.ever_forgotten;
    summary_.first_deaths.push_back(member.dead_since);
  }
  member.marks = static_cast<std::uint8_t>((member.marks & ~kUncounted) | kEverDead);
}

void Census::revive(Member& member, TimePoint at, Endpoint peer) {
  if (!is(member, kDead) || is(member, kLeft) || flow_missing(member)) return;
  if (long_gone(member, Role::Server)) return;
  if (misaddressed(member, peer)) {
    member.reopened_at = std::min(member.reopened_at, at);
    return;
  }
  settle(member, at);
  member.marks = static_cast<std::uint8_t>(member.marks & ~(kDead | kUncounted));
}

void Census::add_blackhole(Duration span) {
  summary_.blackhole_most = std::max(summary_.blackhole_most, span);
  summary_.blackhole_ms += span / 1ms;
}

void Census::dropped(std::uint32_t number, std::uint32_t box, DropReason why) {
  Member& member = members_[number];
  // Only who has never had a flow there was kept out; what a box drops later is no beginning.
  if (is(member, kBarred) || (member.used & (1u << box)) != 0) return;
  ++changes_;
  member.cause = number_of(BarredCause{box, why}, barred_causes_);
  member.marks |= kBarred;
}

// Time alone changes nothing but when endings are long past.
void Census::walk(StateWalk& walk) {
  walk.still(changes_, endings_.size());
  for (Ending& ending : endings_) walk.instant(ending.at);
}

// --- the end ---

std::optional<Outcome> Census::outcome_of(const Member& member, Role role, TimePoint end) const {
  const auto stands = static_cast<std::uint8_t>(stand(member, role) & ~kLongGone);
  if (stands == kAbsent) return std::nullopt;
  if (stands != kOpen) return static_cast<Outcome>(stands - kEnded);
  if (is_dead(member, end) || long_gone(member, opposite(role))) return Outcome::Forgotten;
  if (is(member, kBarred) && member.used == 0) return Outcome::Refused;
  return is(member, kUsed) && member.now != member.mapped ? Outcome::Remapped : Outcome::Alive;
}

void Census::close(TimePoint end) {
  let_endings_pass(end);
  for (Member& member : members_) {
    if (!is(member, kStarted) || is(member, kLeft)) continue;
    std::optional<Outcome> worst;
    for (const Role role : {Role::Client, Role::Server}) {
      const std::optional<Outcome> outcome = outcome_of(member, role, end);
      if (!outcome) continue;
      worst = worse(worst.value_or(*outcome), *outcome);
      if (ends_ == Ends::Connecting)
        ++summary_.ends[index(role)].outcomes[static_cast<std::size_t>(*outcome)];
    }
    // A connection that never came to be was refused, even if nobody said so.
    const Outcome outcome = worst.value_or(Outcome::Refused);
    ++summary_.outcomes[static_cast<std::size_t>(outcome)];
    settle(member, end);
    // Who dies in the last instant has not been dead for any time, and is.
    if (is_dead(member, end) && stand(member, Role::Client) == kOpen) count_death(member);
    const bool ended =
        stand(member, Role::Client) >= kEnded || stand(member, Role::Server) >= kEnded;
    if (ended && outcome != Outcome::Refused && !is(member, kEverDead)) ++summary_.cut_short;
    if (outcome == Outcome::Refused && is(member, kBarred) && member.used == 0)
      ++summary_.barred[barred_causes_[member.cause]];
  }
  std::sort(summary_.first_deaths.begin(), summary_.first_deaths.end());
  for (End& side : summary_.ends) std::sort(side.delays.begin(), side.delays.end());
}

}  // namespace stayalive
