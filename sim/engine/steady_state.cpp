// SPDX-License-Identifier: Apache-2.0
#include "engine/steady_state.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <span>
#include <utility>

namespace stayalive {
namespace {

// How many events are watched from one note on: at least, unless the state is large, and at most.
constexpr std::size_t kShortestWatch = 16;
constexpr std::size_t kLongestWatch = 65'536;
// A larger state is not watched.
constexpr std::size_t kMostFields = 262'144;
// Noting a field takes a part of the time of an event, up to a tenth.  It may cost a part of what
// the events cost: so many fields for each event that was run, fewer once there have been many; and
// a part of what it has saved.
constexpr std::uint64_t kFieldsPerEvent = 4;
constexpr std::uint64_t kFieldsPerLateEvent = 1;
constexpr std::uint64_t kFieldsPerSkippedEvent = 3;
constexpr std::uint64_t kLate = 16'384;  // events
// A state of so many fields is watched for as many events as the smallest.
constexpr std::size_t kFieldsPerWatchedEvent = 16;
// Fewer periods than that are not passed over.
constexpr std::uint64_t kFewestPeriods = 2;
// How many states before stretches are kept to find a long period, of so many fields altogether,
// and over how many events at most.
constexpr std::size_t kMostStretches = 12;
constexpr std::size_t kMostKeptFields = 4 * kMostFields;
constexpr std::size_t kLongestLog = 65'536;

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

// How many periods pass while a number that falls does not fall below zero.
std::uint64_t periods_down(std::uint64_t number, std::uint64_t step) {
  return step == 0 ? UINT64_MAX : number / step;
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

// Whether everything has moved as it may.
bool has_moved(std::span<const StateField> before, std::span<const StateField> after, TimePoint now,
               Duration span) {
  return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                    [&](const StateField& a, const StateField& b) {
                      return a.motion == b.motion && StateWalk::may_move(a, b, now, span);
                    });
}

}  // namespace

SteadyState::SteadyState(Simulation& sim, HasState& all) : sim_(sim), fast_(sim), all_(all) {}

// False when the limit is reached before so many events have been run.
bool SteadyState::run_some(TimePoint limit, std::uint64_t most) {
  const std::uint64_t ran = fast_.run_some(limit, most);
  ran_ += ran;
  return ran == most;
}

void SteadyState::note(Image& image) {
  image.fields.clear();
  image.at = sim_.now();
  image.events = log_.size();
  StateWalk walk(image.fields);
  all_.walk(walk);
  noted_ += walk.passed();
}

bool SteadyState::note_repeated(Image& image, const Image& before) {
  image.fields.clear();
  image.at = sim_.now();
  image.events = log_.size();
  StateWalk walk(image.fields, before.fields, image.at, image.at - before.at);
  all_.walk(walk);
  noted_ += walk.passed();
  return !walk.differs() && image.fields.size() == before.fields.size();
}

bool SteadyState::run_until(TimePoint limit, const std::stop_token& stop) {
  std::uint64_t tries = 0;
  std::uint64_t pause = 0;  // events
  while (sim_.now() < limit && !stop.stop_requested()) {
    if (find_period(limit, share_of_try(++tries)) && pass_over(limit)) tries = 0;
    // What never repeats itself is looked at ever more seldom.
    pause = never_ ? std::min<std::uint64_t>(2 * pause + kShortestWatch, kLongestWatch) : 0;
    if (pause > 0) run_unwatched(limit, pause);
  }
  fast_.set_log(nullptr);
  if (sim_.now() < limit) return false;
  sim_.run_until(limit);  // what else is due at this instant
  return true;
}

void SteadyState::run_unwatched(TimePoint limit, std::uint64_t events) {
  forget_stretches();
  fast_.set_log(nullptr);
  run_some(limit, events);
}

bool SteadyState::too_large_or_aperiodic() const {
  return first_.fields.size() > kMostFields ||
         std::any_of(first_.fields.begin(), first_.fields.end(),
                     [](const StateField& field) { return field.motion == Motion::Aperiodic; });
}

// A run that never repeats itself is not to pay for more than this.
bool SteadyState::may_note(std::uint64_t fields) const {
  const std::uint64_t run = ran_ - skipped_;
  const std::uint64_t early = std::min(run, kLate);
  return noted_ + fields < early * kFieldsPerEvent + (run - early) * kFieldsPerLateEvent +
                               skipped_ * kFieldsPerSkippedEvent;
}

// After a stretch the next note is taken at the event that recurred in it: then the next stretch
// begins as far into its period as this one, however many events come between.
bool SteadyState::run_to_next_look(TimePoint limit) {
  constexpr std::uint64_t kAtOnce = 32;
  const std::uint64_t needed = 3 * first_.fields.size();  // what finding a period takes
  while (!may_note(needed)) {
    shorten_log();
    fast_.set_log(stretches_.empty() ? nullptr : &log_);
    if (!run_some(limit, kAtOnce)) return false;
  }
  shorten_log();
  fast_.set_log(&log_);
  if (!step(limit)) return false;
  return recurrence_.span == Duration::zero() || run_to_recurrence(limit);
}

bool SteadyState::run_to_recurrence(TimePoint limit) {
  const TimePoint next = recurrence_.after(sim_.now());
  while (sim_.now() < next || (sim_.now() == next && log_.back().what != recurrence_.what)) {
    if (!step(limit)) return false;
  }
  if (sim_.now() != next) recurrence_ = {};
  return true;
}

bool SteadyState::find_period(TimePoint limit, std::uint64_t share) {
  never_ = false;
  if (!run_to_next_look(limit)) return false;
  note(first_);
  never_ = too_large_or_aperiodic();
  if (never_) return false;
  // The larger the state, the more a note costs.
  const std::size_t watch =
      std::min(kLongestWatch,
               share * std::max(kShortestWatch, first_.fields.size() / kFieldsPerWatchedEvent));
  const std::uint64_t what = log_.back().what;
  for (std::size_t events = 1; events <= watch; ++events) {
    if (!step(limit)) return false;
    if (log_.back().what != what || !may_note(0) || sim_.now() == first_.at) continue;
    if (!note_repeated(second_, first_)) continue;
    for (std::size_t again = 0; again < events; ++again) {
      if (!step(limit)) return false;
    }
    if (sim_.now() - second_.at != second_.at - first_.at) return false;
    return note_repeated(third_, second_) && repeats_again({first_, second_, third_});
  }
  return false;
}

std::span<const LoggedEvent> SteadyState::events_between(const Image& from, const Image& to) const {
  return std::span(log_).subspan(from.events, to.events - from.events);
}

bool SteadyState::repeats_again(const Repetition& repetition) const {
  const auto& [first, second, third] = repetition;
  for (std::size_t i = 0; i < third.fields.size(); ++i) {
    const std::uint64_t step = second.fields[i].bits - first.fields[i].bits;
    const bool wraps = third.fields[i].motion == Motion::Sequence;
    const std::uint64_t next = third.fields[i].bits - second.fields[i].bits;
    if (wraps ? static_cast<std::uint32_t>(step) != static_cast<std::uint32_t>(next)
              : step != next) {
      return false;
    }
  }
  const auto earlier = events_between(first, second);
  const auto later = events_between(second, third);
  const auto span = static_cast<std::uint64_t>(repetition.span().count());
  return std::equal(earlier.begin(), earlier.end(), later.begin(), later.end(),
                    [&](const LoggedEvent& a, const LoggedEvent& b) {
                      return a.what == b.what && b.instant - a.instant == span;
                    });
}

std::uint64_t SteadyState::periods_left(const Repetition& repetition, TimePoint limit) const {
  const auto& [first, second, third] = repetition;
  std::vector<TimePoint> moving{third.at};
  std::vector<TimePoint> staying;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sequences;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> positions;
  std::uint64_t countdown = UINT64_MAX;
  for (std::size_t i = 0; i < third.fields.size(); ++i) {
    const StateField& field = third.fields[i];
    const std::uint64_t step = field.bits - second.fields[i].bits;
    switch (field.motion) {
      case Motion::Instant:
      case Motion::Past:
        (step == 0 ? staying : moving).push_back(StateWalk::instant_of(field.bits));
        break;
      case Motion::InstantInSeconds:
        if (step == 0) staying.push_back(StateWalk::start_of_second(field.bits));
        break;
      case Motion::Countdown:
        countdown = std::min(countdown, periods_down(field.bits, std::uint64_t{0} - step));
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
  std::erase_if(staying, [now = third.at](TimePoint at) { return at <= now || at == kNever; });
  // The digest counts on without wrapping.
  std::uint64_t wrap = UINT64_MAX;
  const auto earlier = events_between(first, second);
  const auto later = events_between(second, third);
  for (std::size_t i = 0; i < later.size(); ++i) {
    const std::uint32_t step = later[i].sequence - earlier[i].sequence;
    if (step > 0) wrap = std::min<std::uint64_t>(wrap, (UINT32_MAX - later[i].sequence) / step);
  }
  const auto to_the_end = static_cast<std::uint64_t>((limit - third.at) / repetition.span());
  return std::min({to_the_end, wrap, countdown, periods_before(moving, staying, repetition.span()),
                   periods_in_order<std::int32_t>(std::move(sequences)),
                   periods_in_order<std::int64_t>(std::move(positions))});
}

bool SteadyState::pass_over(TimePoint limit) {
  recurrence_ = {log_.back().what, third_.at, third_.at - second_.at};
  if (pass_over_long_periods(limit)) return true;
  const Repetition repetition{first_, second_, third_};
  const std::uint64_t times = periods_left(repetition, limit);
  if (times < kFewestPeriods) return false;
  stretches_.push_back(third_);
  if (stretches_.size() > std::min(kMostStretches, kMostKeptFields / third_.fields.size()))
    stretches_.pop_front();
  move_on(repetition, times);
  log_again(repetition, times);
  return true;
}

bool SteadyState::pass_over_long_periods(TimePoint limit) {
  for (auto second = stretches_.rbegin(); second != stretches_.rend(); ++second) {
    const Duration span = third_.at - second->at;
    const auto first = std::find_if(second, stretches_.rend(), [&](const Image& image) {
      return second->at - image.at == span;
    });
    if (first == stretches_.rend() || !has_moved(second->fields, third_.fields, third_.at, span) ||
        !has_moved(first->fields, second->fields, second->at, span))
      continue;
    const Repetition repetition{*first, *second, third_};
    if (!repeats_again(repetition)) continue;
    const std::uint64_t times = periods_left(repetition, limit);
    if (times == 0) continue;
    move_on(repetition, times);
    forget_stretches();
    return true;
  }
  return false;
}

void SteadyState::move_on(const Repetition& repetition, std::uint64_t times) {
  const auto& [first, second, third] = repetition;
  std::vector<StateField> target = third.fields;
  for (std::size_t i = 0; i < target.size(); ++i) {
    target[i].bits += times * (third.fields[i].bits - second.fields[i].bits);
  }
  const auto later = events_between(second, third);
  fast_.repeat(events_between(first, second), later, times);
  const std::uint64_t events = times * later.size();
  StateWalk walk{std::span<const StateField>(target)};
  all_.walk(walk);
  skipped_ += events;
  ran_ += events;
}

void SteadyState::log_again(const Repetition& repetition, std::uint64_t times) {
  const std::size_t period = repetition.third.events - repetition.second.events;
  if (times > (kLongestLog - std::min(kLongestLog, log_.size())) / period)
    return forget_stretches();
  for (std::uint64_t event = 0; event < times * period; ++event) {
    const LoggedEvent& before = log_[log_.size() - 2 * period];
    const LoggedEvent& last = log_[log_.size() - period];
    log_.push_back(
        {last.what, 2 * last.instant - before.instant, 2 * last.sequence - before.sequence});
  }
}

// The log is only needed while stretches are kept, and they are dropped once it is too long.
void SteadyState::shorten_log() {
  if (stretches_.empty() || log_.size() > kLongestLog) forget_stretches();
}

void SteadyState::forget_stretches() {
  stretches_.clear();
  log_.clear();
}

}  // namespace stayalive
