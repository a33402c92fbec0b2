// SPDX-License-Identifier: Apache-2.0
#include "scenario/products/strategy_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "scenario/products/paste_writer.h"

namespace stayalive {

std::string value_text(const OptionSpec& spec, const Options& options) {
  switch (spec.type) {
    case OptionType::Span:
      return print_duration(options.span(spec.key));
    case OptionType::Count:
      return std::to_string(options.count(spec.key));
    case OptionType::Flag:
      return options.flag(spec.key) ? "true" : "false";
    case OptionType::Choice:
      return options.choice(spec.key);
  }
  return "";
}

StrategyChoice choose(const Product& product) {
  StrategyChoice choice;
  choice.product = &product;
  choice.transport = product.transport;
  choice.options = defaults(product.strategy->options);
  for (const Product::Preset& preset : product.presets) {
    choice.options.set_number(*preset.option, preset.number);
  }
  for (const Product::Option& option : product.options) {
    if (!option.usual || &option == product.interval()) continue;
    choice.options.set_number(*option.sets, option.to_strategy(*option.usual));
  }
  return choice;
}

void StrategyChoice::give(const Product::Option& option, std::int64_t value) {
  if (&option == product->interval()) {
    chosen_interval = Duration{value};
  } else {
    give(*option.sets, option.to_strategy(value));
  }
}

void StrategyChoice::give(const OptionSpec& spec, std::int64_t number) {
  const Product::Option* interval = product->interval();
  if (interval != nullptr && interval->sets == &spec) {
    chosen_interval = Duration{interval->from_strategy(number)};
    return;
  }
  options.set_number(spec, number);
  given.emplace(spec.key);
}

std::string StrategyChoice::label(const std::optional<Duration>& interval) const {
  std::string text(product->name);
  if (interval) text += "=" + print_duration(*interval);
  for (const std::string& key : given) text += "," + option_text(key);
  if (transport != product->transport) text += fmt::format(",transport={}", name(transport));
  return text;
}

std::string StrategyChoice::option_text(std::string_view key) const {
  const OptionSpec* spec = find_option(*product->strategy, key);
  CHECK(spec != nullptr, "only options of the strategy are asked for");
  return fmt::format("{}={}", key, value_text(*spec, options));
}

Options StrategyChoice::at(Duration interval) const {
  Options result = options;
  const Product::Option* own = product->interval();
  if (own == nullptr) return result;
  result.set_number(*own->sets, own->to_strategy(interval.count()));
  if (interval == Duration::zero()) return result;
  for (const Product::Follower& follower : product->followers) {
    if (given.contains(follower.option->key)) continue;
    const Duration base = follower.of == nullptr ? interval : result.span(follower.of->key);
    Duration value = base;
    if (follower.rule == Product::Follower::Rule::Times) {
      // Whole units first, so that large intervals do not overflow.
      const std::int64_t units = base / follower.unit * follower.numerator;
      const std::int64_t most = Duration{follower.option->most} / follower.unit;
      value = std::clamp<std::int64_t>(units / follower.denominator, 1,
                                       std::max<std::int64_t>(most, 1)) *
              follower.unit;
    } else {
      value = std::min(options.span(follower.option->key), base);
    }
    result.set(follower.option->key, value);
  }
  return result;
}

bool StrategyChoice::is_off_at(Duration interval) const {
  const Product::Option* own = product->interval();
  return own != nullptr && interval == Duration::zero() && own->sets->least > 0;
}

std::string StrategyChoice::json(Duration interval) const {
  if (is_off_at(interval)) return R"({"silent": {}})";
  const StrategyKind& kind = *product->strategy;
  const Product::Option* own = product->interval();
  const Options chosen = at(interval);
  const Options usual_options = defaults(kind.options);
  std::string members;
  for (const OptionSpec& spec : kind.options) {
    const std::string value = value_text(spec, chosen);
    const bool interval_itself = own != nullptr && own->sets == &spec;
    if (!interval_itself && !spec.default_text.empty() &&
        value == value_text(spec, usual_options)) {
      continue;
    }
    const bool quoted = spec.type == OptionType::Span || spec.type == OptionType::Choice;
    members += fmt::format("{}\"{}\": {}{}{}", members.empty() ? "" : ", ", spec.key,
                           quoted ? "\"" : "", value, quoted ? "\"" : "");
  }
  return fmt::format("{{\"{}\": {{{}}}}}", kind.name, members);
}

std::vector<std::pair<std::string, std::string>> StrategyChoice::pastes(Duration interval) const {
  const PasteWriter writer(*this, interval);
  std::vector<std::pair<std::string, std::string>> filled;
  for (const Product::Paste& paste : product->pastes) {
    if (writer.is_true(paste.only)) {
      filled.emplace_back(writer.fill(paste.where), writer.lines(paste.lines));
    }
  }
  return filled;
}

std::vector<std::string> StrategyChoice::unsaid() const {
  const PasteWriter writer(*this, usual());
  const Options presets = choose(*product).options;
  std::vector<std::string> left;
  for (const std::string& key : given) {
    const OptionSpec& spec = *find_option(*product->strategy, key);
    const std::string value = value_text(spec, options);
    const auto says = [&](const Product::Paste& paste) { return writer.says(paste, key); };
    if (std::ranges::any_of(product->pastes, says) || value == value_text(spec, presets)) continue;
    left.push_back(key + "=" + value);
  }
  return left;
}

std::string StrategyChoice::ends() const {
  for (const std::string_view key : {"side", "from"}) {
    if (find_option(*product->strategy, key) == nullptr) continue;
    const std::string& end = options.choice(key);
    return end == "both" ? "both ends" : "the " + end;
  }
  return "the client";
}

Duration StrategyChoice::usual() const {
  if (chosen_interval) return *chosen_interval;
  if (product->interval() == nullptr) return Duration::zero();
  return product->usual_interval().value_or(std::max<Duration>(product->least_interval(), 60s));
}

Duration StrategyChoice::as_shipped() const {
  if (chosen_interval) return *chosen_interval;
  const Product::Option* own = product->interval();
  const bool off = own == nullptr || own->off_by_default || !own->usual;
  return off ? Duration::zero() : Duration{*own->usual};
}

bool StrategyChoice::lacks_interval() const {
  return product->interval() != nullptr && !chosen_interval && !product->usual_interval();
}

}  // namespace stayalive
