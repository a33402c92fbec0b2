// SPDX-License-Identifier: Apache-2.0
#include "completion.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "scenario/parse.h"
#include "scenario/products/products.h"
#include "scenario/profiles/pools.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"
#include "scenario/profiles/servers.h"
#include "study/advise/question_words.h"

namespace stayalive {
namespace {

using Candidate = Completion::Candidate;

// Puts what begins with a word to a completion.
class Collector {
 public:
  // before: what stands in the word before the part that is completed, such as "--through=".
  Collector(Completion& to, std::string before, std::string part)
      : to_(to), before_(std::move(before)), part_(std::move(part)) {}

  void add(std::string_view word, std::string_view about = "") {
    if (!word.starts_with(part_)) return;
    // A name that a line of the answer cannot hold.
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(word, control)) return;
    to_.candidates.push_back({before_ + std::string(word), first_line(about)});
  }
  void add_files(Completion::Files files) { to_.files = files; }
  const std::string& part() const { return part_; }
  // The same for what follows the last of these characters in the part.
  Collector behind_last(std::string_view separators) const {
    const std::size_t at = part_.find_last_of(separators);
    if (at == std::string::npos) return *this;
    return {to_, before_ + part_.substr(0, at + 1), part_.substr(at + 1)};
  }

 private:
  static std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
  }

  Completion& to_;
  std::string before_;
  std::string part_;
};

void add_boxes(const Collector& collector) {
  Collector to = collector.behind_last(",");
  for (const ProfileDocument* box : builtin_profiles())
    to.add(box->profile.name, box->profile.title);
  for (const ProxyDocument* proxy : builtin_proxies()) to.add(proxy->name, proxy->title);
  to.add_files(Completion::Files::Json);
}

void add_strategies(Collector& to) {
  for (const Product* product : builtin_products()) to.add(product->name, product->title);
}

void add_servers(Collector& to) {
  for (const ServerDocument* server : builtin_servers()) to.add(server->name, server->title);
}

void add_profiles(Collector& to) {
  for (const ProfileDocument* box : builtin_profiles())
    to.add(box->profile.name, box->profile.title);
  for (const ProxyDocument* proxy : builtin_proxies()) to.add(proxy->name, proxy->title);
  for (const ServerDocument* server : builtin_servers()) {
    if (find_builtin_proxy(server->name) == nullptr) to.add(server->name, server->title);
  }
  for (const PoolDocument* pool : builtin_pools()) to.add(pool->name, pool->title);
  to.add_files(Completion::Files::Json);
}

void add_connections(Collector& to, const std::string& file) {
  const Result<Scenario> scenario = read_scenario(file, {});
  if (!scenario.ok()) return;
  for (const ConnectionSpec& connection : scenario.value().connections) to.add(connection.name);
}

// Words that name a scenario and a connection of it, or strategies, servers and boxes.
void add_question_words(Collector& to, const std::string& form,
                        const std::vector<std::string>& before) {
  if (before.empty()) {
    add_strategies(to);
    if (form.find("SERVER") != std::string::npos) add_servers(to);
    to.add_files(Completion::Files::Json);
    return;
  }
  Products products;
  const Result<QuestionWords> read = read_words({before.front()}, "", {}, products);
  if (read.ok() && !read.value().scenario.empty()) {
    const bool one = form.find("CONNECTION") != std::string::npos;
    if (one && before.size() == 1) add_connections(to, read.value().scenario);
    return;
  }
  if (form.find("STRATEGY[=INTERVAL]...") != std::string::npos) add_strategies(to);
  add_boxes(to);
}

