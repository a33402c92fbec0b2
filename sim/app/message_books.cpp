// SPDX-License-Identifier: Apache-2.0
#include "app/message_books.h"

#include <algorithm>
#include <utility>

namespace stayalive {

void MessageBooks::fall_due(TimePoint now, Duration late_after, bool written,
                            std::optional<Duration> answer) {
  if (!open_) open_ = std::make_unique<Open>(late_after);
  const std::uint32_t item = next_++;
  const std::uint32_t number = open_->recent.write(now);
  if (answer) ++counters_.asked;
  if (!written) {
    // Its number is used up, and nobody waits for it.
    open_->recent.arrives_late(number, now);
    ++counters_.unsent;
    if (!unsent_at_) unsent_at_ = now;
    return;
  }
  ++counters_.sent;
  forget_overdue(now);
  if (!answer) return;
  const TimePoint worked_out = later(later(now, late_after), *answer);
  open_->asking.push_back({item, false, later(worked_out, late_after)});
}

void MessageBooks::forget_overdue(TimePoint now) {
  std::deque<Asking>& asking = open_->asking;
  while (!asking.empty() && (asking.front().answered || asking.front().overdue <= now))
    asking.pop_front();
}

void MessageBooks::follow(std::uint32_t item) { followed_.push_back({item, false}); }

void MessageBooks::be_repeated(std::uint32_t item) {
  ++counters_.repeated;
  const auto found = std::ranges::find(followed_, item, &Followed::item);
  if (found == followed_.end()) return;
  repeated_.push_back(*found);
  followed_.erase(found);
}

bool MessageBooks::note_arrival(std::uint32_t item) {
  for (std::vector<Followed>* kept : {&repeated_, &followed_}) {
    if (const auto found = std::ranges::find(*kept, item, &Followed::item); found != kept->end())
      return std::exchange(found->arrived, true);
  }
  return false;
}

void MessageBooks::arrive(std::uint32_t item, TimePoint now) {
  if (note_arrival(item)) {
    ++counters_.duplicate;
    return;
  }
  ++counters_.delivered;
  if (open_->recent.arrives_late(item % RecentMessages::kNumbers, now)) ++counters_.late;
}

void MessageBooks::be_answered(std::uint32_t item) {
  ++counters_.answered;
  settle(item);
}

void MessageBooks::be_refused(std::uint32_t item, std::uint16_t status, TimePoint now) {
  const std::size_t error = error_index(status);
  if (error < counters_.errors.size()) ++counters_.errors[error];
  if (!refused_at_) refused_at_ = now;
  settle(item);
}

void MessageBooks::settle(std::uint32_t item) {
  unfollow(item);
  if (!open_) return;
  std::deque<Asking>& asking = open_->asking;
  if (asking.empty()) return;
  const std::uint32_t first = asking.front().item;
  const auto found = std::lower_bound(
      asking.begin(), asking.end(), item - first,
      [first](const Asking& its, std::uint32_t place) { return its.item - first < place; });
  if (found == asking.end() || found->item != item) return;
  found->answered = true;
  while (!asking.empty() && asking.front().answered) asking.pop_front();
}

MessageCounters MessageBooks::counters(TimePoint end) const {
  MessageCounters counters = counters_;
  if (!open_) return counters;
  counters.lost = counters.sent - counters.delivered - open_->recent.on_their_way(end);
  counters.asked -= static_cast<std::uint64_t>(
      std::count_if(open_->asking.begin(), open_->asking.end(),
                    [end](const Asking& its) { return !its.answered && its.overdue > end; }));
  return counters;
}

void MessageBooks::walk(StateWalk& walk) {
  walk.still(open_ != nullptr);
  if (!open_) return;  // no message has been due: there is nothing else
  counters_.walk(walk);
  walk.sequence(next_);
  // Both are set once; that the later one is shows in the counters.
  walk.still(std::min(unsent_at_.value_or(kNever), refused_at_.value_or(kNever)), followed_.size(),
             repeated_.size());
  for (Followed& its : followed_) its.walk(walk);
  for (Followed& its : repeated_) its.walk(walk);
  open_->recent.walk(walk);
  walk.still(open_->asking.size());
  for (Asking& its : open_->asking) {
    walk.sequence(its.item);
    walk.still(its.answered);
    walk.past(its.overdue);
  }
}

}  // namespace stayalive
