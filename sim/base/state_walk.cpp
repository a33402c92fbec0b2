// SPDX-License-Identifier: Apache-2.0
#include "base/state_walk.h"

namespace stayalive {

TimePoint StateWalk::start_of_second(std::uint64_t bits) {
  const auto second = static_cast<std::int64_t>(bits);
  if (second > kNever.time_since_epoch() / 1s - 1) return kNever;
  return TimePoint{Duration{(second - 1) * 1s}};
}

bool StateWalk::may_move(const StateField& before, const StateField& after, TimePoint now,
                         Duration span) {
  const std::uint64_t step = after.bits - before.bits;
  const auto whole = static_cast<std::uint64_t>(span.count());
  switch (after.motion) {
    case Motion::Still:
    case Motion::Source:
      return step == 0;
    case Motion::Instant:
      return step == whole || (step == 0 && instant_of(after.bits) > now);
    case Motion::Past:
      return step == whole ||
             (step == 0 && (instant_of(after.bits) <= now - span || instant_of(after.bits) > now));
    case Motion::InstantInSeconds:
      return step * std::uint64_t{1'000'000'000} == whole ||
             (step == 0 && start_of_second(after.bits) > now);
    case Motion::Countdown:
      return after.bits <= before.bits;
    case Motion::Sequence:
    case Motion::Position:
    case Motion::Counter:
    case Motion::RunLength:
    case Motion::Order:
      return true;
    case Motion::Aperiodic:
      return false;
  }
  return false;
}

bool StateWalk::may_be_alike(const StateField& before, const StateField& after, TimePoint now,
                             Duration span) {
  switch (after.motion) {
    case Motion::Past:
      return instant_of(after.bits) <= now || may_move(before, after, now, span);
    case Motion::Countdown:
    case Motion::Source:
      return true;
    default:
      return may_move(before, after, now, span);
  }
}

}  // namespace stayalive
