// SPDX-License-Identifier: Apache-2.0
#include "app/workload.h"

#include <algorithm>

#include "base/check.h"

namespace stayalive {

Workload::Workload(const std::vector<TrafficSpec>& traffic, Role role) : traffic_(traffic) {
  for (std::uint32_t i = 0; i < traffic.size(); ++i) {
    if (traffic[i].from == role && traffic[i].at < traffic[i].until)
      series_.push_back({i, traffic[i].at});
  }
}

std::size_t Workload::earliest() const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < series_.size(); ++i) {
    if (series_[i].next < series_[best].next) best = i;
  }
  return best;
}

TimePoint Workload::next_due() const {
  TimePoint due = answers_.empty() ? kNever : answers_.begin()->first;
  if (!series_.empty()) due = std::min(due, series_[earliest()].next);
  return due;
}

Workload::Due Workload::take() {
  CHECK(next_due() != kNever, "a message is taken only when one is left");
  if (!answers_.empty() && answers_.begin()->first == next_due()) {
    const Due due = answers_.begin()->second;
    answers_.erase(answers_.begin());
    return due;
  }
  Series& series = series_[earliest()];
  const Due due{series.traffic, traffic_[series.traffic].bytes};
  advance(series);
  return due;
}

void Workload::advance(Series& series) const {
  const TrafficSpec& spec = traffic_[series.traffic];
  const TimePoint next = spec.every ? later(series.next, *spec.every) : kNever;
  series.next = next < spec.until ? next : kNever;
}

void Workload::answer_at(TimePoint at, std::uint32_t traffic, std::uint32_t request) {
  CHECK(traffic_[traffic].answer.has_value(), "only a request that asks for an answer gets one");
  answers_.emplace(at, Due{traffic, traffic_[traffic].answer->bytes, true, request});
}

void Workload::walk(StateWalk& walk) {
  for (Series& series : series_) walk.instant(series.next);
  if (!answers_.empty()) walk.aperiodic();
}

}  // namespace stayalive
