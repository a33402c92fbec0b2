// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "scenario/profiles/product_file.h"
#include "strategy/options.h"

namespace stayalive {

// An HTTP server as a product: options of the strategy `http` that are its, and where each of them
// comes from.
struct ServerDocument : ProductFile {
  std::vector<std::pair<const OptionSpec*, std::int64_t>> options;
  // Puts its values into options of the strategy.
  void apply_to(Options& to) const;
};

// Those of scenarios/servers/, in the order of their names.  They live as long as the program.
std::vector<const ServerDocument*> builtin_servers();
// nullptr when there is none of that name.
const ServerDocument* find_builtin_server(std::string_view name);
// Reads a server from JSON text, in the same shape as the files in scenarios/servers/.
Result<ServerDocument> parse_server(std::string_view text, const std::string& file);

}  // namespace stayalive
