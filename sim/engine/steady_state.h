// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/state_walk.h"
#include "base/time.h"
#include "engine/event_log.h"
#include "engine/simulation.h"

namespace stayalive {

// Runs a simulation, and passes over the time in which it only repeats itself: a silent month costs
// no more than a silent hour, and every field, counter and digest is afterwards what it would have
// been.
//
// The state is noted after some event, and again when the like of that event recurs, and once more
// after as many events again.  When everything has either stayed or moved by equal steps, twice,
// whole periods follow, each the same, until the first instant that does not move along: a
// scenario's event, a timer that nobody restarts, the end.  There the run goes on event by event.
// Random numbers are part of the state, so nothing that draws them repeats itself.
class SteadyState {
 public:
  // all: lists all the state there is, the simulation's included.  Both must outlive this.
  SteadyState(Simulation& sim, HasState& all);
  SteadyState(const SteadyState&) = delete;
  SteadyState& operator=(const SteadyState&) = delete;

  // As Simulation::run_until.
  void run_until(TimePoint limit);
  // How many events were passed over so far.
  std::uint64_t skipped() const { return skipped_; }

 private:
  struct Image {
    std::vector<StateField> fields;
    TimePoint at;
  };
  // Two periods of the same length, one after the other.
  struct Period {
    Duration span{};
    std::size_t events = 0;
  };

  void note(Image& image);
  // Notes it as far as it may be an earlier image, moved on; whether it is.
  bool note_repeated(Image& image, const Image& before);
  // Runs from the present on until a period has been found twice, so many events have been watched
  // for one, or the limit is reached.
  std::optional<Period> watch(TimePoint limit, std::size_t patience);
  bool restless() const;
  bool may_look() const;
  bool repeats_again(Period period) const;
  std::uint64_t periods_left(Period period, TimePoint limit) const;
  void skip(Period period, std::uint64_t times);

  Simulation& sim_;
  HasState& all_;
  EventLog log_;
  Image first_, second_, third_;
  std::uint64_t noted_ = 0;  // fields
  std::uint64_t ran_ = 0;    // events, passed over or not
  std::uint64_t skipped_ = 0;
};

}  // namespace stayalive
