// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "app/connection_spec.h"
#include "scenario/products/products.h"

namespace stayalive {

// The choice that a connection of a scenario has made; empty for one that sends no keepalives at
// all.  A connection that names no product has the one that adds nothing to its strategy.  The
// choice refers to a product of `products`.
std::optional<StrategyChoice> strategy_of(const ConnectionSpec& connection, Products& products);

}  // namespace stayalive
