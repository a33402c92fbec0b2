// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "engine/trace.h"
#include "picture/moment.h"

namespace stayalive {

// How much of its idle timer a station has left.
struct TimerLevel {
  // Whether it knows the connection; the rest means nothing where it does not.
  bool held = false;
  // What is left of the span with which the timer last began, from 0 to 1000.
  int permille = 0;
  // The same as spans; kForever where the timer never runs out.
  Duration left{};
  Duration span{};
  std::string_view name;
};

// The timer of one station over time, as its changes tell it.  Where the station keeps several
// flows of a connection, the one that a packet used last counts.
class IdleTimer {
 public:
  // Moments must not decrease between calls.  Changes of flows that never began are ignored.
  void add(Moment when, const TimerChange& change);
  // After the changes up to and including `when`.
  TimerLevel level(Moment when) const { return level(when, when.at); }
  // What would be left at `at` if nothing had changed after `known`.
  TimerLevel level(Moment known, TimePoint at) const;
  // After everything that happened at an instant, and before it.
  TimerLevel at(TimePoint when) const { return level(Moment::after(when)); }
  TimerLevel before(TimePoint when) const { return level(Moment::before(when)); }
  // How and when the last flow ended.
  struct FlowEnd {
    TimePoint at;
    TimerChange::Kind how = TimerChange::Kind::Expired;
  };
  // Empty where a flow is held just before `when`, and where none ever was.
  std::optional<FlowEnd> ended_before(TimePoint when) const;

 private:
  struct Phase {
    Moment from;
    bool held = false;
    TimePoint began;
    // The one that counts; that of the end where nothing is held.
    TimerChange change{};
  };
  struct Running {
    TimePoint began;
    TimerChange change{};
  };
  const Phase* phase(Moment when) const;

  std::map<FlowId, Running> running_;
  std::vector<Phase> phases_;
};

}  // namespace stayalive
