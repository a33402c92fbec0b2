// SPDX-License-Identifier: Apache-2.0
#include "study/advise/choice_of_connection.h"

namespace stayalive {
namespace {

bool sends_at_its_interval(const Product& product, const Options& options) {
  return options.span(product.interval()->sets->key) > Duration::zero();
}

// A product that is its strategy and nothing else.
bool is_plain(const Product& product) {
  for (const Product::Option& option : product.options) {
    if (option.usual && &option != product.interval()) return false;
  }
  return product.presets.empty() &&
         product.interval()->numerator == product.interval()->denominator;
}

// Of several plain ones the one that is called as the strategy, unless it is another end's interval
// that is used.
const Product* plain_product(const ConnectionSpec& connection, Products& products) {
  const Product* found = nullptr;
  for (const Product* product : products.all()) {
    if (product->strategy->name != connection.strategy || product->interval() == nullptr) continue;
    if (!is_plain(*product)) continue;
    const bool used = sends_at_its_interval(*product, connection.options);
    if (product->is_called(connection.strategy)) {
      if (used || found == nullptr) found = product;
      if (used) return found;
    } else if (used) {
      const bool other_end =
          found == nullptr || found->interval()->sets != product->interval()->sets;
      if (other_end) found = product;
    }
  }
  return found;
}

}  // namespace

std::optional<StrategyChoice> strategy_of(const ConnectionSpec& connection, Products& products) {
  const Product* named = connection.product.empty() ? nullptr : products.find(connection.product);
  // It sends nothing because it ships so, or was told to.
  if (named != nullptr && connection.strategy == "silent" && named->interval() != nullptr) {
    StrategyChoice off = choose(*named);
    off.transport = connection.transport;
    return off;
  }
  const bool fits = named != nullptr && named->strategy->name == connection.strategy &&
                    named->interval() != nullptr;
  const Product* product = fits ? named : plain_product(connection, products);
  if (product == nullptr) return std::nullopt;
  StrategyChoice choice;
  choice.product = product;
  choice.transport = connection.transport;
  choice.options = connection.options;
  const Product::Option& interval = *product->interval();
  const Duration said{interval.from_strategy(connection.options.number(*interval.sets))};
  if (said > Duration::zero()) choice.chosen_interval = said;
  // What follows from the interval goes on following it.
  const Options usual = fits ? choose(*product).at(said) : defaults(product->strategy->options);
  for (const OptionSpec& spec : product->strategy->options) {
    const bool changed = value_text(spec, usual) != value_text(spec, connection.options);
    if (changed && &spec != interval.sets) choice.given.emplace(spec.key);
  }
  return choice;
}

}  // namespace stayalive
