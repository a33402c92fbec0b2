// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "failover/fork.h"
#include "failover/watcher.h"
#include "net/side.h"
#include "scenario/scenario.h"

namespace stayalive {

// What became of one way of a group of alternatives.
struct WayReport {
  std::string name;
  // By the end that watches it; empty where that end does not.
  std::array<std::optional<Watcher::Figures>, 2> watchers;
  std::array<std::uint64_t, 2> packets{};  // of all connections, by the Side they travelled to
};

// An end took another way.
struct WayChangeReport {
  std::string group;
  TimePoint at;
  Side end = Side::Internal;
  std::string from;
  std::string to;
  bool back = false;                 // to a better one
  TimePoint noticed_at{};            // when its watcher found what made it change
  std::optional<TimePoint> since{};  // what it found began then: a line went down or came back
  std::string culprit{};             // the line or box
  // A way was given up although no line or box of it was down.
  bool false_alarm() const { return !back && !since; }
  TimePoint settled_at{};  // when packets passed again
  // From what happened until packets passed by the other way.
  std::optional<Duration> took() const {
    return since ? std::optional(settled_at - *since) : std::nullopt;
  }
};

// A group of alternatives in a run.
struct AlternativesReport {
  std::string name;
  std::string watcher;  // the product; empty: the scenario's own
  WatcherRules rules;
  std::vector<WayReport> ways;
  std::vector<WayChangeReport> changes;  // in order of time; the first Fork::kMostEvents
  std::uint64_t all_changes = 0;
  std::array<std::string, 2> taken;  // at the end of the run, by the end that chooses; empty: none
  std::uint64_t false_alarms() const;
  // Of the internal end where that chooses, or of the other: the longest; empty: there was none.
  std::optional<Duration> longest_failover() const;
  std::optional<Duration> longest_return() const;
};

// Of all groups together.
struct WayFigures {
  std::optional<Duration> longest_failover;
  std::optional<Duration> longest_return;
  std::uint64_t changes = 0;
  std::uint64_t false_alarms = 0;
  WayFigures& operator+=(const AlternativesReport& more);
};

// How many packets of a connection took a way.
struct WayShare {
  std::string group;
  std::string way;
  std::array<std::uint64_t, 2> packets{};  // by the Side they travelled to
};

// What a group's forks, by Side, make of a run.
AlternativesReport report_alternatives(const Scenario& scenario, std::size_t group,
                                       const std::array<const Fork*, 2>& forks);

}  // namespace stayalive
