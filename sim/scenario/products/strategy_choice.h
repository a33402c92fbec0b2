// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/products/product.h"

namespace stayalive {

// A keepalive that a user has named: a product with some options of its strategy chosen.  The
// interval stays open, so that it can be searched for.
struct StrategyChoice {
  const Product* product = nullptr;  // must outlive this
  Transport transport = Transport::Tcp;
  std::optional<Duration> chosen_interval;  // when the user gave one
  Options options;  // presets and what the user gave, the rest at its default
  std::set<std::string, std::less<>> given;  // these are not computed from the interval

  // As the user would write it: "openssh=60s".  Without an interval: the product's name.
  std::string label(const std::optional<Duration>& interval) const;
  // All options of the strategy, with the interval and what follows from it.
  Options at(Duration interval) const;
  // "count=3": the option as it stands.
  std::string option_text(std::string_view key) const;
  // The value of "strategy" in a scenario: {"ssh": {...}}; what is at its default is left out.
  std::string json(Duration interval) const;
  // The product's lines for its files, filled in: those that fit the chosen options.
  std::vector<std::pair<std::string, std::string>> pastes(Duration interval) const;
  // What the user gave and those lines do not say: "clock_phase=500ms".
  std::vector<std::string> unsaid() const;
  // The interval to use where nobody searches: the user's, else the product's default; where it has
  // none, a minute or the least that fits.
  Duration usual() const;
  // The interval with which the product does what it ships with; zero: it sends no keepalives.
  Duration as_shipped() const;
  // Whether the strategy cannot be without keepalives, and yet there are none at this interval:
  // then `silent` plays the product.
  bool is_off_at(Duration interval) const;
  // The ends that send keepalives: "both ends", "the client" or "the server".
  std::string ends() const;
  // Whether neither the user nor the product says an interval.
  bool lacks_interval() const;
  // The option of the product has this value of its own, which fits it.
  void give(const Product::Option& option, std::int64_t value);
  // The same of an option of the strategy.
  void give(const OptionSpec& spec, std::int64_t number);
};

// The product as it is, before anything is given.
StrategyChoice choose(const Product& product);

// The value of an option as a scenario has it, without quotes.
std::string value_text(const OptionSpec& spec, const Options& options);

}  // namespace stayalive
