// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "app/judge/judge.h"
#include "app/ledger.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// Writes the report of one connection as its judge speaks.
class Timeline final : public Judge::Listener {
 public:
  // scenario must outlive it; connection: its position there.
  Timeline(const Scenario& scenario, std::size_t connection);

  void happened(std::uint32_t, Role role, const SideEvent& event) override;
  void became(std::uint32_t, Role role, Outcome outcome, TimePoint at,
              const SideEvent* event) override;
  void concluded(std::uint32_t, const ConnectionResult& result) override;

  // How many entries it has.
  std::size_t held() const {
    return report_.sides[0].timeline.size() + report_.sides[1].timeline.size();
  }
  // Once it is concluded, at the end of the run.  record: its counters and messages.
  ConnectionReport report(const ConnectionRecord& record, TimePoint end) const;

 private:
  const Scenario& scenario_;
  ConnectionReport report_;
  std::array<bool, 2> rests_{};  // by Role: whether it has no socket until it needs one
};

}  // namespace stayalive
