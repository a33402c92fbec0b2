// SPDX-License-Identifier: Apache-2.0
#include "engine/steady_state.h"

#include <algorithm>
#include <bit>
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
constexpr std::uint64_t kFieldsPerSkippedEvent = 6;
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
// How many periods that a countdown has ended are kept; for how many events, and for how many of
// the latest period besides, the beginning of one of them is looked for; and what that may cost: so
// many fields for each event that was run and for each that was saved.
constexpr std::size_t kMostKnown = 4;
constexpr std::size_t kShortestPatience = 32;
constexpr std::size_t kPatiencePeriods = 8;
constexpr std::uint64_t kComparedPerEvent = 1;
constexpr std::uint64_t kComparedPerSavedEvent = 4;
// Passing over costs a part of the time of an event for each field.
constexpr std::uint64_t kFieldsPerResumedEvent = 5;

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

// Whether everything has moved as it may.
bool has_moved(std::span<const StateField> before, std::span<const StateField> after, TimePoint now,
               Duration span) {
  return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                    [&](const StateField& a, const StateField& b) {
                      return a.motion == b.motion && StateWalk::may_move(a, b, now, span);
                    });
}

}  // namespace

SteadyState::SteadyState(Simulation& sim, HasState& all, RunWatch* watch)
    : sim_(sim), fast_(sim), all_(all), watch_(watch) {}

// Whether one more event may be run.
bool SteadyState::may_go_on() {
  if (allowed_ > 0 || watch_ == nullptr) return true;
  const std::uint64_t run = ran_ - skipped_;
  allowed_ = ended_ ? 0 : watch_->allow(run - std::exchange(asked_at_, run));
  ended_ = allowed_ == 0;
  return !ended_;
}

std::uint64_t SteadyState::run_counted(TimePoint limit, std::uint64_t most) {
  const std::uint64_t ran = fast_.run_some(limit, most);
  ran_ += ran;
  allowed_ -= std::min(allowed_, ran);
  return ran;
}

