// SPDX-License-Identifier: Apache-2.0
#include "engine/steady_state.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <span>
#include <utility>

namespace stayalive {
namespace {

// How many events are watched from one note on at least, and at most.
constexpr std::size_t kFirstPatience = 16;
constexpr std::size_t kMostPatience = 65536;
// A larger state is not watched.
constexpr std::size_t kMostFields = 16384;
// Noting may cost a part of what the events cost: so many fields for each event, and some to begin
// with.
constexpr std::uint64_t kFieldsPerEvent = 16;
constexpr std::uint64_t kFieldsAtOnce = 32768;
// Fewer periods than that are not worth the trouble.
constexpr std::uint64_t kFewestPeriods = 2;

// How long the n-th try from 1 lasts: 1, 1, 2, 1, 1, 2, 4, 1, ...  A try may begin at a moment that
// never recurs, so short ones are made again and again, and sometimes longer ones (Luby, Sinclair
// and Zuckerman, Information Processing Letters 47, 1993).
std::uint64_t share_of_try(std::uint64_t n) {
  while (true) {
    const std::uint64_t power = std::bit_ceil(n + 1);
    if (n + 1 == power) return power / 2;
    n -= power / 2 - 1;
  }
}

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

// How many periods pass before two numbers of one kind change their order.
template <class Signed, class Number>
std::uint64_t periods_in_order(std::vector<std::pair<Number, Number>> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::uint64_t most = UINT64_MAX;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto difference =
          static_cast<Signed>(static_cast<Number>(numbers[i].first - numbers[j].first));
      const auto step =
          static_cast<Signed>(static_cast<Number>(numbers[i].second - numbers[j].second));
      most = std::min(most, steps_in_order(difference, step));
    }
  }
  return most;
}

// How many periods pass before an instant that moves reaches one that stays.
std::uint64_t periods_before(std::vector<TimePoint> moving, const std::vector<TimePoint>& staying,
                             Duration span) {
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

}  // namespace

SteadyState::SteadyState(Simulation& sim, HasState& all) : sim_(sim), all_(all) {}

void SteadyState::note(Image& image) {
  image.fields.clear();
  image.at = sim_.now();
  StateWalk walk(image.fields);
  all_.walk(walk);
  noted_ += walk.passed();
}

bool SteadyState::note_repeated(Image& image, const Image& before) {
  image.fields.clear();
  image.at = sim_.now();
  StateWalk walk(image.fields, before.fields, image.at, image.at - before.at);
  all_.walk(walk);
  noted_ += walk.passed();
  return !walk.differs() && image.fields.size() == before.fields.size();
}

void SteadyState::run_until(TimePoint limit) {
  std::uint64_t tries = 0;
  sim_.set_log(&log_);
  while (sim_.now() < limit) {
    const std::size_t patience = std::min(kFirstPatience * share_of_try(++tries), kMostPatience);
    const std::optional<Period> period = watch(limit, patience);
    if (!period) continue;
    const std::uint64_t times = periods_left(*period, limit);
    if (times < kFewestPeriods) continue;
    skip(*period, times);
    tries = 0;
  }
  sim_.set_log(nullptr);
  sim_.run_until(limit);  // what else is due at this instant
}

bool SteadyState::restless() const {
  return first_.fields.size() > kMostFields ||
         std::any_of(first_.fields.begin(), first_.fields.end(),
                     [](const StateField& field) { return field.motion == Motion::Restless; });
}

bool SteadyState::may_look() const { return noted_ < ran_ * kFieldsPerEvent + kFieldsAtOnce; }

std::optional<SteadyState::Period> SteadyState::watch(TimePoint limit, std::size_t patience) {
  const auto step = [&] {
    if (!sim_.step_until(limit)) return false;
    ++ran_;
    return true;
  };
  // A run that never repeats itself is not to pay for more than this.
  do {
    log_.clear();
    if (!step()) return std::nullopt;
  } while (!may_look());
  note(first_);
  if (restless()) return std::nullopt;
  const std::uint64_t what = log_.back().what;
  for (std::size_t events = 1; events <= patience; ++events) {
    if (!step()) return std::nullopt;
    if (log_.back().what != what || !may_look()) continue;
    const Duration span = sim_.now() - first_.at;
    if (span <= Duration::zero()) continue;
    if (!note_repeated(second_, first_)) continue;
    for (std::size_t again = 0; again < events; ++again) {
      if (!step()) return std::nullopt;
    }
    const Period period{span, events};
    if (sim_.now() - second_.at != span) return std::nullopt;
    if (note_repeated(third_, second_) && repeats_again(period)) return period;
    return std::nullopt;
  }
  return std::nullopt;
}

