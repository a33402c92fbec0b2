// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scenario/products/products.h"

namespace stayalive {
namespace {

std::string allowed_values(const OptionSpec& spec) {
  switch (spec.type) {
    case OptionType::Span: {
      const std::string least = print_duration(Duration{spec.least});
      if (spec.most == INT64_MAX) return "a span from " + least + " on, such as 30s or 5m";
      return fmt::format("a span from {} to {}", least, print_duration(Duration{spec.most}));
    }
    case OptionType::Count:
      return fmt::format("a whole number from {} to {}", spec.least, spec.most);
    case OptionType::Flag:
      return "true or false";
    case OptionType::Choice:
      return join_choices(spec.choices);
  }
  return "";
}

// Reads one choice as a command line writes it.
class ChoiceParser {
 public:
  ChoiceParser(std::string_view text, Products& products) : text_(text), products_(products) {}

  Result<StrategyChoice> parse() {
    std::string_view rest = text_;
    const std::string_view head = next(rest);
    const std::size_t equals = head.find('=');
    if (!take_product(head.substr(0, equals))) return errors_;
    if (equals != std::string_view::npos) take_interval(head.substr(equals + 1));
    while (!rest.empty()) take_option(next(rest));
    check_together();
    if (!errors_.empty()) return errors_;
    return std::move(choice_);
  }

 private:
  static std::string_view next(std::string_view& rest) {
    const std::size_t comma = rest.find(',');
    std::string_view part = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return part;
  }

  void error(const std::string& message, std::string allowed = "", std::string suggestion = "") {
    Diagnostic diagnostic;
    diagnostic.message = fmt::format("strategy \"{}\": {}", text_, message);
    diagnostic.allowed = std::move(allowed);
    diagnostic.suggestion = std::move(suggestion);
    errors_.push_back(std::move(diagnostic));
  }

  bool take_product(std::string_view name) {
    const Product* product = products_.find(name);
    if (const std::string refusal = products_.refusal(name); !refusal.empty()) {
      error(refusal, "another product; docs/limits.md says what is not played");
      return false;
    }
    if (product == nullptr) {
      error(fmt::format("there is no strategy \"{}\"", name),
            fmt::format("one of the {} products that `stayalive products` lists",
                        products_.all().size()),
            closest_word(name, products_.names()));
      return false;
    }
    choice_ = choose(*product);
    return true;
  }

  void take_interval(std::string_view text) {
    const Product& product = *choice_.product;
    const Product::Option* option = product.interval();
    if (option == nullptr) return error("it has no interval");
    std::optional<Duration> interval = parse_duration(text);
    if (!interval) {
      const bool number = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
      return error(fmt::format("\"{}\" is no interval", text), "a span such as 30s or 5m",
                   number ? std::string(text) + "s" : "");
    }
    const bool off = *interval == Duration::zero() && option->takes_zero();
    if (!off && !fits(*option, interval->count())) {
      return error(fmt::format("the interval {} does not fit {}", text, product.title),
                   option->allowed());
    }
    choice_.chosen_interval = interval;
  }

  static bool fits(const Product::Option& option, std::int64_t value) {
    const bool whole = option.sets->type != OptionType::Span || value % option.unit.count() == 0;
    return value >= option.least && value <= option.most && whole;
  }

  void take_option(std::string_view part) {
    const std::size_t equals = part.find('=');
    const std::string_view key = part.substr(0, equals);
    if (equals == std::string_view::npos) {
      return error(fmt::format("\"{}\" is not of the form option=value", part));
    }
    const std::string_view value = part.substr(equals + 1);
    if (key == "transport") return take_transport(value);
    const Product& product = *choice_.product;
    if (const Product::Option* option = product.find_option(key))
      return take_own_option(*option, value);
    if (const OptionSpec* spec = find_option(*product.strategy, key)) {
      if (product.interval() != nullptr && product.interval()->sets == spec)
        return take_interval(value);
      if (!set_from_text(choice_.options, *spec, value)) {
        return error(fmt::format("{}={} does not fit", spec->key, value), allowed_values(*spec));
      }
      choice_.given.emplace(spec->key);
      return;
    }
    const std::vector<std::string_view> keys = option_names();
    error(fmt::format("it has no option \"{}\"", key), join_choices(keys), closest_word(key, keys));
  }

  // Its own, then those of the strategy that these do not set.
  std::vector<std::string_view> option_names() const {
    std::vector<std::string_view> keys;
    for (const Product::Option& option : choice_.product->options) keys.emplace_back(option.name);
    keys.emplace_back("transport");
    for (const OptionSpec& spec : choice_.product->strategy->options) {
      if (std::ranges::count(keys, spec.key) == 0) keys.push_back(spec.key);
    }
    return keys;
  }

  void take_own_option(const Product::Option& option, std::string_view text) {
    if (&option == choice_.product->interval() && parse_duration(text)) return take_interval(text);
    const std::optional<std::int64_t> value = parse_value(option, text);
    if (!value || !(fits(option, *value) || (*value == 0 && option.takes_zero()))) {
      return error(fmt::format("{}={} does not fit", option.name, text), option.allowed());
    }
    choice_.give(option, *value);
  }

  // A span may be a number of the product's units, as its own files have it.
  static std::optional<std::int64_t> parse_value(const Product::Option& option,
                                                 std::string_view text) {
    Options read = defaults({});
    OptionSpec spec = *option.sets;
    spec.least = 0;
    spec.most = INT64_MAX;
    if (set_from_text(read, spec, text)) return read.number(spec);
    if (spec.type != OptionType::Span) return std::nullopt;
    spec.type = OptionType::Count;
    if (!set_from_text(read, spec, text)) return std::nullopt;
    const std::int64_t units = read.number(spec);
    if (units > INT64_MAX / option.unit.count()) return std::nullopt;
    return units * option.unit.count();
  }

  void take_transport(std::string_view value) {
    const Product& product = *choice_.product;
    const bool tcp = product.works_over(Transport::Tcp);
    const bool udp = product.works_over(Transport::Udp);
    if (value == "tcp" && tcp) {
      choice_.transport = Transport::Tcp;
    } else if (value == "udp" && udp) {
      choice_.transport = Transport::Udp;
    } else {
      error(fmt::format("it does not work over \"{}\"", value),
            tcp && udp ? "tcp or udp" : (tcp ? "tcp" : "udp"));
    }
  }

  void check_together() {
    if (!errors_.empty() || !choice_.chosen_interval) return;
    const StrategyKind& kind = *choice_.product->strategy;
    if (kind.check == nullptr || choice_.is_off_at(*choice_.chosen_interval)) return;
    for (const OptionError& wrong :
         kind.check(choice_.at(*choice_.chosen_interval), choice_.transport)) {
      error(fmt::format("{} {}", wrong.key, wrong.message));
    }
  }

  std::string_view text_;
  Products& products_;
  StrategyChoice choice_;
  std::vector<Diagnostic> errors_;
};

}  // namespace

Result<StrategyChoice> Products::parse(std::string_view text) {
  if (!mistakes().empty()) return mistakes();
  return ChoiceParser(text, *this).parse();
}

}  // namespace stayalive
