// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "base/state_walk.h"
#include "base/time.h"
#include "base/timed_machine.h"
#include "failover/watcher_rules.h"

namespace stayalive {

// Which of several ways one end takes: the first in order that is up.  It leaves a way that is down
// after the delay of the rules, and goes back to a better one that has been up for the hold-down;
// with all ways down it stays.  Told what the watchers think, it says in expire() when it changes.
class WayChoice {
 public:
  struct Change {
    TimePoint at;
    std::size_t from = 0;
    std::size_t to = 0;
    bool back() const { return to < from; }  // to a better way
  };

  // rules must outlive the choice.
  WayChoice(const WatcherRules& rules, std::size_t ways) : rules_(&rules), states_(ways) {}

  std::size_t way() const { return way_; }
  // Nothing passes before this.
  TimePoint settled_at() const { return settled_at_; }
  // A watcher has changed its mind.
  void note(std::size_t way, bool up, TimePoint now) { states_[way] = {up, now}; }

  TimePoint next_deadline() const {
    const std::optional<Change> next = next_change();
    return next ? next->at : kNever;
  }
  void expire(TimePoint now, std::vector<Change>& out);
  void walk(StateWalk& walk);

 private:
  struct State {
    bool up = true;
    TimePoint since = kStart;
  };
  std::optional<Change> next_change() const;

  const WatcherRules* rules_;
  std::vector<State> states_;
  std::size_t way_ = 0;
  TimePoint settled_at_ = kStart;
};
static_assert(TimedMachine<WayChoice, std::vector<WayChoice::Change>>);

}  // namespace stayalive
