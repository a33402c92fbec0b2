// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/servers.h"

#include <algorithm>
#include <array>

#include "scenario/json/object_reader.h"
#include "scenario/profiles/builtin_files.h"
#include "scenario/profiles/serving_options.h"
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
  const Options usual = defaults(find_strategy("http")->options);
  for (const OptionSpec* spec : http_server_options()) {
    Reader value = values.optional(spec->key, spec->help);
    std::int64_t number = usual.number(*spec);
    const bool given = value.present();
    if (reader.read_value(std::move(value), *spec, OptionSlot(number)) && given)
      server.options.emplace_back(spec, number);
  }
  for (const ServingOption& option : serving_options())
    reader.read_value(values.optional(option.spec.key, option.spec.help), option.spec,
                      option.slot(server.serving));
}

}  // namespace

std::vector<const OptionSpec*> http_server_options() {
  std::vector<const OptionSpec*> all;
  for (const OptionSpec& spec : find_strategy("http")->options) {
    if (std::ranges::count(kServersOptions, spec.key) > 0) all.push_back(&spec);
  }
  return all;
}

const ServerDocument* read_server_product(Reader in) {
  static const std::vector<const ServerDocument*> servers = builtin_servers();
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const ServerDocument* server : servers) all.emplace_back(server->name);
    return all;
  }();
  std::size_t position = 0;
  return in.word(position, names) ? servers[position] : nullptr;
}

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
