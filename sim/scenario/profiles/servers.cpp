// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/servers.h"

#include <algorithm>
#include <array>

#include "scenario/json/object_reader.h"
#include "scenario/profiles/builtin_files.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

// The options of the strategy that are the server's.
constexpr std::array<std::string_view, 14> kServersOptions{"server_keep_alive",
                                                           "keep_alive_timeout",
                                                           "max_keep_alive_requests",
                                                           "first_request_timeout",
                                                           "keep_alive_header",
                                                           "advertised_timeout",
                                                           "linger",
                                                           "server_ping_interval",
                                                           "server_ping_timeout",
                                                           "pings_prolong",
                                                           "min_ping_interval",
                                                           "min_idle_ping_interval",
                                                           "max_ping_strikes",
                                                           "max_concurrent_streams"};

const BuiltinFiles<ServerDocument>& server_files() {
  static const BuiltinFiles<ServerDocument> all(embedded_servers(), parse_server);
  return all;
}

void read_server_values(ObjectReader& values, SourcedFileReader& reader, ServerDocument& server) {
  const StrategyKind* http = find_strategy("http");
  const Options usual = defaults(http->options);
  for (const OptionSpec& spec : http->options) {
    if (std::ranges::count(kServersOptions, spec.key) == 0) continue;
    Reader value = values.optional(spec.key, spec.help);
    std::int64_t number = usual.number(spec);
    const bool given = value.present();
    if (reader.read_value(std::move(value), spec, OptionSlot(number)) && given)
      server.options.emplace_back(&spec, number);
  }
}

}  // namespace

void ServerDocument::apply_to(Options& to) const {
  for (const auto& [spec, number] : options) to.set_number(*spec, number);
}

Result<ServerDocument> parse_server(std::string_view text, const std::string& file) {
  ServerDocument document;
  std::vector<Diagnostic> mistakes = read_product(
      text, file, "server", document, [&](SourcedFileReader& reader, ObjectReader& values) {
        read_server_values(values, reader, document);
      });
  if (!mistakes.empty()) return mistakes;
  return document;
}

std::vector<const ServerDocument*> builtin_servers() { return server_files().all(); }

const ServerDocument* find_builtin_server(std::string_view name) {
  return server_files().find(name);
}

}  // namespace stayalive
