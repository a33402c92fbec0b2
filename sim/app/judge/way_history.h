// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace stayalive {

// The ways that a connection went at each group of alternatives, from the first one on: in whose
// boxes its packets pass, and over whose lines they leave.
class WayHistory {
 public:
  struct Step {
    std::uint32_t group = 0;
    std::uint32_t boxes = 0;  // ways
    std::uint32_t lines = 0;
    std::uint32_t back = 0;  // the way whose lines the other direction takes
    TimePoint from;
    TimePoint settled_at{};  // until then nothing passes
  };
  // In the place of a way: the one that it was.
  static constexpr std::uint32_t kSame = 0xffff'ffff;
  // In order of time.
  void add(const Step& step) { steps_.push_back(whole(step)); }
  bool is_new(const Step& step) const {
    const Step last = last_of(step.group, kNever);
    const Step next = whole(step);
    return last.boxes != next.boxes || last.lines != next.lines || last.back != next.back ||
           next.settled_at > last.settled_at;
  }
  // The way in whose boxes it passes now.
  std::uint32_t boxes(std::uint32_t group) const { return last_of(group, kNever).boxes; }
  // Whether it used this way at an instant, for its boxes or its lines.
  bool used(std::uint32_t group, std::uint32_t way, TimePoint at) const {
    const Step step = last_of(group, at);
    return step.boxes == way || step.lines == way || step.back == way;
  }
  // When the next time ends in which a change of way stops everything.
  TimePoint next_settled(TimePoint after) const {
    TimePoint next = kNever;
    for (const Step& step : steps_) {
      if (step.settled_at > after) next = std::min(next, step.settled_at);
    }
    return next;
  }
  // Whether it has ever been on another way than the first.
  bool moved(std::uint32_t group) const {
    return std::any_of(steps_.begin(), steps_.end(),
                       [group](const Step& step) { return step.group == group; });
  }

 private:
  Step whole(Step step) const {
    const Step last = last_of(step.group, kNever);
    if (step.boxes == kSame) step.boxes = last.boxes;
    if (step.lines == kSame) step.lines = last.lines;
    if (step.back == kSame) step.back = last.back;
    return step;
  }
  Step last_of(std::uint32_t group, TimePoint at) const {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
      if (step->group == group && step->from <= at) return *step;
    }
    return {group, 0, 0, 0, kStart, kStart};
  }
  std::vector<Step> steps_;
};

}  // namespace stayalive
