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

// Fills the lines of a recipe in.
class PasteWriter {
 public:
  PasteWriter(const StrategyChoice& choice, Options options)
      : choice_(choice), kind_(strategy_kind_of(*choice.recipe)), options_(std::move(options)) {}

  // Whether a condition of Recipe::Paste holds.
  bool is_true(std::string_view condition) const {
    while (!condition.empty()) {
      const std::string_view one = condition.substr(0, condition.find(','));
      condition.remove_prefix(std::min(one.size() + 1, condition.size()));
      const std::size_t equals = one.find('=');
      CHECK(equals != one.npos && equals > 0, "a condition has an option and values");
      const bool wanted = one[equals - 1] != '!';
      const std::string value = value_of(one.substr(0, wanted ? equals : equals - 1));
      const auto same = [&](std::string_view text) { return same_value(text, value); };
      if (std::ranges::any_of(split_values(one.substr(equals + 1)), same) != wanted) return false;
    }
    return true;
  }

  // The lines whose conditions hold, filled in.
  std::string lines(std::string_view text) const {
    std::string kept;
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n') + 1);
      text.remove_prefix(line.size());
      if (const std::string_view condition = condition_of(line); !condition.empty()) {
        if (!is_true(condition)) continue;
        line.remove_prefix(condition.size() + 2);
      }
      kept += line;
    }
    return fill(kept);
  }

  std::string fill(std::string_view text) const {
    std::string filled(text);
    const auto put = [&filled](const std::string& mark, const std::string& value) {
      for (std::size_t at = filled.find(mark); at != filled.npos; at = filled.find(mark)) {
        filled.replace(at, mark.size(), value);
      }
    };
    put("{ends}", choice_.ends());
    for (const OptionSpec& spec : kind_.options) {
      std::string value = value_text(spec, options_);
      if (spec.type == OptionType::Span) {
        const Duration span = options_.span(spec.key);
        put(fmt::format("{{{}.ms}}", spec.key), std::to_string(span / 1ms));
        value = std::to_string(span / choice_.recipe->unit);
      }
      put(fmt::format("{{{}}}", spec.key), value);
    }
    return filled;
  }

  // Whether the paste appears, and depends on this option.
  bool says(const Recipe::Paste& paste, const std::string& key) const {
    if (!is_true(paste.only)) return false;
    std::string text = fmt::format("[{}]{}{}", paste.only, paste.where, paste.lines);
    if (text.find("{ends}") != text.npos) text += "{side}{from}";
    for (const char* form : {"{{{}}}", "{{{}.ms}}", "[{}=", "[{}!", ",{}=", ",{}!"}) {
      if (text.find(fmt::format(fmt::runtime(form), key)) != text.npos) return true;
    }
    return false;
  }

 private:
  // "side=both" of "[side=both]    lines".
  static std::string_view condition_of(std::string_view line) {
    const std::size_t end = line.find(']');
    const bool has = line.starts_with('[') && end != line.npos && line.find('=') < end;
    return has ? line.substr(1, end - 1) : "";
  }
  static std::vector<std::string_view> split_values(std::string_view values) {
    std::vector<std::string_view> all;
    while (!values.empty()) {
      all.push_back(values.substr(0, values.find('|')));
      values.remove_prefix(std::min(all.back().size() + 1, values.size()));
    }
    return all;
  }
  static bool same_value(std::string_view a, std::string_view b) {
    return a == b || (parse_duration(a) && parse_duration(a) == parse_duration(b));
  }
  std::string value_of(std::string_view key) const {
    if (key == "transport") return std::string(name(choice_.transport));
    const OptionSpec* spec = find_option(kind_, key);
    CHECK(spec != nullptr, "a condition names an option of the strategy");
    return value_text(*spec, options_);
  }

  const StrategyChoice& choice_;
  const StrategyKind& kind_;
  Options options_;
};

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

std::string StrategyChoice::option_text(std::string_view key) const {
  const OptionSpec* spec = find_option(strategy_kind_of(*recipe), key);
  CHECK(spec != nullptr, "only options of the strategy are asked for");
  return fmt::format("{}={}", key, value_text(*spec, options));
}

Options StrategyChoice::at(Duration interval) const {
  Options result = options;
  if (recipe->interval.empty()) return result;
  result.set(recipe->interval, interval);
  if (interval == Duration::zero()) return result;
  for (const Recipe::Follower& follower : recipe->followers) {
    if (given.contains(follower.option)) continue;
    const Duration base = follower.of.empty() ? interval : result.span(follower.of);
    Duration value = base;
    if (follower.rule == Recipe::Follower::Rule::Times) {
      // Whole units first, so that large intervals do not overflow.
      const std::int64_t units = base / recipe->unit * follower.numerator;
      value = std::max<std::int64_t>(units / follower.denominator, 1) * recipe->unit;
    } else {
      value = std::min(options.span(follower.option), base);
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
  const PasteWriter writer(*this, at(interval));
  std::vector<std::pair<std::string, std::string>> filled;
  for (const Recipe::Paste& paste : recipe->pastes) {
    if (writer.is_true(paste.only)) {
      filled.emplace_back(writer.fill(paste.where), writer.lines(paste.lines));
    }
  }
  return filled;
}

std::vector<std::string> StrategyChoice::unsaid() const {
  const StrategyKind& kind = strategy_kind_of(*recipe);
  const PasteWriter writer(*this, at(usual()));
  const Options presets = recipe_options(*recipe);
  std::vector<std::string> left;
  for (const std::string& key : given) {
    const OptionSpec& spec = *find_option(kind, key);
    const std::string value = value_text(spec, options);
    const auto says = [&](const Recipe::Paste& paste) { return writer.says(paste, key); };
    if (std::ranges::any_of(recipe->pastes, says) || value == value_text(spec, presets)) continue;
    left.push_back(key + "=" + value);
  }
  return left;
}

std::string StrategyChoice::ends() const {
  const StrategyKind& kind = strategy_kind_of(*recipe);
  for (const std::string_view key : {"side", "from"}) {
    if (find_option(kind, key) == nullptr) continue;
    const std::string& end = options.choice(key);
    return end == "both" ? "both ends" : "the " + end;
  }
  return "the client";
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
