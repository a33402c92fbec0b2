// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/state_walk.h"
#include "base/time.h"
#include "engine/event_log.h"

namespace stayalive {

// A span after which everything has happened over again: how each field of the state moves in it,
// and what happens.  The state is noted after an event, its last one.
//
//   const Period period(second, third, third_at, span, earlier, later);
//   const std::uint64_t times = period.times_from(third, third_at, limit);
//   const std::vector<StateField> then = period.moved(third, times);
class Period {
 public:
  // second, third: the state a span apart, the third at `at`, moved from a first as far before in
  // equal steps.  earlier, later: the events between the first two and the last two, alike.
  Period(std::span<const StateField> second, std::span<const StateField> third, TimePoint at,
         Duration span, std::span<const LoggedEvent> earlier, std::span<const LoggedEvent> later);

  // Whether this, noted at `at`, is the third state but for what makes no difference to the events
  // to come: then the period follows once more, for times_from() times.
  bool begins_with(std::span<const StateField> state, TimePoint at) const;
  // How many periods follow from such a state before anything changes; none end after the limit.
  std::uint64_t times_from(std::span<const StateField> state, TimePoint at, TimePoint limit) const;
  // What such a state is after so many periods.
  std::vector<StateField> moved(std::span<const StateField> state, std::uint64_t times) const;

  std::span<const StateField> state() const { return state_; }
  TimePoint at() const { return at_; }
  // What the last event of each is.
  std::uint64_t last_event() const { return later_.back().what; }
  Duration span() const { return span_; }
  std::size_t events() const { return later_.size(); }
  // The events of the period before the third state, and of the one before that.
  const EventLog& later() const { return later_; }
  const EventLog& earlier() const { return earlier_; }
  // Whether the events carry sequence numbers: from another state they are others then.
  bool has_sequences() const { return has_sequences_; }
  // Whether it ends when a countdown is used up.
  bool counts_down() const { return !countdowns_.empty(); }

 private:
  // A field that only its order to others of its kind matters of.
  struct Number {
    std::size_t field = 0;
    std::uint64_t step = 0;
  };
  struct Numbers {
    std::vector<Number> all;  // by step, and by value in the third state
    std::vector<Number> distinct;
  };
  void sort(Numbers& numbers) const;
  bool has_one_order(std::span<const StateField> state) const;
  bool has_instants_of(std::span<const StateField> state, TimePoint at) const;
  template <class Unsigned, class Signed>
  bool has_order_of(const Numbers& numbers, std::span<const StateField> state) const;
  template <class Unsigned, class Signed>
  std::uint64_t times_in_order(const Numbers& numbers, std::span<const StateField> state) const;

  std::vector<StateField> state_;     // the third
  std::vector<std::uint64_t> steps_;  // by field
  TimePoint at_;
  Duration span_;
  EventLog earlier_;
  EventLog later_;
  bool has_sequences_ = false;
  std::vector<std::size_t> instants_;    // fields that are instants, of all kinds of motion
  std::vector<std::size_t> countdowns_;  // those that fall
  std::vector<std::size_t> orders_;      // those that rise
  Numbers sequences_;
  Numbers positions_;
};

}  // namespace stayalive
