// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "scenario/json/reader.h"
#include "scenario/profiles/product_file.h"
#include "strategy/strategy.h"

namespace stayalive {

// A program that keeps its connections alive, as a file of scenarios/products/ describes it: which
// strategy plays it, which of the strategy's options its own options set, what is other than the
// strategy's default, and what a user writes into the program's own files.
struct Product : ProductFile {
  // An option under the name that the program's own documents have for it.
  struct Option {
    std::string name;
    std::string help;
    const OptionSpec* sets = nullptr;  // the option of the strategy
    Duration unit = 1s;                // of a span: what a plain number counts
    // Of the program's value, as numbers of an OptionSpec; both limits included.
    std::int64_t least = 0;
    std::int64_t most = INT64_MAX;
    // The strategy's value is so many times the program's, less a constant.
    std::int64_t numerator = 1;
    std::int64_t denominator = 1;
    std::int64_t minus = 0;
    bool zero_is_off = false;     // 0 is no keepalive at all, though the strategy has no such value
    bool off_by_default = false;  // no keepalives unless the program is told to send them
    std::optional<std::int64_t> usual{};  // what the program ships with, or its documents propose

    bool takes_zero() const { return zero_is_off || least == 0; }
    std::int64_t to_strategy(std::int64_t value) const;
    std::int64_t from_strategy(std::int64_t value) const;
    // "30s", "3", "true", as a document has it.
    std::string print(std::int64_t value) const;
    // What is allowed, in words.
    std::string allowed() const;
  };
  // An option of the strategy that is other than its default.
  struct Preset {
    const OptionSpec* option = nullptr;
    std::int64_t number = 0;
  };
  // An option of the strategy that is computed, unless the user gives it a value.
  struct Follower {
    enum class Rule : std::uint8_t { Times, AtMost };
    const OptionSpec* option = nullptr;
    Rule rule = Rule::Times;
    std::int64_t numerator = 1;  // Times: so many times, cut to whole units, at least one
    std::int64_t denominator = 1;
    Duration unit = 1s;
    const OptionSpec* of = nullptr;  // another option of the strategy; nullptr: the interval
  };
  // Lines for a file of the program.  "{option}" is the option's value in its unit, "{option.ms}"
  // in milliseconds, "{ends}" whose it is: "both ends", "the client".  What begins with
  // "[condition]", a line or `only`, is left out unless the condition is true: options of the
  // strategy and values, as in "side=client|both,user_timeout!=0s"; an option may be "transport".
  struct Paste {
    std::string where;
    std::string lines;
    std::string only{};  // a condition; empty: always
  };
  // An option of the strategy that is searched with the interval, and its value: a number, or so
  // much of the time in which a crash has to be noticed.
  struct Knob {
    const OptionSpec* option = nullptr;
    std::int64_t numerator = 1;
    std::int64_t denominator = 1;
  };

  std::vector<std::string> aliases;
  // Why no strategy plays it, as a sentence; then it has a name and a title and nothing else.
  std::string not_played;
  const StrategyKind* strategy = nullptr;
  Transport transport = Transport::Tcp;
  bool any_transport = false;  // it works over the other one, too
  std::uint16_t port = 0;      // 0: the strategy's
  std::vector<Option> options;
  std::optional<std::size_t> interval_at{};  // which of them says how far keepalives are apart
  std::vector<Preset> presets;
  std::vector<Follower> followers;
  // UDP: sizes of the question and the answer with which the client begins; 0 is neither.  Where
  // the strategy begins by itself, only while its keepalives are off.
  std::uint32_t hello_bytes = 0;
  std::uint32_t welcome_bytes = 0;
  bool hello_only_when_off = false;
  // Settings that are tried beside the program's own when a crash has to be noticed soon.
  std::vector<std::vector<Knob>> searched;
  std::vector<Paste> pastes;
  // Its keepalives go from one connection's end to the other's and no further: a proxy answers them
  // itself, which the strategy does not play.
  bool ends_at_proxies = false;

  bool works_over(Transport other) const {
    return strategy->works_over(other) && (other == transport || any_transport);
  }
  // nullptr when it sends no keepalives at all.
  const Option* interval() const { return interval_at ? &options[*interval_at] : nullptr; }
  Duration least_interval() const { return Duration{interval()->least}; }
  Duration most_interval() const { return Duration{interval()->most}; }
  // The interval where nobody says one; empty: there is none.
  std::optional<Duration> usual_interval() const;
  bool is_called(std::string_view name) const;
  // Its own option of this name; the writing of small letters and of what stands between words does
  // not matter: "ServerAliveCountMax" is "server-alive-count-max".
  const Option* find_option(std::string_view name) const;
};

// nullptr when the strategy has none of that name; likewise written in any way.
const OptionSpec* find_option(const StrategyKind& kind, std::string_view key);

// Reads JSON text in the shape of the files in scenarios/products/; every mistake.
Result<Product> parse_product(std::string_view text, const std::string& file);
// Reads or describes a value of the program's option: a span, or a number of its units, or what the
// strategy's option is.  True, and only then `value` is written, when a right one was there.
bool read_product_value(Reader& in, const Product::Option& option, std::int64_t& value);

}  // namespace stayalive
