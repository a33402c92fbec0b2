// SPDX-License-Identifier: Apache-2.0
#include "app/host/workload.h"

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
  TimePoint due = answers_.empty() ? kNever : answers_.front().at;
  if (!series_.empty()) due = std::min(due, series_[earliest()].next);
  return due;
}

Workload::Due Workload::take() {
  CHECK(next_due() != kNever, "a message is taken only when one is left");
  Due due;
  Message& message = due.message;
  if (!answers_.empty() && answers_.front().at == next_due()) {
    due = {answers_.front().message, answers_.front().from};
    answers_.pop_front();
  } else {
    Series& series = series_[earliest()];
    message.traffic = series.traffic;
    message.bytes = traffic_[series.traffic].bytes;
    advance(series);
  }
  message.item = taken_++;
  return due;
}

Message Workload::write(std::uint32_t traffic) {
  Message message;
  message.traffic = traffic;
  message.bytes = traffic_[traffic].bytes;
  message.item = taken_++;
  return message;
}

void Workload::advance(Series& series) const {
  const TrafficSpec& spec = traffic_[series.traffic];
  const TimePoint next = spec.every ? later(series.next, *spec.every) : kNever;
  series.next = next < spec.until ? next : kNever;
}

void Workload::answer_at(TimePoint at, const Message& request, Endpoint from) {
  const std::optional<TrafficSpec::Answer>& asked = traffic_[request.traffic].answer;
  CHECK(asked.has_value(), "only a request that asks for an answer gets one");
  answer(at, request, asked->bytes, from);
}

void Workload::echo_at(TimePoint at, const Message& request, std::uint32_t bytes, Endpoint from) {
  answer(at, request, bytes, from);
}

void Workload::answer(TimePoint at, const Message& request, std::uint32_t bytes, Endpoint from) {
  Message answer;
  answer.bytes = bytes;
  answer.traffic = request.traffic;
  answer.answers = request.item;
  const auto after =
      std::upper_bound(answers_.begin(), answers_.end(), at,
                       [](TimePoint due, const Answer& other) { return due < other.at; });
  answers_.insert(after, {at, answer, from});
}

void Workload::walk(StateWalk& walk) {
  walk.sequence(taken_);
  for (Series& series : series_) {
    walk.instant(series.next);
    if (series.next == kNever) continue;
    TimePoint until = traffic_[series.traffic].until;  // where it ends to repeat itself
    walk.instant(until);
  }
  walk.still(answers_.size());
  for (Answer& answer : answers_) {
    walk.instant(answer.at);
    walk.still(answer.from);
    stayalive::walk(walk, answer.message);
  }
}

}  // namespace stayalive
