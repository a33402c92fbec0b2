// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/profiles/pool_options.h"
#include "scenario/profiles/product_file.h"

namespace stayalive {

// A pool of connections as a product: its rules, and where each of them comes from.
struct PoolDocument : ProductFile {
  PoolRules rules;
};

// The pools built into the program, in the order of their names; they live as long as it does.
std::vector<const PoolDocument*> builtin_pools();
// nullptr when there is none of that name.
const PoolDocument* find_builtin_pool(std::string_view name);
// Reads a pool from JSON text, in the same shape as the files in scenarios/pools/.
Result<PoolDocument> parse_pool(std::string_view text, const std::string& file);

// What every pool begins with, beside its product: connections are opened when requests need them.
PoolRules plain_pool();

}  // namespace stayalive
