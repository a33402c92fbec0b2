// SPDX-License-Identifier: Apache-2.0
#include "failover/way_choice.h"

#include <algorithm>

namespace stayalive {

// As long as no watcher changes its mind.
std::optional<WayChoice::Change> WayChoice::next_change() const {
  const State& here = states_[way_];
  const TimePoint leave = here.up ? kNever : later(here.since, rules_->down_delay);
  std::optional<Change> next;
  const auto consider = [&](std::size_t way, TimePoint at) {
    if (at != kNever && (!next || at < next->at)) next = Change{at, way_, way};
  };
  for (std::size_t way = 0; way < states_.size(); ++way) {
    if (way == way_ || !states_[way].up) continue;
    if (way < way_) consider(way, later(states_[way].since, rules_->hold_down));
    if (!here.up) consider(way, std::max(leave, states_[way].since));
  }
  return next;
}

void WayChoice::expire(TimePoint now, std::vector<Change>& out) {
  for (auto next = next_change(); next && next->at <= now; next = next_change()) {
    way_ = next->to;
    settled_at_ = later(next->at, rules_->settles_for);
    out.push_back(*next);
  }
}

void WayChoice::walk(StateWalk& walk) {
  for (State& state : states_) {
    walk.still(state.up);
    walk.past(state.since, std::max(rules_->down_delay, rules_->hold_down));
  }
  walk.still(way_);
  walk.past(settled_at_);
}

}  // namespace stayalive
