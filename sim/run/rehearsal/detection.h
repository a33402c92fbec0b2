// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>

#include "run/rehearsal/experiment.h"

namespace stayalive {

// What an end learns of something that ended its connection, at worst over all instants at which it
// may happen.  An end learns when it gives up, is reset, or when somebody on the way closes its
// connection in order.
struct Notice {
  bool always = true;     // false: there is an instant after which it neither learns of it nor can
                          // use the connection again
  Duration worst{};       // until it learns of it, at most
  Duration blackhole{};   // the longest time in which it believed in a dead connection; after a box
                          // has forgotten, with the time before in which only the other end did
  bool recovers = false;  // it can use the connection again, each time
  bool relapses = false;  // but then the connection is forgotten again
  // Of a crash: when it happened after which `worst` was found, or of which it never learns; and
  // the seed of that run.
  TimePoint worst_at;
  std::uint64_t seed = 1;
};
struct Detection {
  bool known = true;            // false: the connection ends before anything could be tried
  std::array<Notice, 2> crash;  // by Role: the other end's host crashes
  bool has_box = false;
  std::array<Notice, 2> forgotten;  // by Role: a box forgets everything; the worst of all boxes
};

// When this end notices a crash at the latest where every timer of its kernel is late by an eighth,
// the most that one of 64 ms or longer is (stack/timer/timer_slip.h); empty where it does not.
std::optional<Duration> latest_crash_notice(const Detection& detection, Role role);

// The part of it that is about a crash of the other end's host, of one end.  The experiment's
// connection must live.
Notice find_crash_notice(const Experiment& experiment, Role role);
// Longer than so long, ten cycles and twice the longest timer on the way is never.
inline constexpr Duration kLongestWait = 4h;
Detection find_detection(const Experiment& experiment);

}  // namespace stayalive
