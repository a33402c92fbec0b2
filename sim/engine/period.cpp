// SPDX-License-Identifier: Apache-2.0
#include "engine/period.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace stayalive {
namespace {

// How many steps a rising difference can take without changing its sign, or reaching zero.
template <class Signed>
std::uint64_t steps_in_order(Signed difference, Signed step) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<Signed>::max());
  if (step == 0) return UINT64_MAX;
  if (difference == 0) return 0;
  const auto size = [](Signed n) {
    return n < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  };
  const std::uint64_t room = (difference > 0) == (step > 0)
                                 ? kMost - std::min(kMost, size(difference))
                                 : size(difference) - 1;
  return room / size(step);
}

// How many periods pass before an instant that moves reaches one that stays.
std::uint64_t periods_before(std::vector<TimePoint>& moving, const std::vector<TimePoint>& staying,
                             Duration span) {
  if (staying.empty()) return UINT64_MAX;
  std::sort(moving.begin(), moving.end());
  std::uint64_t most = UINT64_MAX;
  for (const TimePoint stays : staying) {
    const auto after = std::upper_bound(moving.begin(), moving.end(), stays);
    if (after == moving.begin()) continue;
    const Duration gap = stays - *std::prev(after);
    if (gap == Duration::zero()) return 0;
    most = std::min(most, static_cast<std::uint64_t>((gap - Duration{1}) / span));
  }
  return most;
}

// The instant that a field is.
TimePoint instant_in(const StateField& field) {
  return field.motion == Motion::InstantInSeconds ? StateWalk::start_of_second(field.bits)
                                                  : StateWalk::instant_of(field.bits);
}

// Whether it lies a span later than it did.
bool has_shifted(const StateField& before, const StateField& after, Duration span) {
  const std::uint64_t unit = after.motion == Motion::InstantInSeconds ? 1'000'000'000 : 1;
  return (after.bits - before.bits) * unit == static_cast<std::uint64_t>(span.count());
}

// Whether a field that moves so is what it was in whatever follows a state from which it does not
// move for a period.
bool stays(Motion motion, std::uint64_t step) {
  return motion == Motion::Still ||
         (step == 0 && (motion == Motion::RunLength || motion == Motion::Order));
}

template <class Number, class Signed>
Signed difference(const StateField& a, const StateField& b) {
  return static_cast<Signed>(static_cast<Number>(static_cast<Number>(a.bits) - b.bits));
}

}  // namespace

Period::Period(std::span<const StateField> second, std::span<const StateField> third, TimePoint at,
               Duration span, std::span<const LoggedEvent> earlier,
               std::span<const LoggedEvent> later)
    : state_(third.begin(), third.end()),
      at_(at),
      span_(span),
      earlier_(earlier.begin(), earlier.end()),
      later_(later.begin(), later.end()) {
  steps_.reserve(third.size());
  for (std::size_t i = 0; i < third.size(); ++i) {
    std::uint64_t step = third[i].bits - second[i].bits;
    switch (third[i].motion) {
      case Motion::Instant:
      case Motion::Past:
      case Motion::InstantInSeconds:
        instants_.push_back(i);
        break;
      case Motion::Countdown:
        if (step != 0) countdowns_.push_back(i);
        break;
      case Motion::Order:
        if (step != 0) orders_.push_back(i);
        break;
      case Motion::Sequence:
        step = static_cast<std::uint32_t>(step);
        sequences_.all.push_back({i, step});
        break;
      case Motion::Position:
        positions_.all.push_back({i, step});
        break;
      default:
        break;
    }
    steps_.push_back(step);
  }
  sort(sequences_);
  sort(positions_);
  has_sequences_ = std::any_of(later_.begin(), later_.end(),
                               [](const LoggedEvent& event) { return event.sequence != 0; });
}

void Period::sort(Numbers& numbers) const {
  const auto key = [this](const Number& number) {
    return std::tuple{number.step, state_[number.field].bits};
  };
  std::sort(numbers.all.begin(), numbers.all.end(),
            [&](const Number& a, const Number& b) { return key(a) < key(b); });
  std::unique_copy(numbers.all.begin(), numbers.all.end(), std::back_inserter(numbers.distinct),
                   [&](const Number& a, const Number& b) { return key(a) == key(b); });
}

bool Period::begins_with(std::span<const StateField> state, TimePoint at) const {
  if (state.size() != state_.size()) return false;
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (state[i].motion != state_[i].motion) return false;
    if (stays(state[i].motion, steps_[i]) && state[i].bits != state_[i].bits) return false;
  }
  return has_one_order(state) && has_instants_of(state, at) &&
         has_order_of<std::uint32_t, std::int32_t>(sequences_, state) &&
         has_order_of<std::uint64_t, std::int64_t>(positions_, state);
}

