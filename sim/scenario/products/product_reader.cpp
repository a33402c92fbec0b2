// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"
#include "scenario/products/paste_writer.h"
#include "scenario/products/product.h"
#include "scenario/products/strategy_choice.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 2> kProductTransports{"tcp", "udp"};
constexpr std::size_t kMostOptions = 100;
constexpr std::size_t kMostPastes = 20;
constexpr std::int64_t kLargestFactor = 1'000'000;

// "3/2", "6": the numerator and the denominator.
std::optional<std::pair<std::int64_t, std::int64_t>> parse_times(std::string_view text) {
  std::array<std::int64_t, 2> parts{1, 1};
  const std::size_t slash = text.find('/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && slash == text.npos) break;
    const std::string_view digits = i == 0 ? text.substr(0, slash) : text.substr(slash + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), parts[i]);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    if (!whole || parts[i] < 1 || parts[i] > kLargestFactor) return std::nullopt;
  }
  return std::pair(parts[0], parts[1]);
}

// Reads one file after its head.  What is said of the strategy's options can only be checked once
// the strategy is known.
class ProductReader {
 public:
  explicit ProductReader(Product& product) : product_(product) {}

  void read_before_values(ObjectReader& in) {
    in.with_default("also", "other names by which it is asked for")
        .array(0, 20, [this](Reader& each) {
          std::string alias;
          if (each.name(alias)) product_.aliases.push_back(std::move(alias));
        });
    Reader refused =
        in.optional("not_played", "why no strategy plays it; instead of all that follows");
    if (refused.present()) {
      refused.text(product_.not_played, 300);
      return;
    }
    read_strategy(in.required("strategy", "the strategy that plays it"));
    Reader transport = in.required("transport", "tcp or udp");
    if (transport.choice(product_.transport, kProductTransports) && product_.strategy != nullptr &&
        !product_.strategy->works_over(product_.transport)) {
      transport.error("the strategy " + quote(product_.strategy->name) + " does not work over it");
    }
    in.with_default("any_transport", "whether it works over the other one, too")
        .flag(product_.any_transport);
    in.with_default("port", "where its server listens; the strategy's own when missing")
        .count(product_.port, 1);
    in.with_default("options", "its own options, by the name that its documents have for them")
        .members(kMostOptions, [this](const std::string& key, Reader& option) {
          read_option_of_product(key, option);
        });
    read_interval(in.optional("interval", "which of them says how far keepalives are apart"));
    in.optional("first_exchange", "UDP: what the client asks first, and what it is answered")
        .object([this](ObjectReader& fields) {
          fields.required("bytes", "of the question").count(product_.hello_bytes, 1, 65507);
          fields.required("answer_bytes", "of the answer").count(product_.welcome_bytes, 1, 65507);
          fields
              .with_default("only_when_off",
                            "whether only without keepalives: with them the strategy begins by "
                            "itself")
              .flag(product_.hello_only_when_off);
        });
    in.with_default("searched", "settings tried when a crash has to be noticed soon")
        .array(0, kMostPastes, [this](Reader& setting) {
          product_.searched.emplace_back();
          setting.array(1, kMostPastes, [this](Reader& knob) { read_knob(knob); });
        });
    in.with_default("paste", "lines for the program's own files")
        .array(0, kMostPastes, [this](Reader& paste) { read_paste(paste); });
    in.with_default("ends_at_proxies", "whether a proxy answers its keepalives itself")
        .flag(product_.ends_at_proxies);
  }

  void read_values(SourcedFileReader& reader, ObjectReader& values) {
    if (product_.strategy == nullptr) return;
    for (Product::Option& option : product_.options) {
      reader.read_value(values.optional(option.name, option.help), option.name, option.help,
                        [&](Reader& value) { return read_usual(option, value); });
    }
    for (const OptionSpec& spec : product_.strategy->options) {
      if (has_own(spec.key)) continue;
      reader.read_value(values.optional(spec.key, spec.help), spec.key, spec.help,
                        [&](Reader& value) { return read_setting(spec, value); });
    }
    for (const std::string& key : broken_) {
      JsonValue unchecked;
      values.optional(key, "of an option that could not be read").anything(unchecked);
    }
    for (SourcedValue& value : product_.values) name_follower(value);
  }

  // Once everything is known: whether the strategy takes the values together.
  void check_together(ObjectReader& in) const {
    const StrategyKind* kind = product_.strategy;
    if (kind == nullptr || kind->check == nullptr || product_.interval() == nullptr) return;
    StrategyChoice choice = choose(product_);
    for (const Duration interval : {choice.usual(), product_.least_interval()}) {
      if (choice.is_off_at(interval)) continue;
      for (const OptionError& wrong : kind->check(choice.at(interval), product_.transport)) {
        in.error_at("values", fmt::format("with an interval of {} they do not fit together: {} {}",
                                          print_duration(interval), wrong.key, wrong.message));
        return;
      }
    }
  }

 private:
  bool has_own(std::string_view key) const {
    return std::ranges::find(product_.options, key, &Product::Option::name) !=
           product_.options.end();
  }

