// SPDX-License-Identifier: Apache-2.0
#include "stack/buffer/receive_queue.h"

#include <algorithm>

namespace stayalive {

void ReceiveQueue::start(std::uint32_t next, std::uint32_t capacity) {
  next_ = offered_at_ = next;
  offered_ = capacity_ = capacity;
}

std::uint32_t ReceiveQueue::selectable_window(std::uint32_t full_segment) const {
  const std::uint32_t room = capacity_ - std::min(capacity_, unread_);
  const std::uint32_t useful = room < std::min(full_segment, capacity_) ? 0 : room;
  return std::max(useful, window());
}

std::uint32_t ReceiveQueue::offer(std::uint32_t full_segment) {
  offered_ = selectable_window(full_segment);
  offered_at_ = next_;
  return offered_;
}

void ReceiveQueue::take(const Waiting& segment, Arrival& arrival) {
  if (sequence_before(next_, segment.end)) {
    const std::uint32_t bytes = segment.end - next_;
    arrival.bytes += bytes;
    unread_ += bytes;
    next_ = segment.end;
  }
  if (segment.message != 0) arrival.message = segment.message;
  if (segment.fin) {
    arrival.fin = true;
    ++next_;
  }
}

ReceiveQueue::Arrival ReceiveQueue::arrive(const Packet& segment) {
  Arrival arrival;
  const Waiting piece{segment.sequence, segment.sequence + segment.payload, segment.content.message,
                      segment.has(tcp_flag::kFin)};
  const std::uint32_t end = segment.sequence + segment.sequence_length();
  if (!sequence_before(next_, end)) {
    arrival.old = true;
    return arrival;
  }
  if (sequence_before(next_, piece.begin)) {
    const auto at = std::lower_bound(
        waiting_.begin(), waiting_.end(), piece,
        [](const Waiting& a, const Waiting& b) { return sequence_before(a.begin, b.begin); });
    const bool known = at != waiting_.end() && at->begin == piece.begin &&
                       !sequence_before(at->end, piece.end) && (at->fin || !piece.fin);
    if (!known) waiting_.insert(at, piece);
    arrival.repeated = known;
    return arrival;
  }
  const bool had_gap = gap();
  take(piece, arrival);
  while (!waiting_.empty() && !sequence_before(next_, waiting_.front().begin)) {
    const Waiting& waiting = waiting_.front();
    const std::uint32_t waiting_end = waiting.end + (waiting.fin ? 1 : 0);
    if (sequence_before(next_, waiting_end)) take(waiting, arrival);
    waiting_.erase(waiting_.begin());
  }
  arrival.filled = had_gap && !gap();
  return arrival;
}

void ReceiveQueue::walk(StateWalk& walk) {
  walk.sequence(next_);
  walk.sequence(offered_at_);
  walk.still(offered_, capacity_, unread_, waiting_.size());
  for (Waiting& segment : waiting_) {
    walk.sequence(segment.begin);
    walk.sequence(segment.end);
    walk.sequence(segment.message);
    walk.still(segment.fin);
  }
}

}  // namespace stayalive