// The second period is the first one over again: in every event, and in every step of the state.
bool SteadyState::repeats_again(Period period) const {
  for (std::size_t i = 0; i < third_.fields.size(); ++i) {
    const std::uint64_t step = second_.fields[i].bits - first_.fields[i].bits;
    const bool wraps = third_.fields[i].motion == Motion::Sequence;
    const std::uint64_t next = third_.fields[i].bits - second_.fields[i].bits;
    if (wraps ? static_cast<std::uint32_t>(step) != static_cast<std::uint32_t>(next)
              : step != next) {
      return false;
    }
  }
  // The log begins with the event after which the first note was taken.
  const std::span<const LoggedEvent> events(log_);
  const auto earlier = events.subspan(1, period.events);
  const auto later = events.subspan(1 + period.events, period.events);
  for (std::size_t i = 0; i < period.events; ++i) {
    if (earlier[i].what != later[i].what ||
        later[i].instant - earlier[i].instant != static_cast<std::uint64_t>(period.span.count())) {
      return false;
    }
  }
  return true;
}

std::uint64_t SteadyState::periods_left(Period period, TimePoint limit) const {
  std::vector<TimePoint> moving{third_.at};
  std::vector<TimePoint> staying;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sequences;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> positions;
  for (std::size_t i = 0; i < third_.fields.size(); ++i) {
    const StateField& field = third_.fields[i];
    const std::uint64_t step = field.bits - second_.fields[i].bits;
    switch (field.motion) {
      case Motion::Clock:
      case Motion::Trace:
        (step == 0 ? staying : moving).push_back(StateWalk::instant(field.bits));
        break;
      case Motion::Second:
        if (step == 0) staying.push_back(StateWalk::start_of_second(field.bits));
        break;
      case Motion::Sequence:
        sequences.emplace_back(static_cast<std::uint32_t>(field.bits),
                               static_cast<std::uint32_t>(step));
        break;
      case Motion::Position:
        positions.emplace_back(field.bits, step);
        break;
      default:
        break;
    }
  }
  // What lies in the past stays behind.
  std::erase_if(staying, [&](TimePoint at) { return at <= third_.at || at == kNever; });
  // The digest counts on without wrapping.
  std::uint64_t wrap = UINT64_MAX;
  for (std::size_t i = 1; i <= period.events; ++i) {
    const LoggedEvent& later = log_[i + period.events];
    const std::uint32_t step = later.sequence - log_[i].sequence;
    if (step > 0) wrap = std::min<std::uint64_t>(wrap, (UINT32_MAX - later.sequence) / step);
  }
  const auto to_the_end = static_cast<std::uint64_t>((limit - third_.at) / period.span);
  return std::min({to_the_end, wrap, periods_before(moving, staying, period.span),
                   periods_in_order<std::int32_t>(std::move(sequences)),
                   periods_in_order<std::int64_t>(std::move(positions))});
}

void SteadyState::skip(Period period, std::uint64_t times) {
  std::vector<StateField> target = third_.fields;
  for (std::size_t i = 0; i < target.size(); ++i) {
    target[i].bits += times * (third_.fields[i].bits - second_.fields[i].bits);
  }
  const std::span<const LoggedEvent> events(log_);
  const auto earlier = events.subspan(1, period.events);
  const auto later = events.subspan(1 + period.events, period.events);
  sim_.repeat(earlier, later, times);
  StateWalk walk{std::span<const StateField>(target)};
  all_.walk(walk);
  skipped_ += times * period.events;
  ran_ += times * period.events;
}

}  // namespace stayalive
