// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "engine/trace.h"

namespace stayalive {

// How much of its idle timer a station has left.
struct TimerLevel {
  bool held = false;      // whether it knows the connection at all
  int permille = 0;       // of the span with which the timer last began
  Duration left{};        // kForever where nothing runs out
  Duration span{};        // all of it
  std::string_view name;  // of the timer
};

// The timer of one station over time.  Where it keeps several flows of a connection, the one that
// a packet used last counts.
class IdleTimer {
 public:
  // at must not decrease between calls.
  void add(TimePoint at, const TimerChange& change);
  // After everything that happened at `when`, and before it.
  TimerLevel at(TimePoint when) const;
  TimerLevel before(TimePoint when) const;
  // How the last flow ended, and when, where none is known just before `when`.
  struct FlowEnd {
    TimePoint at;
    TimerChange::Kind how = TimerChange::Kind::Expired;
  };
  std::optional<FlowEnd> ended_before(TimePoint when) const;

 private:
  struct Phase {
    TimePoint from;
    bool held = false;
    TimePoint began;
    TimerChange change{};  // the one that counts; of an end where nothing is held
  };
  struct Running {
    TimePoint began;
    TimerChange change{};
  };
  TimerLevel level(const Phase* phase, TimePoint when) const;
  const Phase* phase_before(TimePoint when) const;
  const Phase* phase_at(TimePoint when) const;

  std::map<FlowId, Running> running_;
  std::vector<Phase> phases_;
};

}  // namespace stayalive