  void read_strategy(Reader in) {
    std::vector<std::string_view> names;
    for (const StrategyKind* kind : strategies()) names.push_back(kind->name);
    std::size_t position = 0;
    if (in.word(position, names)) product_.strategy = strategies()[position];
  }

  const OptionSpec* read_key(Reader in) const {
    if (product_.strategy == nullptr) return nullptr;
    std::vector<std::string_view> keys;
    for (const OptionSpec& spec : product_.strategy->options) keys.push_back(spec.key);
    std::size_t position = 0;
    return in.word(position, keys) ? &product_.strategy->options[position] : nullptr;
  }

  static void read_times(Reader in, std::int64_t& numerator, std::int64_t& denominator) {
    std::string text;
    if (!in.text(text, 20)) return;
    const auto times = parse_times(text);
    if (!times) return in.error("found " + quote(text), R"(a factor such as "3/2" or "6")");
    std::tie(numerator, denominator) = *times;
  }

  void read_option_of_product(const std::string& key, Reader& in) {
    Product::Option option;
    option.name = key;
    const std::size_t before = in.mistakes();
    in.object([&](ObjectReader& fields) {
      option.sets = read_key(fields.required("sets", "the option of the strategy that it sets"));
      fields.with_default("help", "what it is").text(option.help, 500);
      fields.with_default("unit", "of a span: what a plain number counts")
          .span(option.unit, {1ms, 24h});
      read_times(fields.optional("times", "the strategy's value is so many times the program's"),
                 option.numerator, option.denominator);
      Duration minus{};
      fields.with_default("minus", "of a span: what is taken off then").span(minus, {0ns, 24h});
      option.minus = minus.count();
      Reader zero = fields.with_default("zero_is_off", "whether 0 is no keepalive at all");
      zero.flag(option.zero_is_off);
      Reader least = fields.optional("least", "the smallest value that the program takes");
      Reader most = fields.optional("most", "the largest one");
      if (option.sets != nullptr) read_limits(least, most, option);
    });
    if (key.empty() || key.size() > 64) in.error("an option's name has 1 to 64 letters");
    const bool twice = product_.find_option(key) != nullptr;
    if (twice) in.error("another option has the same name, but for its writing");
    if (option.sets != nullptr && !twice && in.mistakes() == before) {
      product_.options.push_back(std::move(option));
    } else {
      broken_.push_back(key);
    }
  }

  static void read_limits(Reader& least, Reader& most, Product::Option& option) {
    const OptionSpec& sets = *option.sets;
    // What the strategy takes, as the program's own values.
    option.least = option.from_strategy(sets.least);
    option.most = option.from_strategy(sets.most);
    if (sets.type == OptionType::Span) {
      // Multiples of the unit: the smallest that is not less, and the largest that is not more.
      const std::int64_t unit = option.unit.count();
      option.least = (option.least + unit - 1) / unit * unit;
      if (option.most != INT64_MAX) option.most -= option.most % unit;
    }
    const Product::Option widest = option;
    if (least.present()) read_product_value(least, widest, option.least);
    if (most.present()) read_product_value(most, widest, option.most);
    if (option.least > option.most) least.error("more than the largest value");
  }

  void read_interval(Reader in) {
    std::string key;
    in.object([&](ObjectReader& fields) {
      Reader which = fields.required("option", "one of its options");
      if (which.text(key, 64)) find_interval(which, key);
      bool off = false;
      fields.with_default("off_by_default", "whether it sends none unless it is told to").flag(off);
      if (product_.interval_at) product_.options[*product_.interval_at].off_by_default = off;
    });
  }

  void find_interval(const Reader& in, const std::string& key) {
    std::vector<std::string_view> names;
    for (const Product::Option& option : product_.options) names.emplace_back(option.name);
    const auto found = std::ranges::find(names, key);
    if (found == names.end() && std::ranges::count(broken_, key) > 0) return;
    if (found == names.end()) {
      return in.error("found " + quote(key) + ", which is not among the options",
                      join_choices(names), closest_word(key, names));
    }
    Product::Option& option = product_.options[static_cast<std::size_t>(found - names.begin())];
    if (option.sets->type != OptionType::Span) return in.error("it is no span of time");
    // Without keepalives there is no interval.
    option.zero_is_off = option.zero_is_off || option.least == 0;
    option.least = std::max<std::int64_t>(option.least, option.unit.count());
    product_.interval_at = static_cast<std::size_t>(found - names.begin());
  }

  // The same of an option of the program's own.
  bool read_usual(Product::Option& option, Reader& value) {
    bool known = false;
    value.object_or([&](ObjectReader& fields) { known = read_follower(*option.sets, fields); },
                    [&](Reader& constant) {
                      std::int64_t number = 0;
                      known = read_product_value(constant, option, number);
                      if (known) option.usual = number;
                    });
    return known;
  }

