// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/strategy.h"

namespace stayalive {

// Sends nothing of its own: the control experiment.  Whatever is learned is learned from the
// stack.
extern const StrategyKind kSilent;

}  // namespace stayalive
