// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "app/outcome.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "middlebox/middlebox.h"
#include "net/address.h"
#include "stack/socket_error.h"
#include "strategy/message.h"

namespace stayalive {

// What brought members of a population down: a box, what it did, and the timer that ran out; or the
// server, which had given the member up.
struct DeathCause {
  static constexpr std::uint32_t kServer = 0xffff'ffff;
  std::uint32_t box = 0;  // position among the stateful boxes of the path; or kServer
  FlowEvent event = FlowEvent::Expired;
  Timeout timer = Timeout::Generic;
  Duration timeout{};
  friend auto operator<=>(const DeathCause&, const DeathCause&) = default;
};
struct DeathToll {
  std::uint64_t members = 0;  // whose first death it was
  std::uint64_t deaths = 0;
};
struct BarredCause {
  std::uint32_t box = 0;
  DropReason why = DropReason::None;
  friend auto operator<=>(const BarredCause&, const BarredCause&) = default;
};

// The books of a population: for each member which boxes know it, whether it was ever forgotten,
// and for how long.  A member is dead while a box that had a flow of it has none, while the server
// sends to an endpoint that is not the member's any more, or once the server has given it up; a
// death counts while the member's own end is open.  Nothing in a run is decided by it.
class Census {
 public:
  static constexpr std::size_t kMostBoxes = 4;
  // Whether the ends of members open and end, as those of TCP do, or clients are there from their
  // beginning on and servers are not looked at.
  enum class Ends : std::uint8_t { Standing, Connecting };

  // patience: a server that learns the way back no later than this after a box opened it has missed
  // nothing; nor has who learns of a close, or of the other end's, as soon.
  Census(std::uint32_t members, std::size_t boxes, Duration patience, Ends ends = Ends::Standing);

  void started(std::uint32_t member);
  // Ends that connect: one is established; it is through.
  void opened(std::uint32_t member, Role role);
  void ended(std::uint32_t member, Role role, SocketError error, TimePoint at);
  bool is_open(std::uint32_t member, Role role) const {
    return stand(members_[member], role) == kOpen;
  }
  // It has gone; what becomes of its flows concerns nobody any more.
  void left(std::uint32_t member, TimePoint at);
  // peer: where the server sends to; its address is invalid while it knows nobody.
  void flow_changed(std::uint32_t member, std::uint32_t box, const FlowNote& note, Endpoint peer);
  void dropped(std::uint32_t member, std::uint32_t box, DropReason why);
  // The server sends to this endpoint from now on.
  void server_knows(std::uint32_t member, Endpoint peer, TimePoint at);
  // The run is over.
  void close(TimePoint end);

  // What became of one end of all members that connect.
  struct End {
    std::array<std::uint64_t, kOutcomeNames.size()> outcomes{};  // as Summary::outcomes
    std::array<std::uint64_t, kSocketErrors> errors{};           // ends that ended, by SocketError
    std::uint64_t noticed = 0;     // ends that gave up or were reset after they had been open
    std::vector<Duration> delays;  // of those that were dead by then: for how long, in order
  };
  struct Summary {
    std::uint64_t count = 0;
    std::uint64_t started = 0;
    std::uint64_t left = 0;
    std::array<std::uint64_t, kOutcomeNames.size()> outcomes{};  // at the end, of those that
                                                                 // had started and not left
    std::uint64_t ever_forgotten = 0;                            // members
    std::uint64_t deaths = 0;             // how often a member was forgotten, in all
    std::uint64_t cut_short = 0;          // members with an end that ended, never forgotten before
    std::vector<TimePoint> first_deaths;  // of each that was ever forgotten, in order of time
    Duration blackhole_most{};
    std::int64_t blackhole_ms = 0;  // in all, each span rounded down
    std::map<DeathCause, DeathToll> causes;
    std::map<BarredCause, std::uint64_t> barred;  // members that a box never let begin
    std::array<End, 2> ends;                      // by Role; of ends that connect
  };
  // Its books: every change counts as one, whatever it is.
  void walk(StateWalk& walk);
  bool connects() const { return ends_ == Ends::Connecting; }
  // After close().
  const Summary& summary() const { return summary_; }

 private:
  enum Mark : std::uint8_t {
    kStarted = 1,
    kLeft = 2,
    kUsed = 4,
    kDead = 8,
    kEverDead = 16,
    kBarred = 32,
    kUncounted = 64
  };
  struct Member {
    TimePoint dead_since;
    TimePoint reopened_at = kNever;  // while dead: since when only the server does not know
    // What follows an endpoint lies in its padding.
    [[no_unique_address]] Endpoint mapped{};  // at first, at the box next to the server
    std::uint8_t used = 0;                    // bit by box: it has had a flow here
    std::uint8_t marks = 0;
    [[no_unique_address]] Endpoint now{};  // at present
    std::uint8_t cause = 0;  // of its last death, or of its being kept out: position below
    // Flows by box; an outer box may hold one for each mapping that an inner one has given up.
    std::array<std::uint16_t, kMostBoxes> live{};
  };
  static_assert(sizeof(Member) == 40);

  static constexpr std::uint8_t kAbsent = 0;
  static constexpr std::uint8_t kOpen = 1;
  static constexpr std::uint8_t kEnded = 2;
  static constexpr std::uint8_t kLongGone = 128;  // and the other end has had time to learn of it

  struct Ending {
    TimePoint at;
    std::uint32_t member = 0;
    Role role = Role::Client;
  };
  // The other ends of those that ended so long before should have heard of it.
  void let_endings_pass(TimePoint now);
  std::uint8_t stand(const Member& member, Role role) const {
    if (ends_ == Ends::Connecting) {
      return stands_[static_cast<std::size_t>(&member - members_.data())][index(role)];
    }
    return role == Role::Client && is(member, kStarted) ? kOpen : kAbsent;
  }
  bool long_gone(const Member& member, Role role) const {
    return (stand(member, role) & kLongGone) != 0;
  }

  // The span of being dead is over, for the member's own end: counts it, and the time.
  void settle(Member& member, TimePoint until);
  // A death counts once time has gone on: a flow that ends and begins again at one instant was
  // never missing.
  void count_death(Member& member);
  // Whether what is wrong with the member, if anything is, has been so for long enough to count;
  // and whether it only would be the close of a flow, of which both ends are about to learn.
  bool is_dead(const Member& member, TimePoint at) const;
  bool only_closes(const Member& member, TimePoint at) const;
  std::optional<Outcome> outcome_of(const Member& member, Role role, TimePoint end) const;
  bool is(const Member& member, Mark mark) const { return (member.marks & mark) != 0; }
  bool flow_missing(const Member& member) const;
  bool misaddressed(const Member& member, Endpoint peer) const;
  void die(Member& member, const DeathCause& cause, TimePoint at);
  void revive(Member& member, TimePoint at, Endpoint peer);
  void add_blackhole(Duration span);

  std::vector<Member> members_;
  // By member and Role: kAbsent, kOpen, or kEnded + its Outcome; empty while all stand.
  std::vector<std::array<std::uint8_t, 2>> stands_;
  std::vector<DeathCause> causes_;
  std::vector<BarredCause> barred_causes_;
  std::deque<Ending> endings_;  // those that are not long gone, in order of time
  std::size_t boxes_;
  Duration patience_;
  Ends ends_;
  Summary summary_;
  std::uint64_t changes_ = 0;
};

}  // namespace stayalive
