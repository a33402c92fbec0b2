// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/profiles/product_file.h"
#include "scenario/profiles/watcher_options.h"

namespace stayalive {

// A watcher of ways as a protocol or product: its rules, and where each of them comes from.
struct WatcherDocument : ProductFile {
  WatcherProduct product;
  // Whether it says what becomes of flows when a better way is taken again.
  bool says_flows_back = false;
};

// The watchers built into the program, in the order of their names; they live as long as it does.
std::vector<const WatcherDocument*> builtin_watchers();
// nullptr when there is none of that name.
const WatcherDocument* find_builtin_watcher(std::string_view name);
// Reads a watcher from JSON text, in the same shape as the files in scenarios/watchers/.
Result<WatcherDocument> parse_watcher(std::string_view text, const std::string& file);

}  // namespace stayalive
