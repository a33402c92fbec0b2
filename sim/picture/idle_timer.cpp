// SPDX-License-Identifier: Apache-2.0
#include "picture/idle_timer.h"

#include <algorithm>

namespace stayalive {

void IdleTimer::add(TimePoint at, const TimerChange& change) {
  using Kind = TimerChange::Kind;
  const auto found = running_.find(change.flow);
  if (!change.ended()) {
    const bool fresh = change.kind == Kind::Started || change.kind == Kind::PickedUp;
    if (found == running_.end() && !fresh) return;
    const bool goes_on = found != running_.end() && change.kind == Kind::Unchanged &&
                         found->second.change.deadline == change.deadline;
    const Running now{goes_on ? found->second.began : at, change};
    running_[change.flow] = now;
    phases_.push_back({at, true, now.began, change});
    return;
  }
  if (found == running_.end()) return;
  running_.erase(found);
  // What is left: the one that was used last.
  const auto last = std::max_element(
      running_.begin(), running_.end(),
      [](const auto& a, const auto& b) { return a.second.began < b.second.began; });
  if (last == running_.end()) {
    phases_.push_back({at, false, at, change});
  } else {
    phases_.push_back({at, true, last->second.began, last->second.change});
  }
}

const IdleTimer::Phase* IdleTimer::phase_before(TimePoint when) const {
  const auto after =
      std::lower_bound(phases_.begin(), phases_.end(), when,
                       [](const Phase& phase, TimePoint at) { return phase.from < at; });
  return after == phases_.begin() ? nullptr : &*std::prev(after);
}

const IdleTimer::Phase* IdleTimer::phase_at(TimePoint when) const {
  return when == kNever ? phase_before(when) : phase_before(when + Duration{1});
}

TimerLevel IdleTimer::level(const Phase* phase, TimePoint when) const {
  if (phase == nullptr || !phase->held) return {};
  const TimePoint deadline = phase->change.deadline;
  if (deadline == kNever) return {true, 1000, kForever, kForever, phase->change.timer};
  const Duration span = deadline - phase->began;
  const Duration left = std::max(deadline - when, Duration::zero());
  const auto share = span < Duration{1000} ? 0 : left.count() / (span.count() / 1000);
  return {true, static_cast<int>(std::min<std::int64_t>(share, 1000)), left, span,
          phase->change.timer};
}

TimerLevel IdleTimer::at(TimePoint when) const { return level(phase_at(when), when); }

TimerLevel IdleTimer::before(TimePoint when) const { return level(phase_before(when), when); }

std::optional<IdleTimer::FlowEnd> IdleTimer::ended_before(TimePoint when) const {
  const Phase* phase = phase_before(when);
  if (phase == nullptr || phase->held) return std::nullopt;
  return FlowEnd{phase->from, phase->change.kind};
}

}  // namespace stayalive
