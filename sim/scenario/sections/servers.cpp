// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/servers.h"

#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"
#include "scenario/profiles/serving_options.h"
#include "scenario/sections/sections.h"

namespace stayalive {
namespace {

void read_server_host(ObjectReader& fields, const Draft& draft, ServerSpec& server) {
  Reader in = fields.with_default("host", "the host on which it listens");
  if (fields.describing()) {
    std::string host = "server";
    in.name(host);
    return;
  }
  if (!draft.hosts_known) return;
  const Names::Entry* usual = draft.names.find("server");
  CHECK(usual != nullptr, "the host called server is always there");
  server.host = usual->position;
  if (!in.present()) return;
  if (const auto entry = draft.names.read_reference(in, {Names::Kind::Host}))
    server.host = entry->position;
}

void read_server(Reader& in, const Draft& draft, ServerSpec& server) {
  in.object([&](ObjectReader& fields) {
    read_server_host(fields, draft, server);
    if (const ServerDocument* product = read_server_product(
            fields.optional("profile",
                            "the server as a product (profiles.md#servers): the values below are "
                            "laid over its own"))) {
      server.profile = product->name;
      server.rules = product->serving;
      server.http = product->options;
    }
    for (const ServingOption& option : serving_options()) {
      Reader value = fields.with_default(option.spec.key, option.spec.help);
      read_option(value, option.spec, option.slot(server.rules));
    }
    for (const OptionSpec* spec : http_server_options()) {
      Reader value = fields.optional(spec->key, spec->help);
      std::int64_t number = 0;
      if (read_option(value, *spec, OptionSlot(number))) server.http.emplace_back(spec, number);
    }
    const ServingRules& rules = server.rules;
    if (rules.max_connections > 0) return;
    for (const std::string_view key : {"when_full", "closes_idle"}) {
      if (fields.has(key))
        fields.error_at(key, "it has any number of connections",
                        "this key together with max_connections");
    }
  });
}

}  // namespace

void read_servers(Reader in, Draft& draft) {
  if (!in.present() && !in.describing()) return;
  std::vector<ServerSpec>& servers = draft.scenario.servers;
  in.map(kMostItems, [&](const std::string& name, Reader& value) {
    ServerSpec server;
    server.name = name;
    read_server(value, draft, server);
    if (value.describing()) return;
    if (draft.names.add(name, {Names::Kind::Server, servers.size()})) {
      servers.push_back(std::move(server));
      const SourceText::Position place = value.position();
      draft.scenario.server_places.push_back({value.pointer(), place.line, place.column});
    } else {
      value.error("the name " + quote(name) + " is taken",
                  "a name of its own for each host, link, middlebox, proxy, server and connection");
    }
  });
}

}  // namespace stayalive
