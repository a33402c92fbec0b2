// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/connection_spec.h"
#include "base/result.h"
#include "study/advise/recipe.h"

namespace stayalive {

// A keepalive that a user has named: a recipe with some options of its strategy chosen.  The
// interval stays open, so that it can be searched for.
struct StrategyChoice {
  const Recipe* recipe = nullptr;
  Transport transport = Transport::Tcp;
  std::optional<Duration> chosen_interval;  // when the user gave one
  Options options;  // presets and what the user gave, the rest at its default
  std::set<std::string, std::less<>> given;  // these are not computed from the interval

  // As the user would write it: "openssh=60s".  Without an interval: the recipe's name.
  std::string label(const std::optional<Duration>& interval) const;
  // All options, with the interval and what follows from it.
  Options at(Duration interval) const;
  // "count=3": the option as it stands.
  std::string option_text(std::string_view key) const;
  // The value of "strategy" in a scenario: {"ssh": {...}}; what is at its default is left out.
  std::string json(Duration interval) const;
  // The recipe's lines for the product's files, filled in: those that fit the chosen options.
  std::vector<std::pair<std::string, std::string>> pastes(Duration interval) const;
  // What the user gave and those lines do not say: "clock_phase=500ms".
  std::vector<std::string> unsaid() const;
  // The interval to use where nobody searches: the user's, else the product's default; where it has
  // none, a minute or the least that fits.
  Duration usual() const;
  // The ends that send keepalives: "both ends", "the client" or "the server".
  std::string ends() const;
  // Whether neither the user nor the product says an interval.
  bool lacks_interval() const;
};

// Reads "NAME[=INTERVAL][,option=value]..." as a command line has it: "openssh=60s",
// "tcp=5m,count=3", "keepalive=30s,transport=udp".  Options may be written as the product writes
// them ("ServerAliveCountMax=3").  Mistakes are Diagnostics without a place.
Result<StrategyChoice> parse_strategy(std::string_view text);
// The choice that a connection of a scenario has made; empty for one that sends no keepalives at
// all.
std::optional<StrategyChoice> strategy_of(const ConnectionSpec& connection);

}  // namespace stayalive
