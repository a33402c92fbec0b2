// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"

namespace stayalive {

// How a lifetime is searched for.
struct SearchRules {
  Duration shortest = 4s;   // the first silence that is tried
  Duration longest = 600s;  // the last
  // Until the edge is known to the longer of these: a span, or a hundredth of the silence.
  Duration step = 1s;
  std::uint32_t repeats = 3;  // so many flows have to die of a silence, and be seen to survive one
  // A box that forgets in sweeps lets a flow live by up to a sweep longer.  So many flows, begun
  // over that span, have to survive what is called the edge, where a step is shorter than it.
  std::uint32_t survivors = 24;
  Duration sweep = 10s;
};

// Finds after which silence flows of one kind are dead, from flows of which each was silent once.
// It is told what became of them and answers which silences to try next: a ladder first, whose
// silences grow by half, then eight between the longest that was survived and the first that was
// not, until a step is left; then it is confirmed.  A flow that survives is proof; one that seems
// to have died may have lost a packet, so one alone proves nothing.
class LifetimeSearch {
 public:
  explicit LifetimeSearch(SearchRules rules) : rules_(rules) {}

  // survived: for how long it is proven to have lived.
  void note_alive(Duration silence, Duration survived);
  // dead_after: by when at the latest it must have died.
  void note_dead(Duration silence, Duration dead_after);
  // A flow ended before its silence was over, since the box told its end: it had lived for at least
  // `low` and at most `high`.
  void note_ended(Duration low, Duration high);

  struct Wanted {
    Duration silence;
    std::uint32_t flows = 0;  // how many have to be tried with it, those that were tried included
    bool spread = false;      // begun over a sweep
    friend bool operator==(const Wanted&, const Wanted&) = default;
  };
  // Which silences have to be tried next, in rising order; empty when nothing is left to learn.
  std::vector<Wanted> wanted() const;
  // How many have been tried with this silence.
  std::uint32_t tried(Duration silence) const;
  // Flows that are silent for longer than this show nothing more; kForever when not known.
  Duration useless_from() const;
  bool finished() const { return wanted().empty(); }

  // What is known.  Both ends belong to what the box did, at the precision of the flows' instants.
  struct Edge {
    Duration survived{};            // every flow lived at least so long
    std::optional<Duration> dead;   // and was dead by then; empty: none has died
    std::uint32_t alive_flows = 0;  // how many survived the silence before the edge
    std::uint32_t dead_flows = 0;   // how many died of the one behind it
    bool told = false;              // the box told the end itself
    // The longest that any flow lived, where that is more than a step beyond `dead`.
    std::optional<Duration> longest;
  };
  Edge edge() const;
  const SearchRules& rules() const { return rules_; }

  struct Point {
    Duration silence;
    std::uint32_t alive = 0;
    std::uint32_t dead = 0;
    Duration survived{};    // the least that those alive have proven
    Duration dead_after{};  // the least by which one was dead
  };
  const std::vector<Point>& points() const { return points_; }
  // Flows whose end the box told: how many, and between which spans all of them had lived.
  struct Ended {
    std::uint32_t flows = 0;
    Duration low = kForever;
    Duration high = kForever;
  };
  const Ended& ended() const { return ended_; }
  // Of an earlier search that goes on.
  void restore(const Point& point);
  void restore(const Ended& ended) { ended_ = ended; }

 private:
  Point& at(Duration silence);
  bool proven_dead(const Point& point) const;
  bool doubted(const Point& point) const;
  Duration step_at(Duration silence) const;
  std::uint32_t survivors_at(Duration silence) const;
  const Point* first_dead() const;
  const Point* last_alive_before(const Point* dead) const;
  std::vector<Wanted> ladder() const;
  std::vector<Wanted> between(Duration low, const Point& high) const;

  SearchRules rules_;
  std::vector<Point> points_;  // by silence
  Ended ended_;
};

}  // namespace stayalive
