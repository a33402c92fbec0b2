// SPDX-License-Identifier: Apache-2.0
#include "stack/buffer/send_queue.h"

#include <algorithm>

#include "base/check.h"

namespace stayalive {

void SendQueue::write(std::uint32_t message, std::uint32_t bytes) {
  CHECK(bytes > 0, "a message has at least one byte");
  CHECK(!finished_, "nothing is written after the FIN");
  written_ += bytes;
  boundaries_.push_back({written_, message});
}

void SendQueue::finish() {
  if (finished_) return;
  finished_ = true;
  ++written_;
}

SentSegment SendQueue::peek(std::uint32_t mss) const {
  DCHECK(unsent(), "there is something to send");
  const std::uint64_t data_end = finished_ ? written_ - 1 : written_;
  SentSegment segment;
  segment.begin = next_;
  segment.end = std::min(next_ + mss, data_end);
  // A FIN travels with the last bytes.
  if (finished_ && segment.end == data_end) segment.end = written_;
  return segment;
}

void SendQueue::sent(const SentSegment& segment, TimePoint now) {
  segments_.push_back(segment);
  segments_.back().first_sent = segments_.back().last_sent = now;
  next_ = segment.end;
}

std::uint32_t SendQueue::in_flight() const {
  return static_cast<std::uint32_t>(
      std::count_if(segments_.begin(), segments_.end(),
                    [](const SentSegment& segment) { return !segment.held && !segment.lost; }));
}

std::uint32_t SendQueue::held() const {
  return static_cast<std::uint32_t>(std::count_if(
      segments_.begin(), segments_.end(), [](const SentSegment& segment) { return segment.held; }));
}

std::optional<std::size_t> SendQueue::first_lost() const {
  const auto lost = std::find_if(segments_.begin(), segments_.end(),
                                 [](const SentSegment& segment) { return segment.lost; });
  if (lost == segments_.end()) return std::nullopt;
  return static_cast<std::size_t>(lost - segments_.begin());
}

const SentSegment& SendQueue::retransmit(std::size_t index, std::uint32_t mss, TimePoint now) {
  SentSegment& segment = segments_[index];
  while (index + 1 < segments_.size()) {
    const SentSegment& following = segments_[index + 1];
    if (following.held || following.end - segment.begin > mss) break;
    segment.end = following.end;
    segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(index) + 1);
  }
  segment.last_sent = now;
  segment.copies = static_cast<std::uint8_t>(std::min(segment.copies + 1, int{kLastCopy}));
  segment.lost = false;
  return segment;
}

SendQueue::Acknowledged SendQueue::acknowledge(std::uint64_t position) {
  DCHECK(position > acknowledged_ && position <= next_, "only what was sent is acknowledged");
  Acknowledged result;
  while (!segments_.empty() && segments_.front().end <= position) {
    const SentSegment& segment = segments_.front();
    ++result.segments;
    result.held |= segment.held;
    result.original |= !segment.retransmitted();
    result.repeated |= segment.retransmitted();
    if (!result.oldest) result.oldest = segment;
    result.latest_sent = segment.first_sent;
    segments_.erase(segments_.begin());
  }
  if (!segments_.empty() && segments_.front().begin < position) segments_.front().begin = position;
  acknowledged_ = position;
  while (!boundaries_.empty() && boundaries_.front().end <= position) {
    result.message = boundaries_.front().message;
    boundaries_.erase(boundaries_.begin());
  }
  return result;
}

bool SendQueue::hold(TimePoint sent_by) {
  SentSegment* answered = nullptr;
  for (SentSegment& segment : segments_) {
    // The head is what the peer misses.
    if (segment.held || segment.last_sent > sent_by || &segment == &segments_.front()) continue;
    if (answered == nullptr || segment.last_sent > answered->last_sent) answered = &segment;
  }
  if (answered == nullptr) return false;
  answered->held = true;
  answered->lost = false;
  return true;
}

TimePoint SendQueue::lose_overtaken(TimePoint sent_by) {
  // Of those sent together the one further on in the stream was sent later.
  const SentSegment* newest = nullptr;
  for (const SentSegment& segment : segments_) {
    if (!segment.held) continue;
    if (newest == nullptr || segment.last_sent >= newest->last_sent) newest = &segment;
  }
  if (newest == nullptr) return kNever;
  TimePoint doubtful = kNever;
  for (SentSegment& segment : segments_) {
    const bool overtaken =
        segment.last_sent < newest->last_sent ||
        (segment.last_sent == newest->last_sent && segment.begin < newest->begin);
    if (segment.held || segment.lost || !overtaken) continue;
    if (segment.last_sent <= sent_by) {
      segment.lost = true;
    } else {
      doubtful = std::min(doubtful, segment.last_sent);
    }
  }
  return doubtful;
}

void SendQueue::lose(TimePoint sent_by) {
  for (SentSegment& segment : segments_) {
    if (&segment == &segments_.front()) {
      // A peer that does not acknowledge what it once held may have dropped it again.
      segment.held = false;
      segment.lost = true;
    } else if (!segment.held && segment.last_sent <= sent_by) {
      segment.lost = true;
    }
  }
}

void SendQueue::find_all() {
  for (SentSegment& segment : segments_) segment.lost = false;
}

std::uint32_t SendQueue::last_message_in(std::uint64_t begin, std::uint64_t end) const {
  const auto behind = std::upper_bound(
      boundaries_.begin(), boundaries_.end(), end,
      [](std::uint64_t at, const Boundary& boundary) { return at < boundary.end; });
  if (behind == boundaries_.begin()) return 0;
  const Boundary& last = *(behind - 1);
  return last.end > begin ? last.message : 0;
}

bool SendQueue::message_ends_at(std::uint64_t end) const {
  return std::binary_search(boundaries_.begin(), boundaries_.end(), Boundary{end, 0},
                            [](const Boundary& a, const Boundary& b) { return a.end < b.end; });
}

void SendQueue::walk(StateWalk& walk) {
  walk.still(boundaries_.size(), segments_.size(), finished_);
  for (Boundary& boundary : boundaries_) {
    walk.position(boundary.end);
    walk.sequence(boundary.message);
  }
  for (SentSegment& segment : segments_) {
    walk.position(segment.begin);
    walk.position(segment.end);
    walk.instant(segment.first_sent);
    walk.instant(segment.last_sent);
    walk.still(segment.copies, segment.held, segment.lost);
  }
  walk.position(acknowledged_);
  walk.position(next_);
  walk.position(written_);
}

}  // namespace stayalive
