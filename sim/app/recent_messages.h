// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// The messages that a side has written no longer than `late_after` ago: whatever
// arrives and is not among them, is late.
class RecentMessages {
 public:
  // Messages are numbered from 0 on, modulo this.
  static constexpr std::uint32_t kNumbers = 1u << 29;

  explicit RecentMessages(Duration late_after) : late_after_(late_after) {}

  // A message is written; gives its number.
  std::uint32_t write(TimePoint now) {
    forget(now);
    messages_.push_back({now, false});
    return (first_ + static_cast<std::uint32_t>(messages_.size()) - 1) % kNumbers;
  }
  // A message arrives, for the only time; whether it is late.
  bool arrives_late(std::uint32_t number, TimePoint now) {
    forget(now);
    const std::size_t position = (number - first_) % kNumbers;
    if (position >= messages_.size()) return true;
    messages_[position].arrived = true;
    forget(now);
    return false;
  }
  // How many may still arrive in time after this.
  std::uint64_t on_their_way(TimePoint now) const {
    std::uint64_t count = 0;
    for (const Message& message : messages_) {
      if (!message.arrived && later(message.sent_at, late_after_) > now) ++count;
    }
    return count;
  }
  // How many stand here.
  std::size_t size() const { return messages_.size(); }
  void walk(StateWalk& walk) {
    walk.still(messages_.size());
    std::uint32_t place = first_ << 3;  // it wraps where numbers do
    walk.sequence(place);
    first_ = place >> 3;
    for (Message& message : messages_) {
      walk.still(message.arrived);
      walk.past(message.sent_at, late_after_);
    }
  }

 private:
  struct Message {
    TimePoint sent_at;
    bool arrived = false;
  };
  void forget(TimePoint now) {
    while (!messages_.empty() &&
           (messages_.front().arrived || now - messages_.front().sent_at > late_after_)) {
      messages_.pop_front();
      first_ = (first_ + 1) % kNumbers;
    }
  }

  Duration late_after_;
  std::uint32_t first_ = 0;
  std::deque<Message> messages_;
};

}  // namespace stayalive
