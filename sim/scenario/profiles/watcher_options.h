// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "base/option_spec.h"
#include "failover/watcher_rules.h"

namespace stayalive {

// A watcher as a product: how it decides, and what becomes of flows that stand where its product
// says so.
struct WatcherProduct {
  WatcherRules rules;
  bool both_ends = false;
  StandingFlows leaving = StandingFlows::Moved;
  StandingFlows returning = StandingFlows::Moved;
};

using WatcherOption = BoundOption<WatcherProduct>;

// The values in which watchers differ.  The table of these is the only place that says which there
// are: the files in scenarios/watchers/, the values that a scenario lays over them, and the JSON
// Schema follow it.
std::span<const WatcherOption> watcher_options();

}  // namespace stayalive
