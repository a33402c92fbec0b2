// SPDX-License-Identifier: Apache-2.0
#include "run/rehearsal/endurance.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace stayalive {
namespace {

using Sample = Experiment::Sample;

// What is lost at the beginning of a cut changes only where a packet enters the line; of the cuts
// that begin with the same one, that which begins with it ends latest.
std::vector<TimePoint> cut_beginnings(const Rhythm& rhythm) {
  return rhythm.crossings.empty() ? std::vector{rhythm.beat} : rhythm.crossings;
}

// The longest outage from this instant on that is survived, in whole seconds, and at most `most`.
Duration longest_outage(const Experiment& experiment, const Sample& sample, TimePoint from,
                        Duration most) {
  const auto bears = [&](Duration outage) {
    return experiment.cut(sample, from, later(from, outage)).survived;
  };
  if (bears(most)) return most;
  Duration lasts = 0s;
  Duration ends = 1s;
  while (ends < most && bears(ends)) {
    lasts = ends;
    ends *= 2;
  }
  ends = std::min(ends, most);
  while (ends - lasts > 1s) {
    const Duration middle = lasts + (ends - lasts) / 2s * 1s;
    (bears(middle) ? lasts : ends) = middle;
  }
  return lasts;
}

struct Borne {
  std::uint64_t keepalives = 0;   // in a row
  std::optional<CutTrial> ended;  // by the cut that takes one more; empty: that was not looked for
};

// Of the keepalives from this one on, how many may be lost in a row; at most `most`.
Borne lost_from(const Experiment& experiment, const Sample& sample, TimePoint keepalive,
                std::uint64_t most) {
  Borne borne;
  std::vector<TimePoint> entered;
  Duration looked = 3 * std::max<Duration>(sample.rhythm.cycle, 1s);
  while (borne.keepalives < most) {
    if (borne.keepalives >= entered.size()) {
      // Of an end that gives up no more come, however long the cut is.
      if (looked > 4 * kLongestOutage + 4 * sample.rhythm.cycle) {
        borne.ended = experiment.cut(sample, keepalive, later(keepalive, looked));
        borne.ended->lost = entered.size();
        break;
      }
      entered = keepalives_into_a_cut(sample.scenario, experiment.connection(), keepalive,
                                      later(keepalive, looked));
      looked *= 4;
      continue;
    }
    CutTrial trial = experiment.cut(sample, keepalive, later(entered[borne.keepalives], 1ns));
    if (!trial.survived) {
      trial.lost = borne.keepalives + 1;
      borne.ended = std::move(trial);
      break;
    }
    ++borne.keepalives;
  }
  return borne;
}

// The least from any keepalive on, of those that bear fewer than `most`.
Borne lost_in_a_row(const Experiment& experiment, std::uint64_t most) {
  Borne least{most, {}};
  bool any = false;
  for (const Sample& sample : experiment.samples()) {
    for (const TimePoint keepalive : sample.rhythm.keepalives) {
      any = true;
      Borne found = lost_from(experiment, sample, keepalive, least.keepalives);
      if (found.keepalives < least.keepalives) least = std::move(found);
      if (least.keepalives == 0) return least;
    }
  }
  return any ? least : Borne{};
}

}  // namespace

Endurance find_endurance(const Experiment& experiment) {
  Endurance found;
  found.outage = kLongestOutage;
  for (const Sample& sample : experiment.samples()) {
    for (const TimePoint from : cut_beginnings(sample.rhythm)) {
      found.outage = longest_outage(experiment, sample, from, found.outage);
    }
  }
  found.endless = found.outage == kLongestOutage;
  // The trials have seen some of the random waits; others may take a little longer.
  if (experiment.random() && !found.endless) found.outage -= std::min<Duration>(found.outage, 1s);
  if (found.endless) {
    const Duration cycle = experiment.samples()[0].rhythm.cycle;
    found.lost = cycle > 0s ? static_cast<std::uint64_t>(kLongestOutage / cycle) : 0;
  } else {
    found.lost = lost_in_a_row(experiment, UINT64_MAX).keepalives;
  }
  return found;
}

bool bears_lost(const Experiment& experiment, std::uint64_t keepalives) {
  return lost_in_a_row(experiment, keepalives).keepalives >= keepalives;
}

std::optional<CutTrial> first_deadly_loss(const Experiment& experiment, std::uint64_t keepalives) {
  return lost_in_a_row(experiment, keepalives).ended;
}

std::optional<CutTrial> first_deadly_outage(const Experiment& experiment, Duration outage) {
  for (const Sample& sample : experiment.samples()) {
    for (const TimePoint from : cut_beginnings(sample.rhythm)) {
      CutTrial trial = experiment.cut(sample, from, later(from, outage));
      if (!trial.survived) return trial;
    }
  }
  return std::nullopt;
}

}  // namespace stayalive
