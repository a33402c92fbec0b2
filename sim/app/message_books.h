// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "app/message_counters.h"
#include "app/recent_messages.h"
#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// What becomes of the application messages that one side of a connection is to write.  They are
// counted; one by one stand here only those whose fate may still change - which may yet arrive in
// time, or be answered in time - so that a hundred years of traffic take no more room than a day.
//
//   books.fall_due(now, 1s, true, 100ms);  // item 0, which asks for an answer
//   books.arrive(0, now);
//   books.be_answered(0);
//   books.counters(end);
class MessageBooks {
 public:
  // The next message is due; items are numbered from 0, modulo 2^32.  written: whether anybody is
  // left to write it.  answer: where it asks for one, how long that takes to be worked out.
  // late_after: as Scenario::late_after, always the same.
  void fall_due(TimePoint now, Duration late_after, bool written, std::optional<Duration> answer);
  // This item has arrived: for the only time, unless it was repeated.
  void arrive(std::uint32_t item, TimePoint now);
  // This item asks for an answer and may be repeated until it has one.
  void follow(std::uint32_t item);
  // Its program has given it up.
  void fail(std::uint32_t item) {
    ++counters_.failed;
    unfollow(item);
  }
  // It is written again; it must be followed.
  void be_repeated(std::uint32_t item);
  // The answer to this item has arrived, for the only time.
  void be_answered(std::uint32_t item);
  // An error with this status of kErrorStatuses has arrived instead.
  void be_refused(std::uint32_t item, std::uint16_t status, TimePoint now);

  // Of a run that ends now.  An item that has neither arrived nor run out of time may be on its
  // way; one that asks and is not answered is counted as asking once there was time for a message
  // there, for the answer, and for one back.
  MessageCounters counters(TimePoint end) const;
  // When the first one fell due that was not written.
  std::optional<TimePoint> unsent_at() const { return unsent_at_; }
  // When the first error arrived.
  std::optional<TimePoint> refused_at() const { return refused_at_; }
  // How many stand here one by one.
  std::size_t held() const { return open_ ? open_->recent.size() + open_->asking.size() : 0; }
  void walk(StateWalk& walk);

 private:
  // An item that asks for an answer.
  struct Asking {
    std::uint32_t item = 0;
    bool answered = false;
    TimePoint overdue;  // from then on it counts whether it is answered or not
  };
  // An item that may be repeated.
  struct Followed {
    std::uint32_t item = 0;
    bool arrived = false;
    void walk(StateWalk& walk) {
      walk.sequence(item);
      walk.still(arrived);
    }
  };
  struct Open {
    explicit Open(Duration late_after) : recent(late_after) {}
    RecentMessages recent;
    std::deque<Asking> asking;  // in the order of their items
  };
  void forget_overdue(TimePoint now);
  // Nobody waits any longer for the answer to this item.
  void settle(std::uint32_t item);
  void unfollow(std::uint32_t item) {
    std::erase_if(followed_, [item](const Followed& its) { return its.item == item; });
  }

  MessageCounters counters_;  // lost: not known before the end
  std::uint32_t next_ = 0;    // the number of the next item
  std::optional<TimePoint> unsent_at_;
  std::optional<TimePoint> refused_at_;
  std::unique_ptr<Open> open_;  // none before the first message
  // Whether they have arrived: of those that are followed, and of all that were repeated.
  std::vector<Followed> followed_;
  std::vector<Followed> repeated_;
  // Whether it had arrived before; true only where that is kept.
  bool note_arrival(std::uint32_t item);
};

}  // namespace stayalive
