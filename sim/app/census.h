// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "app/outcome.h"
#include "base/time.h"
#include "middlebox/middlebox.h"
#include "net/address.h"

namespace stayalive {

// What brought members of a population down: a box, what it did, and the timer that ran out.
struct DeathCause {
  std::uint32_t box = 0;  // position among the stateful boxes of the path
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
// and for how long.  A member is dead while a box that had a flow of it has none, or while the
// server sends to an endpoint that is not the member's any more.  Nothing in a run is decided by
// it.
class Census {
 public:
  static constexpr std::size_t kMostBoxes = 4;

  // patience: a server that learns the way back no later than this after a box opened it has missed
  // nothing.
  Census(std::uint32_t members, std::size_t boxes, Duration patience);

  void started(std::uint32_t member);
  // It has gone; what becomes of its flows concerns nobody any more.
  void left(std::uint32_t member, TimePoint at);
  // peer: where the server sends to; its address is invalid while it knows nobody.
  void flow_changed(std::uint32_t member, std::uint32_t box, const FlowNote& note, Endpoint peer);
  void dropped(std::uint32_t member, std::uint32_t box, DropReason why);
  // The server sends to this endpoint from now on.
  void server_knows(std::uint32_t member, Endpoint peer, TimePoint at);
  // The run is over.
  void close(TimePoint end);

  struct Summary {
    std::uint64_t count = 0;
    std::uint64_t started = 0;
    std::uint64_t left = 0;
    std::array<std::uint64_t, kOutcomeNames.size()> outcomes{};  // at the end, of those that
                                                                 // had started and not left
    std::uint64_t ever_forgotten = 0;                            // members
    std::uint64_t deaths = 0;             // how often a member was forgotten, in all
    std::vector<TimePoint> first_deaths;  // of each that was ever forgotten, in order of time
    Duration blackhole_most{};
    std::int64_t blackhole_ms = 0;  // in all, each span rounded down
    std::map<DeathCause, DeathToll> causes;
    std::map<BarredCause, std::uint64_t> barred;  // members that a box never let begin
  };
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

  // A death counts once time has gone on: a flow that ends and begins again at one instant was
  // never missing.
  void count_death(Member& member);
  std::uint8_t cause_number(const DeathCause& cause);
  bool is(const Member& member, Mark mark) const { return (member.marks & mark) != 0; }
  bool flow_missing(const Member& member) const;
  bool misaddressed(const Member& member, Endpoint peer) const;
  void die(Member& member, const FlowNote& note, std::uint32_t box);
  void revive(Member& member, TimePoint at, Endpoint peer);
  void add_blackhole(Duration span);

  std::vector<Member> members_;
  std::vector<DeathCause> causes_;
  std::vector<BarredCause> barred_causes_;
  std::size_t boxes_;
  Duration patience_;
  Summary summary_;
};

}  // namespace stayalive
