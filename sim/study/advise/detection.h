// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "study/advise/experiment.h"

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
};
struct Detection {
  bool known = true;            // false: the connection ends before anything could be tried
  std::array<Notice, 2> crash;  // by Role: the other end's host crashes
  bool has_box = false;
  std::array<Notice, 2> forgotten;  // by Role: a box forgets everything; the worst of all boxes
};

// Longer than so long, ten cycles and twice the longest timer on the way is never.
inline constexpr Duration kLongestWait = 4h;
Detection find_detection(const Experiment& experiment);

}  // namespace stayalive
