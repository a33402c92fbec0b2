// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "app/message_store.h"
#include "engine/trace.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

struct RunOptions {
  std::optional<std::uint64_t> seed{};  // instead of the scenario's own
  TraceSink* trace = nullptr;           // hears every packet and event; must outlive the run
  bool skip = true;  // pass over what only repeats itself: same report, less time
  // Ends the run soon after it is requested, between two events.  Then the report has an early_end,
  // and is about what happened until then.
  std::stop_token stop{};
  TimePoint trace_from = kStart;  // `trace` hears nothing of what happens before
  // Called once before the run: where the messages of its packets are read while it goes on.
  std::function<void(const MessageStore& messages)> messages{};
  // Called now and then in the thread of the run: where it is, and after how many events.
  std::function<void(TimePoint now, std::uint64_t events)> progress{};
};

// Runs a scenario from beginning to end, or until it reaches one of its limits: then the report has
// an early_end, too.  No input or output, no globals: the same scenario and
// options give the same report, and runs may go on in several threads at once.
RunReport run(const Scenario& scenario, const RunOptions& options = {});

}  // namespace stayalive
