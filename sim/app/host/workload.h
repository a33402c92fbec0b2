// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "app/connection_spec.h"
#include "base/state_walk.h"
#include "net/address.h"
#include "strategy/message.h"

namespace stayalive {

// The application messages that one side of a connection has still to write: its own traffic and
// its answers to the other side's.  It belongs to the side, not to a program, so that a reconnected
// program goes on with it.
class Workload {
 public:
  // traffic must outlive the workload; only entries from this role count.
  Workload(const std::vector<TrafficSpec>& traffic, Role role);
  // Of a side that writes answers only.
  explicit Workload(const std::vector<TrafficSpec>& traffic) : traffic_(traffic) {}

  // When the next message is due; kNever when none is left.
  TimePoint next_due() const;
  struct Due {
    Message message;
    Endpoint asked_from;  // of an answer: where its request came from
  };
  // The next message, with its number; there must be one due.
  Due take();
  // A message of this entry, with its number, whenever its program pleases.
  Message write(std::uint32_t traffic);
  // The number of a message that is written from elsewhere.
  std::uint32_t next_item() { return taken_++; }
  // The other side's request has arrived, from there, and will be answered at the given instant.
  void answer_at(TimePoint at, const Message& request, Endpoint from);
  // So many bytes are written at once; the rest of the answer has been.
  void echo_at(TimePoint at, const Message& request, std::uint32_t bytes, Endpoint from);
  // As above, but not before the answers to earlier requests.
  void answer_in_order(TimePoint at, const Message& request, Endpoint from) {
    answer_at(answers_.empty() ? at : std::max(at, answers_.back().at), request, from);
  }
  // Nobody waits for the answers that are still to be written.
  void forget_answers() { answers_.clear(); }
  void walk(StateWalk& walk);

 private:
  struct Series {
    std::uint32_t traffic = 0;
    TimePoint next;
  };
  struct Answer {
    TimePoint at;
    Message message;
    Endpoint from;
  };
  std::size_t earliest() const;
  void answer(TimePoint at, const Message& request, std::uint32_t bytes, Endpoint from);
  void advance(Series& series) const;

  const std::vector<TrafficSpec>& traffic_;
  std::vector<Series> series_;
  std::deque<Answer> answers_;  // in order of time, those of one instant as they were asked for
  std::uint32_t taken_ = 0;
};

}  // namespace stayalive