// The members of "TEXT:{text,json}".
std::vector<std::string> choices_of(const std::string& form) {
  const std::size_t open = form.find('{');
  const std::size_t close = form.find('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(form.substr(open + 1, close - open - 1), ',');
}

void add_commands(Collector& to, const CLI::App& app) {
  for (const CLI::App* command : shown_commands(app))
    to.add(command->get_name(), command->get_description());
}

// A value of an option or a word of its own: what fits is told by the form that the help shows.
// before: the words of this option that stand before it.
void add_values(Collector to, const CLI::App& app, const CLI::Option& option,
                const std::vector<std::string>& before) {
  const std::string form = option.get_type_name();
  const std::string& name = option.get_positional() ? option.get_name(true) : form;
  for (const std::string& choice : choices_of(form)) to.add(choice);
  if (name == "COMMAND") return add_commands(to, app);
  if (name == "NAME") return add_profiles(to);
  if (name == "PRODUCT") {
    add_strategies(to);
    return to.add_files(Completion::Files::Json);
  }
  if (name == "WHAT") return add_question_words(to, form, before);
  if (form.starts_with("NAME[")) return add_strategies(to);
  if (form.starts_with("PROFILE[")) return add_boxes(to);
  if (name == "LOG") return to.add_files(Completion::Files::Any);
  if (option.get_positional()) return to.add_files(Completion::Files::Json);
  if (form == "FILE" || form == "PATH") to.add_files(Completion::Files::Any);
}

void add_options(Collector to, const CLI::App& command) {
  for (const CLI::Option* option : shown_options(command)) {
    for (const std::string& name : option->get_lnames()) {
      to.add("--" + name, option->get_description());
    }
  }
}

// The option that a word names; nullptr when it names none.
const CLI::Option* option_named(const CLI::App& command, std::string_view word) {
  for (const CLI::Option* option : command.get_options({})) {
    for (const std::string& name : option->get_lnames()) {
      if (word == "--" + name) return option;
    }
  }
  return nullptr;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

// What the words behind a command say of the last of them.
struct Place {
  const CLI::Option* option = nullptr;  // whose value it is; nullptr: a word of its own
  std::vector<std::string> before;      // words of their own before it
};

Place place_of_last(const CLI::App& command, const std::vector<std::string>& words) {
  Place place;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with("--")) {
      const CLI::Option* option = option_named(command, word);
      if (option == nullptr || !takes_value(*option)) continue;
      const bool value_is_last = i + 2 == words.size();
      if (value_is_last) place.option = option;
      ++i;
    } else if (!word.starts_with("-") || word == "-") {
      place.before.push_back(word);
    }
  }
  return place;
}

// The option that takes words without a name in front; nullptr when the command has none.
const CLI::Option* positional_of(const CLI::App& command) {
  const auto options =
      command.get_options([](const CLI::Option* o) { return o->get_positional(); });
  return options.empty() ? nullptr : options.front();
}

void complete_within(Completion& to, const CLI::App& app, const CLI::App& command,
                     const std::vector<std::string>& words) {
  const std::string& last = words.back();
  const Place place = place_of_last(command, words);
  if (place.option != nullptr) return add_values({to, "", last}, app, *place.option, {});
  const std::size_t equals = last.find('=');
  if (last.starts_with("--") && equals != std::string::npos) {
    const CLI::Option* option = option_named(command, last.substr(0, equals));
    if (option == nullptr) return;
    return add_values({to, last.substr(0, equals + 1), last.substr(equals + 1)}, app, *option, {});
  }
  if (last.starts_with("-")) return add_options({to, "", last}, command);
  const CLI::Option* positional = positional_of(command);
  if (positional == nullptr) return;
  const bool full = positional->get_items_expected_max() == 1 && !place.before.empty();
  if (!full) add_values({to, "", last}, app, *positional, place.before);
}

}  // namespace

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<const CLI::Option*> shown_options(const CLI::App& command) {
  return command.get_options(
      [](const CLI::Option* option) { return !option->get_group().empty(); });
}

Completion complete(const CLI::App& app, const std::vector<std::string>& words) {
  Completion found;
  if (words.empty()) return found;
  if (words.size() == 1) {
    Collector to(found, "", words.back());
    if (words.back().starts_with("-")) {
      add_options(to, app);
    } else {
      add_commands(to, app);
      to.add("help", "Print what a command does and which options it has");
    }
    return found;
  }
  if (words.front() == "help") {
    Collector to(found, "", words.back());
    if (words.size() == 2) add_commands(to, app);
    return found;
  }
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == words.front())
      complete_within(found, app, *command, {words.begin() + 1, words.end()});
  }
  return found;
}

}  // namespace stayalive
