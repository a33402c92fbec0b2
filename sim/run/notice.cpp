// SPDX-License-Identifier: Apache-2.0
#include "run/notice.h"

namespace stayalive {

bool went_down(const SideReport& side) {
  return side.blame.kind == FaultKind::Host && side.blame.who == side.host;
}

std::optional<TimePoint> broken_at(const SideReport& side) {
  if (side.forgotten_at) {
    // Who has given up before was not forgotten, but had its reasons.
    const std::optional<TimePoint> learned = learned_at(side, kStart);
    if (!learned || *learned >= *side.forgotten_at) return side.forgotten_at;
  }
  if (side.blame.kind == FaultKind::None) return std::nullopt;
  return went_down(side) ? std::nullopt : std::optional(side.blame.at);
}

std::optional<TimePoint> learned_at(const SideReport& side, TimePoint from) {
  for (const Transition& transition : side.timeline) {
    if (transition.at < from) continue;
    switch (transition.outcome) {
      case Outcome::Detected:
      case Outcome::Reset:
      case Outcome::Closed:
      case Outcome::Refused:
        return transition.at;
      case Outcome::Alive:
      case Outcome::Remapped:
      case Outcome::Forgotten:
        break;
    }
  }
  return std::nullopt;
}

std::optional<Duration> time_to_notice(const SideReport& side) {
  const std::optional<TimePoint> broken = broken_at(side);
  if (!broken) return std::nullopt;
  const std::optional<TimePoint> learned = learned_at(side, *broken);
  return learned ? std::optional(*learned - *broken) : std::nullopt;
}

}  // namespace stayalive
