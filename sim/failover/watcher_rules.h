// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace stayalive {

// How a watcher decides whether a way is whole, and what follows from it.  Every protocol and
// product is a set of these values (scenarios/watchers/).
struct WatcherRules {
  enum class Method : std::uint8_t {
    Probes,  // asks, and counts answers that do not come, one after the other
    Loss,    // asks, and looks from time to time how many answers are missing among the latest
    Hellos,  // listens: both ends send, and each misses what it does not hear
  };
  // What the end does that does not ask: of probes always the far one.
  enum class FarEnd : std::uint8_t {
    Watches,  // it has a watcher of its own
    Learns,   // it answers by the way by which it heard the other end last
    Fixed,    // it keeps to the first way, whatever happens
  };

  Method method = Method::Probes;
  FarEnd far_end = FarEnd::Learns;
  Duration start{};             // of the run: when it sends for the first time
  Duration interval = 1s;       // between two that it sends
  std::uint32_t spread = 0;     // percent of the interval by which each may come sooner, at random
  Duration slow_interval{};     // Hellos: no shorter than this while the way is down
  Duration timeout = kForever;  // of an answer; kForever: as long as the interval
  std::uint32_t count = 3;      // Probes: unanswered in a row; Hellos: intervals of silence
  Duration dead_after = kForever;  // Hellos: silence; kForever: count times the interval
  Duration window = 60s;           // Loss: of the probes that are looked at
  std::uint32_t loss = 20;         // Loss: more than so many percent of them are too many
  Duration look_every = 1s;        // Loss
  std::uint32_t up_count = 1;      // answers, hellos or looks in a row until it is up again
  bool signals = false;            // Hellos: say whether their sender hears the other end
  std::uint32_t bytes = 64;        // of each, behind the IP header
  Duration down_delay{};           // from a way's end until another is taken
  Duration hold_down{};            // how long a better way has to be up; kForever: no way back
  Duration settles_for{};          // nothing passes for so long after each change of way

  constexpr Duration answer_time() const { return timeout == kForever ? interval : timeout; }
  constexpr Duration patience() const {
    if (dead_after != kForever) return dead_after;
    const Duration all = interval * static_cast<std::int64_t>(count);
    return all / static_cast<std::int64_t>(count) == interval ? all : kForever;
  }
  constexpr bool draws() const { return spread > 0; }
};
inline constexpr std::array<std::string_view, 3> kWatcherMethods{"probes", "loss", "hellos"};
inline constexpr std::array<std::string_view, 3> kFarEnds{"watches", "learns", "fixed"};

// What becomes of the flows that stand when another way is taken.
enum class StandingFlows : std::uint8_t {
  Kept,         // they stay with the way in whose box they have an entry
  Killed,       // the box of the way that is left forgets all of them
  Moved,        // the next packet goes the new way; what boxes know makes no difference
  Masqueraded,  // as Moved, but it is dropped, and its entry in the box of the old way with it
  OldAddress,   // the box of the old way goes on translating them, and sends them the new way
};
inline constexpr std::array<std::string_view, 5> kStandingFlows{"kept", "killed", "moved",
                                                                "masqueraded", "old-address"};

}  // namespace stayalive
