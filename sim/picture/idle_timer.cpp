// SPDX-License-Identifier: Apache-2.0
#include "picture/idle_timer.h"

#include <algorithm>

namespace stayalive {

void IdleTimer::add(Moment when, const TimerChange& change) {
  using Kind = TimerChange::Kind;
  const auto found = running_.find(change.flow);
  if (!change.ended()) {
    const bool fresh = change.kind == Kind::Started || change.kind == Kind::PickedUp;
    if (found == running_.end() && !fresh) return;
    const bool goes_on = found != running_.end() && change.kind == Kind::Unchanged &&
                         found->second.change.deadline == change.deadline;
    const Running now{goes_on ? found->second.began : when.at, change};
    running_[change.flow] = now;
    phases_.push_back({when, true, now.began, change});
    return;
  }
  if (found == running_.end()) return;
  running_.erase(found);
  // What is left: the one that was used last.
  const auto last = std::max_element(
      running_.begin(), running_.end(),
      [](const auto& a, const auto& b) { return a.second.began < b.second.began; });
  if (last == running_.end()) {
    phases_.push_back({when, false, when.at, change});
  } else {
    phases_.push_back({when, true, last->second.began, last->second.change});
  }
}

// The last that has begun; null where none has.
const IdleTimer::Phase* IdleTimer::phase(Moment when) const {
  const auto after =
      std::upper_bound(phases_.begin(), phases_.end(), when,
                       [](Moment moment, const Phase& phase) { return moment < phase.from; });
  return after == phases_.begin() ? nullptr : &*std::prev(after);
}

TimerLevel IdleTimer::level(Moment known, TimePoint at) const {
  const Phase* now = phase(known);
  if (now == nullptr || !now->held) return {};
  const TimePoint deadline = now->change.deadline;
  if (deadline == kNever) return {true, 1000, kForever, kForever, now->change.timer};
  const Duration span = deadline - now->began;
  const Duration left = std::max(deadline - at, Duration::zero());
  const auto share = span < Duration{1000} ? 0 : left.count() / (span.count() / 1000);
  return {true, static_cast<int>(std::min<std::int64_t>(share, 1000)), left, span,
          now->change.timer};
}

std::optional<IdleTimer::FlowEnd> IdleTimer::ended_before(TimePoint when) const {
  const Phase* last = phase(Moment::before(when));
  if (last == nullptr || last->held) return std::nullopt;
  return FlowEnd{last->from.at, last->change.kind};
}

}  // namespace stayalive
