// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "probe/search/lifetime_search.h"
#include "probe/trial/trial.h"

namespace stayalive {

// How often a question of yes or no was answered in which way.
struct Votes {
  std::uint32_t alive = 0;
  std::uint32_t dead = 0;
  std::uint32_t reset = 0;
  std::uint32_t answered = 0;
  std::uint32_t same = 0;
  std::uint32_t other = 0;
  std::uint32_t spoilt = 0;
  std::uint32_t all() const { return alive + dead + reset + answered + same + other; }
  void note(TrialEnd end);
  // What most said; empty when nobody, or as many something else.
  std::optional<TrialEnd> verdict() const;
};

// What a probe knows so far.
struct Findings {
  struct Lifetime {
    LifetimeSearch::Edge edge;
    bool finished = false;  // nothing is left to learn
    Duration longest{};     // the longest silence that was to be tried
    std::uint32_t spoilt = 0;
  };
  std::array<std::optional<Lifetime>, 4> lifetimes;  // by Measure
  std::array<Votes, kMeasures> votes;
  // Segments that the reflector sent on dead connections, by what they met.
  Votes late_from_outside;
  Endpoint local;                   // of the control line
  Endpoint seen;                    // the same as the reflector saw it
  std::uint32_t ports_kept = 0;     // flows whose port was the same outside,
  std::uint32_t ports_changed = 0;  // and those whose was not
  std::uint32_t outside_addresses = 0;
  bool other_port = false;     // the reflector has another port,
  bool other_address = false;  // and another address
  Duration round_trip{};
  std::uint64_t control_sent = 0;
  std::uint64_t control_repeated = 0;
  std::uint32_t flows = 0;  // that were tried
  Duration spent{};

  const std::optional<Lifetime>& lifetime(Measure measure) const {
    return lifetimes[static_cast<std::size_t>(measure)];
  }
  const Votes& of(Measure measure) const { return votes[static_cast<std::size_t>(measure)]; }
  bool translated() const { return seen.address != local.address; }
};

}  // namespace stayalive
