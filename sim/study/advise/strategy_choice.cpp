// SPDX-License-Identifier: Apache-2.0
#include "study/advise/strategy_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/check.h"
#include "base/text.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

const StrategyKind& strategy_kind_of(const Recipe& recipe) {
  const StrategyKind* kind = find_strategy(recipe.strategy);
  CHECK(kind != nullptr, "a recipe names a strategy that exists");
  return *kind;
}

const OptionSpec* find_option(const StrategyKind& kind, std::string_view key) {
  const auto found = std::ranges::find(kind.options, key, &OptionSpec::key);
  return found == kind.options.end() ? nullptr : &*found;
}

// Letters and digits only, small: "ServerAliveCountMax" is "server_alive_count_max".
std::string plain(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

// The value as a scenario has it, without quotes.
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

Options recipe_options(const Recipe& recipe) {
  const StrategyKind& kind = strategy_kind_of(recipe);
  Options options = defaults(kind.options);
  for (const Recipe::Preset& preset : recipe.presets) {
    const OptionSpec* spec = find_option(kind, preset.option);
    const bool fits = spec != nullptr && set_from_text(options, *spec, preset.value);
    CHECK(fits, "the presets of a recipe fit the options of its strategy");
  }
  return options;
}

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

class ChoiceParser {
 public:
  explicit ChoiceParser(std::string_view text) : text_(text) {}

  Result<StrategyChoice> parse() {
    std::string_view rest = text_;
    const std::string_view head = next(rest);
    const std::size_t equals = head.find('=');
    if (!take_recipe(head.substr(0, equals))) return errors_;
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

  bool take_recipe(std::string_view name) {
    choice_.recipe = find_recipe(name);
    if (choice_.recipe == nullptr) {
      std::vector<std::string_view> shown;
      std::vector<std::string_view> all;
      for (const Recipe& recipe : recipes()) {
        shown.push_back(recipe.name);
        all.push_back(recipe.name);
        all.insert(all.end(), recipe.aliases.begin(), recipe.aliases.end());
      }
      error(fmt::format("there is no strategy \"{}\"", name), join_choices(shown),
            closest_word(name, all));
      return false;
    }
    choice_.transport = choice_.recipe->transport;
    choice_.options = recipe_options(*choice_.recipe);
    return true;
  }

  void take_interval(std::string_view text) {
    const Recipe& recipe = *choice_.recipe;
    if (recipe.interval.empty()) return error("it has no interval");
    std::optional<Duration> interval = parse_duration(text);
    if (!interval) {
      const bool number = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
      return error(fmt::format("\"{}\" is no interval", text), "a span such as 30s or 5m",
                   number ? std::string(text) + "s" : "");
    }
    const OptionSpec* spec = find_option(strategy_kind_of(recipe), recipe.interval);
    const bool off = *interval == Duration::zero() && spec->least == 0;
    if (!off && (*interval < recipe.least || *interval > recipe.most ||
                 *interval % recipe.unit != Duration::zero())) {
      const std::string most =
          recipe.most == kForever ? " on" : " to " + print_duration(recipe.most);
      return error(fmt::format("the interval {} does not fit {}", text, recipe.title),
                   fmt::format("whole seconds from {}{}", print_duration(recipe.least), most));
    }
    choice_.chosen_interval = interval;
  }

  void take_option(std::string_view part) {
    const std::size_t equals = part.find('=');
    const std::string_view key = part.substr(0, equals);
    if (equals == std::string_view::npos) {
      return error(fmt::format("\"{}\" is not of the form option=value", part));
    }
    const std::string_view value = part.substr(equals + 1);
    if (key == "transport") return take_transport(value);
    const StrategyKind& kind = strategy_kind_of(*choice_.recipe);
    for (const OptionSpec& spec : kind.options) {
      if (plain(spec.key) != plain(key)) continue;
      if (spec.key == choice_.recipe->interval) return take_interval(value);
      if (!set_from_text(choice_.options, spec, value)) {
        return error(fmt::format("{}={} does not fit", spec.key, value), allowed_values(spec));
      }
      choice_.given.emplace(spec.key);
      return;
    }
    std::vector<std::string_view> keys{"transport"};
    for (const OptionSpec& spec : kind.options) keys.push_back(spec.key);
    error(fmt::format("it has no option \"{}\"", key), join_choices(keys), closest_word(key, keys));
  }

  void take_transport(std::string_view value) {
    const StrategyKind& kind = strategy_kind_of(*choice_.recipe);
    const bool tcp = kind.works_over(Transport::Tcp);
    const bool udp = kind.works_over(Transport::Udp);
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
    const StrategyKind& kind = strategy_kind_of(*choice_.recipe);
    if (kind.check == nullptr) return;
    for (const OptionError& wrong :
         kind.check(choice_.at(*choice_.chosen_interval), choice_.transport)) {
      error(fmt::format("{} {}", wrong.key, wrong.message));
    }
  }

  std::string_view text_;
  StrategyChoice choice_;
  std::vector<Diagnostic> errors_;
};

}  // namespace

std::string StrategyChoice::label(const std::optional<Duration>& interval) const {
  std::string text(recipe->name);
  if (interval) text += "=" + print_duration(*interval);
  const StrategyKind& kind = strategy_kind_of(*recipe);
  for (const std::string& key : given) {
    text += fmt::format(",{}={}", key, value_text(*find_option(kind, key), options));
  }
  if (transport != recipe->transport) text += fmt::format(",transport={}", name(transport));
  return text;
}

Options StrategyChoice::at(Duration interval) const {
  Options result = options;
  if (recipe->interval.empty()) return result;
  result.set(recipe->interval, interval);
  if (interval == Duration::zero()) return result;
  for (const Recipe::Follower& follower : recipe->followers) {
    if (given.contains(follower.option)) continue;
    Duration value = interval;
    if (follower.rule == Recipe::Follower::Rule::Times) {
      // Whole units first, so that large intervals do not overflow.
      const std::int64_t units = interval / recipe->unit * follower.numerator;
      value = std::max<std::int64_t>(units / follower.denominator, 1) * recipe->unit;
    } else {
      value = std::min(options.span(follower.option), interval);
    }
    result.set(follower.option, value);
  }
  return result;
}

std::string StrategyChoice::json(Duration interval) const {
  const StrategyKind& kind = strategy_kind_of(*recipe);
  const Options chosen = at(interval);
  const Options usual_options = defaults(kind.options);
  std::string members;
  for (const OptionSpec& spec : kind.options) {
    const std::string value = value_text(spec, chosen);
    const bool interval_itself = spec.key == recipe->interval;
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
  const StrategyKind& kind = strategy_kind_of(*recipe);
  const Options chosen = at(interval);
  std::vector<std::pair<std::string, std::string>> filled;
  for (const Recipe::Paste& paste : recipe->pastes) {
    std::string lines(paste.lines);
    const auto fill = [&lines](const std::string& mark, const std::string& value) {
      for (std::size_t at = lines.find(mark); at != lines.npos; at = lines.find(mark)) {
        lines.replace(at, mark.size(), value);
      }
    };
    for (const OptionSpec& spec : kind.options) {
      std::string value = value_text(spec, chosen);
      if (spec.type == OptionType::Span) {
        const Duration span = chosen.span(spec.key);
        fill(fmt::format("{{{}.ms}}", spec.key), std::to_string(span / 1ms));
        value = std::to_string(span / recipe->unit);
      }
      fill(fmt::format("{{{}}}", spec.key), value);
    }
    filled.emplace_back(paste.where, lines);
  }
  return filled;
}

Duration StrategyChoice::usual() const {
  if (chosen_interval) return *chosen_interval;
  if (recipe->interval.empty()) return Duration::zero();
  return parse_duration(recipe->usual).value_or(std::max<Duration>(recipe->least, 60s));
}

bool StrategyChoice::lacks_interval() const {
  return !recipe->interval.empty() && !chosen_interval && recipe->usual.empty();
}

Result<StrategyChoice> parse_strategy(std::string_view text) { return ChoiceParser(text).parse(); }

std::optional<StrategyChoice> strategy_of(const ConnectionSpec& connection) {
  const Recipe* found = nullptr;
  for (const Recipe& recipe : recipes()) {
    // The plainest recipe of a strategy adds nothing to what the scenario says.
    if (recipe.strategy != connection.strategy || recipe.interval.empty()) continue;
    if (!recipe.presets.empty()) continue;
    const bool used = connection.options.span(recipe.interval) > Duration::zero();
    if (found == nullptr || used) found = &recipe;
    if (used) break;
  }
  if (found == nullptr) return std::nullopt;
  StrategyChoice choice;
  choice.recipe = found;
  choice.transport = connection.transport;
  choice.options = connection.options;
  const Duration interval = connection.options.span(found->interval);
  if (interval > Duration::zero()) choice.chosen_interval = interval;
  const Options usual = defaults(strategy_kind_of(*found).options);
  for (const OptionSpec& spec : strategy_kind_of(*found).options) {
    const bool changed = value_text(spec, usual) != value_text(spec, connection.options);
    if (changed && spec.key != found->interval) choice.given.emplace(spec.key);
  }
  return choice;
}

}  // namespace stayalive
