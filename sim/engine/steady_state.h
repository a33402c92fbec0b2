// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/state_walk.h"
#include "base/time.h"
#include "engine/event_log.h"
#include "engine/period.h"
#include "engine/run_watch.h"
#include "engine/simulation.h"
#include "engine/speedup.h"

namespace stayalive {

// Runs a simulation, and passes over the time in which it only repeats itself: a silent month costs
// no more than a silent hour, and every field, counter and digest is afterwards what it would have
// been.
//
//   SteadyState steady(sim, world);  // instead of sim.run_until(end)
//   steady.run_until(end);
//
// The state is noted after some event, and again when the like of that event recurs, and once more
// after as many events again.  When everything has either stayed or moved by equal steps, twice,
// whole periods follow, each the same, until the first instant that does not move along: a
// scenario's event, a timer that nobody restarts, the end; or until a countdown, as of the packets
// before the next loss, is used up.  There the run goes on event by event.  Random numbers are part
// of the state, so nothing repeats itself while they are drawn.
//
// What follows from a state follows from it again.  After a loss the state is compared with those
// from which periods are known, and where it is one of them but for what makes no difference to
// what is to come (Period::begins_with), the period need not be seen anew.
//
// A timer that is seldom restarted, as Linux's keepalive timer is every two hours, ends one stretch
// of short periods after another.  The state before each stretch is kept; when three of them lie
// equally far apart and are alike, that is a long period, and whole ones of those are passed over.
class SteadyState {
 public:
  // all: lists all the state there is, the simulation's included.  watch may end a run; nullptr:
  // nobody does.  All must outlive this.
  SteadyState(Simulation& sim, HasState& all, RunWatch* watch = nullptr);
  SteadyState(const SteadyState&) = delete;
  SteadyState& operator=(const SteadyState&) = delete;

  // As Simulation::run_until; false when the watch has ended the run before.
  bool run_until(TimePoint limit);
  // How many events were passed over so far.
  std::uint64_t skipped() const { return skipped_; }

 private:
  // The state at some instant.
  struct Image {
    std::vector<StateField> fields;
    TimePoint at;
    std::size_t events = 0;  // of the log, before this instant
  };
  // Three states, equally far apart in everything.
  struct Repetition {
    const Image& first;
    const Image& second;
    const Image& third;
    Duration span() const { return third.at - second.at; }
  };
  // An event that comes again after equal spans, as long as everything repeats itself.
  struct Recurrence {
    std::uint64_t what = 0;
    TimePoint last;
    Duration span{};  // zero: there is none
    TimePoint after(TimePoint now) const { return last + ((now - last) / span + 1) * span; }
  };

  bool may_go_on();
  std::uint64_t run_counted(TimePoint limit, std::uint64_t most);
  bool run_some(TimePoint limit, std::uint64_t most);
  bool step(TimePoint limit) { return run_some(limit, 1); }
  void run_unwatched(TimePoint limit, std::uint64_t events);
  void note(Image& image);
  // Notes it as far as it may be an earlier image, moved on; whether it is.
  bool note_repeated(Image& image, const Image& before);
  // Runs on until it may look for a period again; to the recurring event, where there is one.
  // False when the limit is reached.
  bool run_to_next_look(TimePoint limit);
  bool run_to_recurrence(TimePoint limit);
  // Takes a note and runs on until it has been repeated twice, the limit is reached, or `share`
  // times the shortest watch is over; whether there is a period.
  bool find_period(TimePoint limit, std::uint64_t share);
  bool too_large_or_aperiodic() const;
  bool may_note(std::uint64_t fields) const;
  std::span<const LoggedEvent> events_between(const Image& from, const Image& to) const;
  // Whether the second period is the first one over again: in every event, and in every step of the
  // state.
  bool repeats_again(const Repetition& repetition) const;
  Period period_of(const Repetition& repetition) const;
  // Passes over what can be, from the third note on; whether that is anything.
  bool pass_over(TimePoint limit);
  bool pass_over_long_periods(TimePoint limit);
  // Passes over so many periods like these two, after which the state is `then`.
  void move_on(std::span<const LoggedEvent> earlier, std::span<const LoggedEvent> later,
               std::uint64_t times, const std::vector<StateField>& then);
  // Logs periods of so many events, which were passed over, as if they had been run.
  void log_again(std::size_t period, std::uint64_t times);
  // Runs on until one of the known periods begins again, and passes over what can be; false when
  // none does soon.
  bool resume(TimePoint limit);
  void resume(const Period& period, std::uint64_t times);
  // The known period that begins with the state as it is, which is noted then.
  const Period* find_known();
  void shorten_log();
  void forget_stretches();

  Simulation& sim_;
  Speedup fast_;
  HasState& all_;
  RunWatch* watch_;
  std::uint64_t allowed_ = 0;   // events, until it is asked again
  std::uint64_t asked_at_ = 0;  // of what was run and not passed over
  bool ended_ = false;
  EventLog log_;
  Image first_, second_, third_;
  // The states before the stretches passed over, since the log begins.
  std::deque<Image> stretches_;
  Recurrence recurrence_;
  // Periods that were passed over until a countdown was used up, the latest first.
  std::deque<Period> known_;
  bool never_ = false;       // what was noted last does not repeat itself
  std::uint64_t noted_ = 0;  // fields
  std::uint64_t ran_ = 0;    // events, passed over or not
  std::uint64_t skipped_ = 0;
  std::uint64_t compared_ = 0;  // fields, with known periods
  std::uint64_t resumed_ = 0;   // events passed over of known periods
};

}  // namespace stayalive
