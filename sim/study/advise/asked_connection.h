// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/products/product.h"
#include "scenario/scenario.h"

namespace stayalive {

// The position of a connection of a scenario; of the only one when `name` is empty.
Result<std::size_t> find_connection(const Scenario& scenario, const std::string& name);
// A connection that stands for many has no keepalives, crashes and outages of its own to look at.
std::vector<Diagnostic> refuse_many(const std::string& file, const std::string& connection);
// Nor has one whose client has several side by side.
std::vector<Diagnostic> refuse_session(const std::string& file, const std::string& connection);
// Why nothing can be said of a strategy whose pings end at a proxy of the path; empty where it can.
// where: what the path is called.
std::vector<Diagnostic> refuse_pings_to_proxy(const Product& product, const Scenario& scenario,
                                              const std::string& where);

}  // namespace stayalive