// False when the limit is reached, or the run is ended, before so many events have been run.
bool SteadyState::run_some(TimePoint limit, std::uint64_t most) {
  while (most > 0) {
    if (!may_go_on()) return false;
    const std::uint64_t next = watch_ == nullptr ? most : std::min(most, allowed_);
    const std::uint64_t ran = run_counted(limit, next);
    most -= ran;
    if (ran < next) return false;
  }
  return true;
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

bool SteadyState::run_until(TimePoint limit) {
  std::uint64_t tries = 0;
  std::uint64_t pause = 0;  // events
  while (sim_.now() < limit && !ended_) {
    while (resume(limit) && !ended_) tries = 0;
    if (find_period(limit, share_of_try(++tries)) && pass_over(limit)) tries = 0;
    // What never repeats itself is looked at ever more seldom.
    pause = never_ ? std::min<std::uint64_t>(2 * pause + kShortestWatch, kLongestWatch) : 0;
    if (pause > 0) run_unwatched(limit, pause);
  }
  fast_.set_log(nullptr);
  // What else is due at this instant.
  while (run_some(limit, kLongestWatch)) {
  }
  return !ended_;
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
  const std::uint64_t watch = std::min<std::uint64_t>(
      kLongestWatch,
      share * std::max(kShortestWatch, first_.fields.size() / kFieldsPerWatchedEvent));
  const std::uint64_t what = log_.back().what;
  for (std::uint64_t events = 1; events <= watch; ++events) {
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

Period SteadyState::period_of(const Repetition& repetition) const {
  const auto& [first, second, third] = repetition;
  return {second.fields,
          third.fields,
          third.at,
          repetition.span(),
          events_between(first, second),
          events_between(second, third)};
}

bool SteadyState::pass_over(TimePoint limit) {
  recurrence_ = {log_.back().what, third_.at, third_.at - second_.at};
  if (pass_over_long_periods(limit)) return true;
  Period period = period_of({first_, second_, third_});
  const std::uint64_t times = period.times_from(third_.fields, third_.at, limit);
  if (times < kFewestPeriods) return false;
  stretches_.push_back(third_);
  if (stretches_.size() > std::min(kMostStretches, kMostKeptFields / third_.fields.size()))
    stretches_.pop_front();
  move_on(period.earlier(), period.later(), times, period.moved(third_.fields, times));
  log_again(period.events(), times);
  if (!period.counts_down()) return true;
  known_.push_front(std::move(period));
  if (known_.size() > kMostKnown) known_.pop_back();
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
    const Period period = period_of(repetition);
    const std::uint64_t times = period.times_from(third_.fields, third_.at, limit);
    if (times == 0) continue;
    move_on(period.earlier(), period.later(), times, period.moved(third_.fields, times));
    forget_stretches();
    return true;
  }
  return false;
}

// Passes over so many periods like these two, after which the state is `then`.
void SteadyState::move_on(std::span<const LoggedEvent> earlier, std::span<const LoggedEvent> later,
                          std::uint64_t times, const std::vector<StateField>& then) {
  fast_.repeat(earlier, later, times);
  StateWalk walk{std::span<const StateField>(then)};
  all_.walk(walk);
  skipped_ += times * later.size();
  ran_ += times * later.size();
  allowed_ = 0;  // much time may have passed: the watch is asked before the next event
}

bool SteadyState::resume(TimePoint limit) {
  if (known_.empty()) return false;
  const std::size_t patience = kShortestPatience + kPatiencePeriods * known_.front().events();
  for (std::size_t looked = 0; looked < patience; ++looked) {
    shorten_log();
    fast_.set_log(&log_);
    if (!step(limit)) return false;
    const Period* period = find_known();
    if (period == nullptr) continue;
    const std::uint64_t times = period->times_from(first_.fields, first_.at, limit);
    const std::uint64_t seen = period->has_sequences() ? 1 : 0;
    const std::uint64_t saved = times > seen ? (times - seen) * period->events() : 0;
    if (saved * kFieldsPerResumedEvent < first_.fields.size()) {  // the next loss is near
      run_some(limit, times * period->events());
      continue;
    }
    resume(*period, times);
    return true;
  }
  return false;
}

// Notes the state, if one of the known periods begins with it: which one.
const Period* SteadyState::find_known() {
  const std::uint64_t what = log_.back().what;
  for (const Period& period : known_) {
    if (period.last_event() != what) continue;
    if (compared_ > kComparedPerEvent * (ran_ - skipped_) + kComparedPerSavedEvent * resumed_)
      return nullptr;
    first_.fields.clear();
    first_.at = sim_.now();
    StateWalk walk(first_.fields, period.state(), first_.at, first_.at - period.at(),
                   StateWalk::Compared::Alike);
    all_.walk(walk);
    compared_ += walk.passed();
    if (!walk.differs() && period.begins_with(first_.fields, first_.at)) return &period;
  }
  return nullptr;
}

// Passes over so many periods from the first note on.  Where their events carry sequence numbers,
// one of them is run to see which.
void SteadyState::resume(const Period& period, std::uint64_t times) {
  const std::vector<StateField> then = period.moved(first_.fields, times);
  EventLog earlier = period.earlier();
  EventLog later = period.later();
  const auto shift = static_cast<std::uint64_t>((first_.at - period.at()).count());
  const auto span = static_cast<std::uint64_t>(period.span().count());
  forget_stretches();
  if (period.has_sequences()) run_counted(kNever, period.events());
  for (std::size_t i = 0; i < later.size(); ++i) {
    LoggedEvent expected = later[i];
    expected.instant += shift;
    if (period.has_sequences()) {
      expected.instant += span;
      expected.sequence = log_[i].sequence;
      CHECK(log_[i].what == expected.what && log_[i].instant == expected.instant,
            "what follows from a state follows from it again");
    }
    const std::uint32_t step = later[i].sequence - earlier[i].sequence;
    later[i] = expected;
    earlier[i] = {expected.what, expected.instant - span, expected.sequence - step};
  }
  if (period.has_sequences()) --times;
  move_on(earlier, later, times, then);
  resumed_ += times * later.size();
  recurrence_ = {period.last_event(), sim_.now(), period.span()};
}

void SteadyState::log_again(std::size_t period, std::uint64_t times) {
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
