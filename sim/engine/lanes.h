// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/ring.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "engine/event.h"
#include "net/packet.h"

namespace stayalive {

// A first-in-first-out of events that come in the order in which they are scheduled: the packets on
// a line that does not reorder, or the timers of one fixed interval, but not both.
class alignas(64) Lane {
 public:
  struct alignas(64) Delivery {
    Turn turn;
    EventTarget target;
    Packet packet;
  };
  static_assert(sizeof(Delivery) == 64, "one cache line");
  struct WakeUp {
    Turn turn;
    NodeId node;
    std::uint32_t token = 0;
  };

  explicit Lane(Duration delay) : delay_(delay) {}

  // Of the first event; at kNever when there is none.
  const Turn& head() const { return head_; }
  std::size_t packets() const { return deliveries_.size(); }
  // Of a lane whose events all come this long after they were put on it.
  Duration delay() const { return delay_; }
  // Where the order is watched: of the last event.
  TimePoint last() const { return last_; }
  void set_last(TimePoint at) { last_ = at; }

  void put(const Turn& turn, EventTarget target, const Packet& packet) {
    if (deliveries_.empty()) head_ = turn;
    Delivery& delivery = deliveries_.push();
    delivery.turn = turn;
    delivery.target = target;
    delivery.packet = packet;
  }
  void put(const Turn& turn, NodeId node, std::uint32_t token) {
    if (wake_ups_.empty()) head_ = turn;
    wake_ups_.push() = {turn, node, token};
  }
  // Calls deliver(Delivery) or wake(WakeUp) with the first event, which may put others on the lane,
  // and removes it.  There must be one.
  template <class Deliver, class Wake>
  void run_first(Deliver deliver, Wake wake) {
    head_ = wake_ups_.empty() ? run_first_of(deliveries_, deliver) : run_first_of(wake_ups_, wake);
  }

  void walk(StateWalk& walk);

 private:
  // An event is used where it lies and leaves its ring afterwards.  The turn of the next one.
  template <class Event, class Run>
  static Turn run_first_of(Ring<Event>& events, Run& run) {
    run(events.front());
    events.pop();
    return events.empty() ? Turn{} : events.front().turn;
  }

  Turn head_;
  Ring<Delivery> deliveries_;
  Ring<WakeUp> wake_ups_;
  TimePoint last_ = kStart;
  Duration delay_;
};

// All lanes of a simulation.  They never move.
class Lanes {
 public:
  bool empty() const { return lanes_.empty(); }
  LaneId add(Duration delay = {});
  // The lane of this delay; the same for whoever asks, because the fewer lanes there are, the
  // sooner the next event is found.
  LaneId after(Duration delay);
  Lane& operator[](LaneId id) { return *lanes_[id.value]; }
  const Lane& operator[](LaneId id) const { return *lanes_[id.value]; }
  // The lane whose first event comes first, which is empty only when all are.  There must be one.
  Lane& first() const {
    Lane* first = lanes_.front().get();
    for (std::size_t i = 1; i < lanes_.size(); ++i) {
      Lane* other = lanes_[i].get();
      first = other->head().before(first->head()) ? other : first;
    }
    return *first;
  }

  void walk(StateWalk& walk);

 private:
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<std::pair<Duration, LaneId>> by_delay_;
};

}  // namespace stayalive
