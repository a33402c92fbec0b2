// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/time.h"
#include "strategy/message.h"

namespace stayalive {

// How the keepalive of a product is one of our strategies: which option is its interval, what has
// to follow from the interval, and what a user writes into the product's own files.  Plain data;
// docs/advise.md is held to it.
struct Recipe {
  // An option that is other than the strategy's default.
  struct Preset {
    std::string_view option;
    std::string_view value;  // as in a scenario
  };
  // An option that is computed from the interval, unless the user gives it a value.
  struct Follower {
    enum class Rule : std::uint8_t { Times, AtMost };
    std::string_view option;
    Rule rule = Rule::Times;
    std::int64_t numerator = 1;  // Times: so many times the interval, cut to whole units
    std::int64_t denominator = 1;
    std::string_view of{};  // another option instead of the interval
  };
  // Lines for a file of the product.  "{option}" is the option's value in the product's unit,
  // "{option.ms}" in milliseconds, "{ends}" whose it is: "both ends", "the client".  What begins
  // with "[condition]", a line or `only`, is left out unless the condition is true: options and
  // values, as in "side=client|both,user_timeout!=0s"; an option may be "transport".
  struct Paste {
    std::string_view where;
    std::string_view lines;
    std::string_view only{};  // a condition; empty: always
  };

  // An option that is searched with the interval, and its value: a number, or so much of the time
  // in which a crash has to be noticed.
  struct Knob {
    std::string_view option;
    std::int64_t numerator = 1;
    std::int64_t denominator = 1;
  };

  std::string_view name;
  std::span<const std::string_view> aliases{};
  std::string_view title;     // the product and its option
  std::string_view strategy;  // the strategy that plays it
  Transport transport = Transport::Tcp;
  std::string_view interval{};  // the strategy's option; empty: there is none
  // The interval where nobody says one: the product's default, "0s" for off, or what its
  // documents propose; empty: none.
  std::string_view usual{};
  bool off_by_default = false;  // the product sends no keepalives unless it is told to
  Duration unit = 1s;
  Duration least = 1s;
  Duration most = kForever;  // the largest that the product takes; kForever: any
  // Settings that are tried beside the product's own when a crash has to be noticed soon.
  std::span<const std::span<const Knob>> searched{};
  std::span<const Preset> presets{};
  std::span<const Follower> followers{};
  // UDP: sizes of the question and the answer with which the client begins; 0 is neither.
  std::uint32_t hello_bytes = 0;
  std::uint32_t welcome_bytes = 0;
  std::span<const Paste> pastes{};
  // Its keepalives go from one connection's end to the other's and no further: a proxy answers them
  // itself, which the strategy does not play.
  bool ends_at_proxies = false;
  std::string_view note{};  // what is simplified
};

// All recipes in the order in which documents list them.
std::span<const Recipe> recipes();
// By name or alias; nullptr when there is none.
const Recipe* find_recipe(std::string_view name);

}  // namespace stayalive
