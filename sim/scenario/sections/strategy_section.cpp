// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"
#include "scenario/profiles/servers.h"
#include "scenario/sections/sections.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

void read_option_of(ObjectReader& fields, const OptionSpec& spec, Options& options) {
  const bool has_default = !spec.default_text.empty();
  Reader in =
      has_default ? fields.with_default(spec.key, spec.help) : fields.required(spec.key, spec.help);
  std::int64_t number = has_default ? options.number(spec) : 0;
  if (read_option(in, spec, number)) options.set_number(spec, number);
}

// Chooses the transport and applies the rules that involve several options.  fields: where the
// options stand; nullptr when the strategy is only named.
void complete(const StrategyKind& kind, const Reader& in, const ObjectReader* fields,
              ConnectionSpec& connection, bool transport_given) {
  connection.strategy = kind.name;
  if (!transport_given) connection.transport = kind.usual;
  const bool tcp = connection.transport == Transport::Tcp;
  if (!kind.works_over(connection.transport)) {
    in.error(
        "the strategy " + quote(kind.name) + " does not work over " + name(connection.transport),
        std::string("transport ") + (tcp ? "udp" : "tcp"));
    return;
  }
  if (kind.check == nullptr) return;
  for (const OptionError& error : kind.check(connection.options, connection.transport)) {
    if (fields == nullptr) {
      in.error(error.message);
    } else {
      fields->error_at(error.key, error.message);
    }
  }
}

void read_word(Reader& in, const ServerSpec* shared, ConnectionSpec& connection,
               bool transport_given) {
  std::vector<std::string_view> words;
  std::size_t position = 0;
  for (const StrategyKind* kind : strategies()) {
    if (kind->name == connection.strategy) position = words.size();
    words.push_back(kind->name);
  }
  if (!in.word(position, words)) return;
  const StrategyKind& kind = *strategies()[position];
  connection.options = defaults(kind.options);
  if (kind.speaks_http && shared != nullptr) {
    for (const auto& [spec, number] : shared->http) connection.options.set_number(*spec, number);
  }
  for (const OptionSpec& spec : kind.options) {
    if (!spec.default_text.empty()) continue;
    in.error("the strategy " + quote(kind.name) + " needs its option " + quote(spec.key),
             "an object such as {\"" + std::string(kind.name) + "\": {...}}");
    return;
  }
  complete(kind, in, nullptr, connection, transport_given);
}

// The server as a product: its values are the defaults of what follows.  shared: the server of the
// scenario at which the connection calls, which says all that is the server's; nullptr: none.
void read_server_of(ObjectReader& fields, const ServerSpec* shared, Options& options) {
  const ServerDocument* product = read_server_product(
      fields.optional("server",
                      "The server as a product (profiles.md#servers): its values are laid "
                      "under the options here."));
  if (product != nullptr) product->apply_to(options);
  if (shared == nullptr) return;
  for (const auto& [spec, number] : shared->http) options.set_number(*spec, number);
  std::vector<std::string_view> keys{"server"};
  for (const OptionSpec* spec : http_server_options()) keys.push_back(spec->key);
  for (const std::string_view key : keys) {
    if (fields.has(key))
      fields.error_at(key, "the server " + quote(shared->name) + " says it for all its connections",
                      "this key in servers" +
                          std::string(key == "server" ? ", where it is called profile" : ""));
  }
}

void read_options(Reader& in, const StrategyKind& kind, const ServerSpec* shared,
                  ConnectionSpec& connection, bool transport_given) {
  connection.options = defaults(kind.options);
  connection.strategy = kind.name;
  const std::size_t mistakes = in.mistakes();
  in.object([&](ObjectReader& fields) {
    if (kind.speaks_http) read_server_of(fields, shared, connection.options);
    for (const OptionSpec& spec : kind.options) read_option_of(fields, spec, connection.options);
    if (in.describing() || in.mistakes() != mistakes) return;
    complete(kind, in, &fields, connection, transport_given);
  });
}

}  // namespace

bool read_strategy(Reader in, const ServerSpec* shared, ConnectionSpec& connection,
                   bool transport_given) {
  const std::size_t mistakes = in.mistakes();
  if (!in.describing() && !in.present()) {
    const StrategyKind* silent = find_strategy(connection.strategy);
    CHECK(silent != nullptr, "the default strategy exists");
    connection.options = defaults(silent->options);
    return true;
  }
  std::vector<Reader::Variant> variants;
  for (const StrategyKind* kind : strategies()) {
    variants.push_back({kind->name, kind->help, [&, kind](ObjectReader& fields) {
                          Reader options = fields.required(kind->name, kind->help);
                          read_options(options, *kind, shared, connection, transport_given);
                        }});
  }
  in.text_or([&](Reader& word) { read_word(word, shared, connection, transport_given); },
             [&](Reader& object) { object.variants(variants); });
  return in.mistakes() == mistakes;
}

}  // namespace stayalive
