// SPDX-License-Identifier: Apache-2.0
#include "app/census.h"

#include <algorithm>

#include "base/check.h"

namespace stayalive {

Census::Census(std::uint32_t members, std::size_t boxes, Duration patience)
    : members_(members), boxes_(boxes), patience_(patience) {
  CHECK(boxes <= kMostBoxes, "a population crosses only so many boxes as its members can count");
  summary_.count = members;
}

void Census::started(std::uint32_t member) {
  members_[member].marks |= kStarted;
  ++summary_.started;
}

void Census::left(std::uint32_t number, TimePoint at) {
  Member& member = members_[number];
  if (is(member, kLeft)) return;
  if (is(member, kDead)) {
    count_death(member);
    add_blackhole(at - member.dead_since);
  }
  if (is(member, kBarred) && member.used == 0) ++summary_.barred[barred_causes_[member.cause]];
  member.marks |= kLeft;
  ++summary_.left;
}

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
  if (note.event != FlowEvent::Opened) {
    CHECK(member.live[box] > 0, "a flow ends once");
    --member.live[box];
    if (member.live[box] == 0 && !is(member, kLeft)) die(member, note, box);
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
  revive(members_[number], at, peer);
}

void Census::die(Member& member, const FlowNote& note, std::uint32_t box) {
  if (is(member, kDead)) {
    member.reopened_at = kNever;
    return;
  }
  member.cause = cause_number({box, note.event, note.timer, note.timeout});
  member.dead_since = note.at;
  member.reopened_at = kNever;
  member.marks |= kDead | kUncounted;
}

std::uint8_t Census::cause_number(const DeathCause& cause) {
  const auto found = std::find(causes_.begin(), causes_.end(), cause);
  const auto number = found - causes_.begin();
  CHECK(number < 256, "boxes have few reasons to forget");
  if (found == causes_.end()) causes_.push_back(cause);
  return static_cast<std::uint8_t>(number);
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
  if (misaddressed(member, peer)) {
    member.reopened_at = std::min(member.reopened_at, at);
    return;
  }
  const bool soon = member.reopened_at != kNever && at - member.reopened_at < patience_;
  const TimePoint alive_since = soon ? member.reopened_at : at;
  if (alive_since > member.dead_since) {
    count_death(member);
    add_blackhole(alive_since - member.dead_since);
  }
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
  const BarredCause cause{box, why};
  const auto found = std::find(barred_causes_.begin(), barred_causes_.end(), cause);
  const auto position = found - barred_causes_.begin();
  CHECK(position < 256, "boxes have few reasons to drop");
  if (found == barred_causes_.end()) barred_causes_.push_back(cause);
  member.cause = static_cast<std::uint8_t>(position);
  member.marks |= kBarred;
}

void Census::close(TimePoint end) {
  for (Member& member : members_) {
    if (!is(member, kStarted) || is(member, kLeft)) continue;
    Outcome outcome = Outcome::Alive;
    if (is(member, kDead)) {
      outcome = Outcome::Forgotten;
      count_death(member);
      add_blackhole(end - member.dead_since);
    } else if (is(member, kBarred) && member.used == 0) {
      outcome = Outcome::Refused;
      ++summary_.barred[barred_causes_[member.cause]];
    } else if (is(member, kUsed) && member.now != member.mapped) {
      outcome = Outcome::Remapped;
    }
    ++summary_.outcomes[static_cast<std::size_t>(outcome)];
  }
  std::sort(summary_.first_deaths.begin(), summary_.first_deaths.end());
}

}  // namespace stayalive
