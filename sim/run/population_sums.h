// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "app/judge/judge.h"
#include "app/ledger.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// Sums up what becomes of the members of a population, whole or compact, as their judge speaks.
//
// A member counts by the worse of its two sides.  It is forgotten while either side is, and the
// first of the two tells by whom.  Where a box has not let it begin it is refused, not forgotten.
class PopulationSums final : public Judge::Listener {
 public:
  // scenario must outlive it; connection: its position there.
  PopulationSums(const Scenario& scenario, std::size_t connection);

  void was_forgotten(std::uint32_t member, const ForgottenSpan& span) override;
  void concluded(std::uint32_t member, const ConnectionResult& result) override;

  // A member that has begun did not hold.
  void did_not_hold(std::uint32_t member);

  // Once all are concluded: the report of the connection that stands for them.  counters and
  // messages: of all members together, by Role.
  ConnectionReport report(const std::array<SideCounters, 2>& counters,
                          const std::array<MessageCounters, 2>& messages) const;

 private:
  // How often a member was forgotten because its peer was gone: whose doing that was is known in
  // the end.
  struct SecondHand {
    std::uint64_t deaths = 0;
    bool first = false;  // the first of its deaths was one of them
  };
  struct Cause {
    FaultCause cause;
    std::uint64_t members = 0;
    std::uint64_t deaths = 0;
  };

  void add_end(Role role, const SideResult& side, bool left, bool barred);
  Cause& cause(const FaultCause& cause);

  const Scenario& scenario_;
  std::size_t connection_;
  PopulationReport all_;
  std::vector<Cause> causes_;
  std::array<PopulationReport::End, 2> ends_;  // by Role
  std::array<std::vector<Duration>, 2> delays_;
  std::vector<TimePoint> first_deaths_;
  std::int64_t blackhole_ms_ = 0;                    // in all, each span rounded down
  std::vector<bool> forgotten_;                      // by member: ever
  std::vector<bool> fell_;                           // by member
  std::map<std::uint32_t, SecondHand> second_hand_;  // by member
};

}  // namespace stayalive