// What is put in order has been put there as it was: no more and no less came between.
bool Period::has_one_order(std::span<const StateField> state) const {
  const auto risen = [&](std::size_t i) { return state[i].bits - state_[i].bits; };
  return std::all_of(orders_.begin(), orders_.end(),
                     [&](std::size_t i) { return risen(i) == risen(orders_.front()); });
}

// Instants lie as far ahead as they did, or are the same as then and still ahead, behind all those
// that they were behind of; or they are past, both times, and it does not matter since when.
bool Period::has_instants_of(std::span<const StateField> state, TimePoint at) const {
  const Duration elapsed = at - at_;
  std::vector<TimePoint> moving{at_};
  std::vector<TimePoint> staying;
  for (const std::size_t i : instants_) {
    const StateField& before = state_[i];
    const StateField& after = state[i];
    if (has_shifted(before, after, elapsed)) {
      moving.push_back(instant_in(before));
      continue;
    }
    if (steps_[i] != 0) return false;
    const bool past =
        after.motion == Motion::Past && instant_in(before) <= at_ && instant_in(after) <= at;
    if (past) continue;
    if (before.bits != after.bits || instant_in(after) <= at) return false;
    if (instant_in(after) != kNever) staying.push_back(instant_in(after));
  }
  return periods_before(moving, staying, elapsed) > 0;
}

// Those that rise by the same steps are as far apart as they were, others at least in the same
// order.
template <class Unsigned, class Signed>
bool Period::has_order_of(const Numbers& numbers, std::span<const StateField> state) const {
  for (std::size_t n = 1; n < numbers.all.size(); ++n) {
    const Number& a = numbers.all[n - 1];
    const Number& b = numbers.all[n];
    if (a.step != b.step) continue;
    if (difference<Unsigned, Signed>(state[a.field], state_[a.field]) !=
        difference<Unsigned, Signed>(state[b.field], state_[b.field]))
      return false;
  }
  const auto sign = [](Signed number) { return number < 0 ? -1 : number > 0 ? 1 : 0; };
  for (const Number& a : numbers.distinct) {
    for (const Number& b : numbers.distinct) {
      if (a.step <= b.step) continue;
      if (sign(difference<Unsigned, Signed>(state[a.field], state[b.field])) !=
          sign(difference<Unsigned, Signed>(state_[a.field], state_[b.field])))
        return false;
    }
  }
  return true;
}

// How many periods pass before two numbers of one kind change their order.
template <class Unsigned, class Signed>
std::uint64_t Period::times_in_order(const Numbers& numbers,
                                     std::span<const StateField> state) const {
  std::uint64_t most = UINT64_MAX;
  for (const Number& a : numbers.distinct) {
    for (const Number& b : numbers.distinct) {
      if (a.step <= b.step) continue;
      const auto step = static_cast<Signed>(static_cast<Unsigned>(a.step - b.step));
      most = std::min(
          most, steps_in_order(difference<Unsigned, Signed>(state[a.field], state[b.field]), step));
    }
  }
  return most;
}

std::uint64_t Period::times_from(std::span<const StateField> state, TimePoint at,
                                 TimePoint limit) const {
  std::vector<TimePoint> moving{at};
  std::vector<TimePoint> staying;
  for (const std::size_t i : instants_) {
    const TimePoint its = instant_in(state[i]);
    if (steps_[i] != 0) {
      if (state[i].motion != Motion::InstantInSeconds) moving.push_back(its);
    } else if (its > at && its != kNever) {  // what lies in the past stays behind
      staying.push_back(its);
    }
  }
  auto most = static_cast<std::uint64_t>((limit - at) / span_);
  most = std::min(most, periods_before(moving, staying, span_));
  for (const std::size_t i : countdowns_) {
    most = std::min(most, state[i].bits / (std::uint64_t{0} - steps_[i]));
  }
  most = std::min(most, times_in_order<std::uint32_t, std::int32_t>(sequences_, state));
  return std::min(most, times_in_order<std::uint64_t, std::int64_t>(positions_, state));
}

std::vector<StateField> Period::moved(std::span<const StateField> state,
                                      std::uint64_t times) const {
  std::vector<StateField> then(state.begin(), state.end());
  for (std::size_t i = 0; i < then.size(); ++i) then[i].bits += times * steps_[i];
  return then;
}

}  // namespace stayalive
