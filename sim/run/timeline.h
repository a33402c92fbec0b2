// SPDX-License-Identifier: Apache-2.0
#pragma once
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

  // Once it is concluded, at the end of the run.  record: its counters and messages.
  ConnectionReport report(const ConnectionRecord& record, TimePoint end) const;

 private:
  const Scenario& scenario_;
  std::size_t connection_;
  ConnectionReport report_;
};

// When the first message of a side fell due that nobody could send any more.
std::optional<TimePoint> first_unsent(const ConnectionRecord& record, Role role);
// What became of the messages that one side wrote, until the end of the run.
MessageCounters count_messages(const Scenario& scenario, const ConnectionSpec& spec,
                               const ConnectionRecord& record, Role role, TimePoint end);

}  // namespace stayalive
