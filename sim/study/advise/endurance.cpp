// SPDX-License-Identifier: Apache-2.0
#include "study/advise/endurance.h"

#include <algorithm>

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
    return experiment.bears_cut(sample, from, later(from, outage));
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

// Of the keepalives from this one on, how many may be lost in a row; at most `most`.
std::uint64_t lost_from(const Experiment& experiment, const Sample& sample, TimePoint keepalive,
                        std::uint64_t most) {
  std::uint64_t borne = 0;
  std::vector<TimePoint> entered;
  Duration looked = 3 * std::max<Duration>(sample.rhythm.cycle, 1s);
  while (borne < most) {
    if (borne >= entered.size()) {
      if (looked > 4 * kLongestOutage + 4 * sample.rhythm.cycle) break;
      entered = keepalives_into_a_cut(sample.scenario, experiment.connection(), keepalive,
                                      later(keepalive, looked));
      looked *= 4;
      continue;
    }
    if (!experiment.bears_cut(sample, keepalive, later(entered[borne], 1ns))) break;
    ++borne;
  }
  return borne;
}

std::uint64_t lost_in_a_row(const Experiment& experiment, std::uint64_t most) {
  std::uint64_t least = most;
  bool any = false;
  for (const Sample& sample : experiment.samples()) {
    for (const TimePoint keepalive : sample.rhythm.keepalives) {
      any = true;
      least = lost_from(experiment, sample, keepalive, least);
      if (least == 0) return 0;
    }
  }
  return any ? least : 0;
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
  if (found.endless) {
    const Duration cycle = experiment.samples()[0].rhythm.cycle;
    found.lost = cycle > 0s ? static_cast<std::uint64_t>(kLongestOutage / cycle) : 0;
  } else {
    found.lost = lost_in_a_row(experiment, UINT64_MAX);
  }
  return found;
}

bool bears_lost(const Experiment& experiment, std::uint64_t keepalives) {
  return lost_in_a_row(experiment, keepalives) >= keepalives;
}

}  // namespace stayalive
