// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/host/server_spec.h"
#include "base/result.h"
#include "scenario/json/reader.h"
#include "scenario/profiles/product_file.h"
#include "strategy/options.h"

namespace stayalive {

// An HTTP server as a product: options of the strategy `http` that are its, how many connections it
// has at once, and where each of these values comes from.
struct ServerDocument : ProductFile {
  std::vector<std::pair<const OptionSpec*, std::int64_t>> options;
  ServingRules serving;
  // Puts its values into options of the strategy.
  void apply_to(Options& to) const;
};

// The options of the strategy `http` that are the server's.
std::vector<const OptionSpec*> http_server_options();
// Reads or describes the name of one of the built-in servers; nullptr when there is none.
const ServerDocument* read_server_product(Reader in);
// Those of scenarios/servers/, in the order of their names.  They live as long as the program.
std::vector<const ServerDocument*> builtin_servers();
// nullptr when there is none of that name.
const ServerDocument* find_builtin_server(std::string_view name);
// Reads a server from JSON text, in the same shape as the files in scenarios/servers/.
Result<ServerDocument> parse_server(std::string_view text, const std::string& file);

}  // namespace stayalive