  // A constant, or how the value follows from another one.
  bool read_setting(const OptionSpec& spec, Reader& value) {
    bool known = false;
    value.object_or([&](ObjectReader& fields) { known = read_follower(spec, fields); },
                    [&](Reader& constant) {
                      std::int64_t number = 0;
                      known = read_option(constant, spec, OptionSlot(number));
                      if (known) product_.presets.push_back({&spec, number});
                    });
    return known;
  }

  bool read_follower(const OptionSpec& spec, ObjectReader& fields) {
    Product::Follower follower;
    follower.option = &spec;
    constexpr std::array<std::string_view, 2> kRules{"times", "at_most"};
    fields.needs_either(kRules[0], kRules[1]);
    const auto read_of = [&](Reader of) {
      std::string key;
      if (!of.text(key, 64)) return;
      const Product::Option* interval = product_.interval();
      if (interval != nullptr && interval->name == key) return;
      const OptionSpec* spec_of = find_option(*product_.strategy, key);
      if (spec_of != nullptr && spec_of->type == OptionType::Span) {
        follower.of = spec_of;
      } else {
        of.error("found " + quote(key),
                 "the option that is the interval, or a span of the strategy");
      }
    };
    Reader times = fields.optional(kRules[0], "so many times the other value");
    Reader at_most = fields.optional(kRules[1], "the default, but no more than this option");
    if (at_most.present()) follower.rule = Product::Follower::Rule::AtMost;
    read_times(times, follower.numerator, follower.denominator);
    read_of(fields.optional("of", "the option whose value is multiplied"));
    read_of(at_most);
    fields.with_default("unit", "of what the result is a multiple").span(follower.unit, {1ms, 24h});
    if (spec.type != OptionType::Span) {
      fields.error_at(kRules[0], "only spans follow from others");
      return false;
    }
    product_.followers.push_back(follower);
    return true;
  }

  // "3/2 of heartbeat" instead of what stands in the file.
  void name_follower(SourcedValue& value) const {
    for (const Product::Follower& follower : product_.followers) {
      const Product::Option* own = product_.find_option(value.key);
      if (follower.option->key != (own != nullptr ? own->sets->key : value.key)) continue;
      const std::string of(follower.of != nullptr           ? follower.of->key
                           : product_.interval() != nullptr ? product_.interval()->name
                                                            : "the interval");
      if (follower.rule == Product::Follower::Rule::AtMost) {
        value.value = "at most " + of;
      } else if (follower.denominator == 1) {
        value.value = fmt::format("{} times {}", follower.numerator, of);
      } else {
        value.value = fmt::format("{}/{} of {}", follower.numerator, follower.denominator, of);
      }
    }
  }

  void read_knob(Reader& in) {
    Product::Knob knob;
    in.object([&](ObjectReader& fields) {
      knob.option = read_key(fields.required("option", "an option of the strategy"));
      fields.needs_either("value", "share");
      fields.optional("value", "a number").whole(knob.numerator, 0, INT32_MAX);
      read_times(fields.optional("share", "of the time in which a crash has to be noticed"),
                 knob.numerator, knob.denominator);
    });
    if (knob.option != nullptr) product_.searched.back().push_back(knob);
  }

  void read_paste(Reader& in) {
    Product::Paste paste;
    in.object([&](ObjectReader& fields) {
      fields.required("where", "the file, or the place of it").line(paste.where, 200);
      fields.required("lines", "what is written there").array(1, 100, [&](Reader& line) {
        std::string text;
        if (!line.text(text, 500)) return;
        check_condition(line, condition_of(text));
        paste.lines += text + "\n";
      });
      Reader only = fields.optional("only", "a condition: \"side=client|both,user_timeout!=0s\"");
      if (only.text(paste.only, 200)) check_condition(only, paste.only);
    });
    product_.pastes.push_back(std::move(paste));
  }

  void check_condition(const Reader& in, std::string_view condition) const {
    while (product_.strategy != nullptr && !condition.empty()) {
      const std::string_view one = condition.substr(0, condition.find(','));
      condition.remove_prefix(std::min(one.size() + 1, condition.size()));
      std::string_view key = one.substr(0, one.find('='));
      if (key.ends_with('!')) key.remove_suffix(1);
      const bool known = key == "transport" || find_option(*product_.strategy, key) != nullptr;
      if (known && one.find('=') != one.npos) continue;
      return in.error("found " + quote(std::string(one)),
                      "an option of the strategy, or transport, and values: \"side=client|both\"");
    }
  }

  Product& product_;
  std::vector<std::string>
      broken_;  // options that could not be read, of which nothing more is said
};

}  // namespace

Result<Product> parse_product(std::string_view text, const std::string& file) {
  Product product;
  ProductReader reader(product);
  std::vector<Diagnostic> mistakes =
      read_product(text, file, "product", product,
                   [&](SourcedFileReader& sourced, ObjectReader& values) {
                     reader.read_values(sourced, values);
                   },
                   {[&](ObjectReader& in) { reader.read_before_values(in); },
                    [&](ObjectReader& in) { reader.check_together(in); }});
  if (!mistakes.empty()) return mistakes;
  return product;
}

}  // namespace stayalive
