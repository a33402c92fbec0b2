// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"
#include "scenario/sections/sections.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

// Reads the product and the values laid over it.
class PoolReader {
 public:
  PoolReader(Draft& draft, PoolRules& rules) : draft_(draft), rules_(rules) {}

  void read_product(Reader in) {
    if (in.describing()) {
      std::string any;
      in.text(any, 4000);
    }
    if (in.describing() || !in.present()) return;
    const PoolDocument* document = draft_.profiles.read_pool(in, *draft_.journal);
    if (document == nullptr) return;
    rules_ = document->rules;
    rules_.keeps.product = document->name;
    has_product_ = true;
  }

  void read_values(ObjectReader& fields) {
    for (const PoolOption& option : pool_options()) {
      const OptionSlot slot = option.slot(rules_);
      const bool unset = slot.get() == kForever.count() ||
                         (option.spec.key == "max_idle" && slot.get() == SessionSpec::kMostSize);
      Reader value = unset ? fields.optional(option.spec.key, option.spec.help)
                           : fields.with_default(option.spec.key, option.spec.help);
      read_option(value, option.spec, slot);
    }
    check_counts(fields);
  }

  bool has_product() const { return has_product_; }

 private:
  // A product's own numbers give way to the scenario's.
  void check_counts(ObjectReader& fields) {
    SessionSpec& keeps = rules_.keeps;
    if (!fields.has("min_idle")) keeps.min_idle = std::min(keeps.min_idle, keeps.size);
    if (keeps.min_idle > keeps.size) {
      fields.error_at("min_idle", "more than there are connections at most",
                      "at most " + std::to_string(keeps.size));
    }
    if (!fields.has("max_idle")) keeps.max_idle = std::max(keeps.max_idle, keeps.min_idle);
    if (keeps.max_idle < keeps.min_idle) {
      fields.error_at("max_idle", "fewer than are kept ready",
                      "at least " + std::to_string(keeps.min_idle));
    }
    if (fields.has("look_every") && keeps.idle_limit == kForever)
      fields.error_at("look_every", "no connection is ever unused for too long",
                      "this key together with idle_limit");
    const bool asks = keeps.check_before_use != kForever || keeps.check_every != kForever;
    if (fields.has("check_timeout") && !asks)
      fields.error_at("check_timeout", "no connection is ever asked",
                      "this key together with check_before_use or check_every");
  }

  Draft& draft_;
  PoolRules& rules_;
  bool has_product_ = false;
};

// What a connection with several sockets cannot be.
void check_pooled(const Reader& in, const ConnectionSpec& connection) {
  const StrategyKind* kind = find_strategy(connection.strategy);
  if (connection.transport == Transport::Udp) {
    in.error("this connection uses udp, and this is about TCP connections",
             "this key with tcp only");
  } else if (kind != nullptr && !kind->pooled) {
    in.error("the program of strategy " + std::string(kind->name) + " has one connection only",
             "this key with a strategy that carries requests");
  }
  const SessionSpec& keeps = *connection.session;
  const bool asks = keeps.check_before_use != kForever || keeps.check_every != kForever;
  if (kind != nullptr && kind->requests_only && asks) {
    in.error(
        "with " + std::string(kind->name) + " nobody can ask a connection whether it still works",
        "a pool without check_before_use and check_every");
  }
}

// Requests share a connection as streams, unless the pool says how many.
void read_streams(ConnectionSpec& connection) {
  const StrategyKind* kind = find_strategy(connection.strategy);
  SessionSpec& keeps = *connection.session;
  keeps.multiplexes = is_multiplexed(connection);
  if (keeps.multiplexes && keeps.requests_at_once == 1)
    keeps.requests_at_once = kind->requests_at_once(connection.options);
}

}  // namespace

void read_pool(Reader in, Draft& draft, ConnectionSpec& connection) {
  if (!in.present() && !in.describing()) return;
  PoolRules rules = plain_pool();
  PoolReader reader(draft, rules);
  in.text_or([&](Reader& product) { reader.read_product(product); },
             [&](Reader& object) {
               object.object([&](ObjectReader& fields) {
                 reader.read_product(
                     fields.optional("profile",
                                     "the name of a product, or a file relative to the scenario: "
                                     "\"./my-pool.json\"; the values below are laid over its own"));
                 reader.read_values(fields);
               });
             });
  if (in.describing()) return;
  connection.session = rules.keeps;
  read_streams(connection);
  if (reader.has_product() || !connection.reconnect) connection.reconnect = rules.loses;
  check_pooled(in, connection);
}

}  // namespace stayalive
