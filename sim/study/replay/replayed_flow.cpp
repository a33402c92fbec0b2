// SPDX-License-Identifier: Apache-2.0
#include "study/replay/replayed_flow.h"

#include <algorithm>

namespace stayalive {
namespace {

// How much of its timer a wait used.
std::int64_t millionths_used(const ReplayedFlow::Wait& wait) {
  return wait.longest / std::max(wait.timeout / 1'000'000, Duration{1});
}

}  // namespace

const ReplayedFlow::Wait* ReplayedFlow::decisive_wait() const {
  const Wait* decisive = nullptr;
  for (const Wait& wait : waits) {
    if (death && wait.box == death->box && wait.timer == death->timer) return &wait;
    if (decisive == nullptr || millionths_used(wait) > millionths_used(*decisive)) decisive = &wait;
  }
  return decisive;
}

const char* name(ReplayedFlow::Fate fate) {
  switch (fate) {
    case ReplayedFlow::Fate::Lives:
      return "lives";
    case ReplayedFlow::Fate::Ended:
      return "ended";
    case ReplayedFlow::Fate::Forgotten:
      return "forgotten";
    case ReplayedFlow::Fate::Dies:
      return "dies";
    case ReplayedFlow::Fate::Remapped:
      return "remapped";
    case ReplayedFlow::Fate::Refused:
      return "refused";
  }
  return "lives";
}

const char* name(BrokenFlow::How how) {
  switch (how) {
    case BrokenFlow::How::Reset:
      return "reset";
    case BrokenFlow::How::Unasked:
      return "reset-unasked";
    case BrokenFlow::How::Silence:
      return "silence";
  }
  return "silence";
}

}  // namespace stayalive
