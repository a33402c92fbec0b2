// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
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

// Says how a strategy is asked for that no word alone asks for.
void require_options(const Reader& in, const StrategyKind& kind) {
  for (const OptionSpec& spec : kind.options) {
    if (!spec.default_text.empty()) continue;
    in.error("the strategy " + quote(kind.name) + " needs its option " + quote(spec.key),
             "an object such as {\"" + std::string(kind.name) + "\": {...}}");
    return;
  }
}

// Strategies and products: what a connection may be kept alive by.
struct KnownNames {
  explicit KnownNames(Products& products) {
    for (const StrategyKind* kind : strategies()) names.push_back(kind->name);
    allowed = join_choices(names) + "; or a product, as `stayalive products` lists them";
    for (const std::string_view name : products.names()) {
      if (std::ranges::count(names, name) == 0) names.push_back(name);
    }
  }
  std::vector<std::string_view> names;
  std::string allowed;
};

// What a product's choice plays: its strategy, or silence where it sends nothing.
void play(const StrategyChoice& choice, const Reader& in, const ObjectReader* fields,
          ConnectionSpec& connection, bool transport_given) {
  const Product& product = *choice.product;
  const Duration interval = choice.as_shipped();
  const bool off = choice.is_off_at(interval);
  const StrategyKind& kind = off ? *find_strategy("silent") : *product.strategy;
  connection.product = product.name;
  connection.options = off ? defaults(kind.options) : choice.at(interval);
  if (!transport_given) connection.transport = product.transport;
  if (!product.works_over(connection.transport)) {
    in.error(quote(product.name) + " does not work over " + name(connection.transport),
             std::string("transport ") + name(product.transport));
    return;
  }
  complete(kind, in, fields, connection, true);
}

// The product of a file that the scenario names by its path; nullptr, with a mistake told: none.
const Product* open_product(const Reader& in, const std::string& path, Products& products) {
  const Result<const Product*> product = products.open(path);
  if (product.ok()) return product.value();
  in.error(product.errors().front().message, product.errors().front().allowed);
  return nullptr;
}

void read_word(Reader& in, const ServerSpec* shared, ConnectionSpec& connection,
               bool transport_given, Products& products) {
  const KnownNames known(products);
  std::string word = connection.strategy;
  if (!in.text_such_as(word, known.names)) return;
  if (word.ends_with(".json")) {
    const Product* product = open_product(in, word, products);
    if (product != nullptr) play(choose(*product), in, nullptr, connection, transport_given);
  } else if (const StrategyKind* kind = find_strategy(word)) {
    connection.options = defaults(kind->options);
    if (kind->speaks_http && shared != nullptr) {
      for (const auto& [spec, number] : shared->http) connection.options.set_number(*spec, number);
    }
    require_options(in, *kind);
    complete(*kind, in, nullptr, connection, transport_given);
  } else if (const Product* product = products.find(word)) {
    play(choose(*product), in, nullptr, connection, transport_given);
  } else if (const std::string refusal = products.refusal(word); !refusal.empty()) {
    in.error(refusal, known.allowed);
  } else {
    in.error("found " + quote(word), known.allowed, closest_word(word, known.names));
  }
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

// Its own options, then those of the strategy that plays it.
void read_product_options(Reader& in, const Product& product, ConnectionSpec& connection,
                          bool transport_given) {
  StrategyChoice choice = choose(product);
  const std::size_t mistakes = in.mistakes();
  in.object(
      [&](ObjectReader& fields) {
        for (const Product::Option& option : product.options) {
          Reader own = fields.optional(option.name, option.help);
          const bool given = own.present();
          std::int64_t value = option.usual.value_or(0);
          if (read_product_value(own, option, value) && given) choice.give(option, value);
        }
        if (in.describing()) return;
        for (const OptionSpec& spec : product.strategy->options) {
          if (std::ranges::count(product.options, spec.key, &Product::Option::name) > 0) continue;
          Reader own = fields.optional(spec.key, spec.help);
          const bool given = own.present();
          std::int64_t number = 0;
          if (read_option(own, spec, number) && given) choice.give(spec, number);
        }
        if (in.mistakes() == mistakes) play(choice, in, &fields, connection, transport_given);
      },
      in.describing() ? Reader::OtherKeys::PassedOver : Reader::OtherKeys::Mistakes);
}

}  // namespace

bool read_strategy(Reader in, const ServerSpec* shared, ConnectionSpec& connection,
                   bool transport_given, Products& products) {
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
  const auto add_product = [&](const Product* product, std::string_view name) {
    variants.push_back({name, product->title, [&, product, name](ObjectReader& fields) {
                          Reader options = fields.required(name, product->title);
                          read_product_options(options, *product, connection, transport_given);
                        }});
  };
  const auto read_object = [&](Reader& object) {
    const std::string key = object.only_key();
    if (object.describing()) {
      for (const Product* product : products.all()) {
        if (find_strategy(product->name) == nullptr) add_product(product, product->name);
      }
    } else if (key.ends_with(".json")) {
      const Product* product = open_product(object, key, products);
      if (product == nullptr) return;
      variants.clear();
      add_product(product, key);
    } else if (const Product* product =
                   key.empty() || find_strategy(key) != nullptr ? nullptr : products.find(key)) {
      variants.clear();
      add_product(product, key);
    } else if (find_strategy(key) == nullptr && !key.empty()) {
      const KnownNames known(products);
      const std::string refusal = products.refusal(key);
      if (!refusal.empty()) return object.error(refusal, "exactly one of " + known.allowed);
      object.error("there is no strategy " + quote(key), "exactly one of " + known.allowed,
                   closest_word(key, known.names));
      return;
    }
    object.variants(variants);
  };
  in.text_or([&](Reader& word) { read_word(word, shared, connection, transport_given, products); },
             read_object);
  return in.mistakes() == mistakes;
}

}  // namespace stayalive
