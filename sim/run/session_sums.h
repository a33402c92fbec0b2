// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// Sums up what becomes of a population whose members have several connections side by side each.
// A member counts by what its session has come to, as SessionBook says; figures are of all
// together.
class SessionSums {
 public:
  // everybody: with the members as connections, from `first` on; it must outlive the sums.
  // connection: the one that stands for them.  end: of the run.
  SessionSums(const Scenario& everybody, std::size_t connection, std::size_t first, TimePoint end);

  // The report of the next member, in their order.
  void add(const ConnectionReport& member);
  // Once all are added.
  ConnectionReport report() const;

 private:
  void add_session(const SessionReport& member);
  void add_death(const ConnectionReport& member, std::uint32_t times);
  void add_cause(const Blame& blame, std::uint64_t deaths);

  const Scenario& scenario_;
  std::size_t connection_;
  std::size_t next_;  // the member that comes next
  TimePoint end_;
  ConnectionReport report_;
  std::array<std::vector<Duration>, 2> delays_;  // by Role
  std::vector<TimePoint> first_deaths_;
  std::int64_t blackhole_ms_ = 0;  // in all, each span rounded down
};

}  // namespace stayalive
