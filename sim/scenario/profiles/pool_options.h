// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "app/session/session_spec.h"
#include "base/option_spec.h"
#include "strategy/reconnect_spec.h"

namespace stayalive {

// A pool as a product: how it keeps its connections, and what it does with requests on a lost one.
struct PoolRules {
  SessionSpec keeps;
  ReconnectSpec loses;
};

using PoolOption = BoundOption<PoolRules>;

// The values in which pools differ.  The table of these is the only place that says which there
// are: the files in scenarios/pools/, the values that a scenario lays over them, and the JSON
// Schema follow it.
std::span<const PoolOption> pool_options();
// Those of ReconnectSpec: in a scenario they stand in "reconnect".
std::span<const PoolOption> pool_loss_options();

}  // namespace stayalive
