// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "run/held.h"
#include "run/report.h"

namespace stayalive {

// How long something took, over the runs in which it happened.
struct SpanStatistics {
  std::uint64_t count = 0;
  Duration least = Duration::max();
  Duration most{};
  std::int64_t total_ms = 0;  // rounded down for each

  void add(Duration span);
  // Rounded to milliseconds; 0 when it never happened.
  Duration mean() const;
};

// What a connection costs its client: packets and bytes of both directions at the client's own
// line.
struct Cost {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;           // of IP
  std::uint64_t keepalives = 0;      // of both ends
  std::uint64_t wakeups = 0;         // SideCounters::wakeups of the client
  std::uint64_t awake_us = 0;        // SideCounters::awake_us of the client
  std::uint64_t brief_awake_us = 0;  // likewise
  std::uint64_t filling = 0;         // likewise
  Duration time{};                   // in which they were counted

  // A count brought to one day, rounded to the nearest whole number.
  std::uint64_t per_day(std::uint64_t count) const;
  Cost& operator+=(const Cost& more);
  // What was added since `before`, the cost of a shorter run of the same.
  Cost operator-(const Cost& before) const;
  // For how long the client's radio is awake in a day; empty where that was not counted.
  std::optional<Duration> awake_per_day() const;
};

// Of a client with several connections side by side.
struct SessionTally {
  std::uint64_t opened = 0;  // connections
  std::uint64_t asked = 0;   // requests whose fate is known
  std::uint64_t answered = 0;
  std::uint64_t failed = 0;
  SpanStatistics page_load;  // of each run the slowest; none where none was loaded
};

// How connections came into a server that serves several, and how busy that was.
struct ServerTally {
  SpanStatistics longest_wait;  // of each run; none where nobody waited
  std::uint64_t accepted = 0;
  std::uint64_t waited = 0;
  std::uint64_t kept_out = 0;
  std::uint64_t turned_away = 0;
  std::uint64_t dropped_syns = 0;
  std::uint64_t most_served = 0;  // by whomever, of all runs
  std::uint64_t served_us = 0;    // likewise, microseconds of all connections and runs
  Duration time{};                // of the runs
  // Connections at once on average, in thousandths.
  std::uint64_t mean_served() const;
};

// Each member of a population counts as a run of its own; of them the times are those of the whole:
// the first death, and the longest black hole.
//
// What several runs of one scenario, each with another seed, have shown of one connection.
struct Tally {
  std::string name;
  std::string strategy;
  std::uint64_t runs = 0;
  std::uint64_t held = 0;
  std::array<std::array<std::uint64_t, 7>, 2> outcomes{};  // by Role and Outcome at the end
  SpanStatistics died;                    // from the beginning of the run to the first death
  SpanStatistics blackhole;               // the longer of both sides, of the runs that did not hold
  std::array<SpanStatistics, 2> noticed;  // by Role: from being forgotten, or from what broke the
                                          // connection, to noticing; not of what nothing broke
  std::array<std::uint64_t, 2> unaware{};  // by Role: runs that ended with it unaware
  Duration longest_run{};
  Cost cost;
  Blame blame;                               // of the first run that did not hold
  std::optional<std::uint64_t> failed_seed;  // of this run
  // Of the runs that held, the least margin (margin_of()); the first run with as little.
  std::optional<ClosestCall> closest_call;
  std::optional<SessionTally> session;
  std::optional<ServerTally> at_server;

  // report: of the same connection of the same scenario, run for `time` with this seed.  Runs are
  // added in the order of their seeds.
  void add(const ConnectionReport& report, Duration time, std::uint64_t seed);

 private:
  void add_session(const ConnectionReport& report);
  void add_admission(const AdmissionReport& admission, Duration time);
  void add_members(const ConnectionReport& report, Duration time);
};

}  // namespace stayalive
