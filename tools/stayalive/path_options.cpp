// SPDX-License-Identifier: Apache-2.0
#include "path_options.h"

#include <fmt/format.h>

#include "base/meant.h"
#include "base/text.h"
#include "scenario/parse.h"
#include "study/advise/question_words.h"
#include "study/advise/scenario_draft.h"

namespace stayalive {
namespace {

Diagnostic wrong_option(const std::string& option, const std::string& value,
                        const std::string& allowed, std::string suggestion = "") {
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("{} \"{}\" does not fit", option, value);
  diagnostic.allowed = allowed;
  diagnostic.suggestion = std::move(suggestion);
  return diagnostic;
}

// A bare number of a delay is meant in milliseconds, as ping prints them.
std::string meant_delay(const std::string& typed) {
  const bool bare = !typed.empty() && typed.find_first_not_of("0123456789.") == typed.npos;
  return bare && parse_duration(typed + "ms") ? typed + "ms" : meant_span(typed);
}

}  // namespace

void add_path_options(CLI::App& command, PathOptions& options) {
  command
      .add_option("--through", options.through,
                  "The boxes and proxies from the client to the server, with commas between them, "
                  "each perhaps with timers of its own: openwrt,aws-nlb:tcp.established=60s,nginx")
      ->type_name("PROFILE[:TIMER=SPAN],...");
  command
      .add_option("--delay", options.delay,
                  "Of the line between the client and the first box, each way; 20ms when missing")
      ->type_name("SPAN");
  command.add_option("--jitter", options.jitter, "Of this line")->type_name("SPAN");
  command.add_option("--loss", options.loss, "Of this line: 1/100 or 1%")->type_name("RATIO");
  command
      .add_option("--survive", options.survive,
                  "How long the idle connection has to hold; 7d, or as long as the scenario, when "
                  "missing")
      ->type_name("SPAN");
}

void add_strategies(CLI::App& command, AskedAbout& asked, const char* help, const char* form) {
  command.add_option("--strategy", asked.strategies, help)
      ->type_name(form)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::vector<Diagnostic> read_asked(AskedAbout& asked, Products& products) {
  if (!products.mistakes().empty()) return products.mistakes();
  Result<QuestionWords> read =
      read_words(asked.words, asked.path.through.value_or(""), asked.strategies, products);
  if (!read.ok()) return read.errors();
  QuestionWords words = std::move(read).value();
  asked.scenario = std::move(words.scenario);
  asked.connection = std::move(words.connection);
  if (!asked.scenario.empty()) return {};
  asked.strategies = std::move(words.strategies);
  if (!words.through.empty()) asked.path.through = std::move(words.through);
  return {};
}

Result<StrategyChoice> strategy_with_interval(const std::string& text, Products& products) {
  Result<StrategyChoice> strategy = products.parse(text);
  if (strategy.ok() && strategy.value().lacks_interval()) {
    return mistake(fmt::format("strategy \"{}\": say its interval, it has no default", text),
                   text + "=5m");
  }
  return strategy;
}

Result<PathSketch> sketch_path(const PathOptions& options, const ParseOptions& parse) {
  PathSketch path;
  std::vector<Diagnostic> errors;
  if (options.through && !options.through->empty()) {
    Result<std::vector<PathSketch::Box>> boxes = parse_boxes(*options.through);
    if (boxes.ok()) {
      path.boxes = std::move(boxes).value();
      mark_proxies(path.boxes, parse);
    } else {
      errors = boxes.errors();
    }
  }
  const auto take_span = [&](const char* option, const std::optional<std::string>& value,
                             std::string& place) {
    if (!value) return;
    place = *value;
    if (!parse_duration(*value)) {
      errors.push_back(wrong_option(option, *value, "a span such as 20ms", meant_delay(*value)));
    }
  };
  take_span("--delay", options.delay, path.delay);
  take_span("--jitter", options.jitter, path.jitter);
  if (options.loss) {
    path.loss = *options.loss;
    if (!parse_ratio(*options.loss)) {
      errors.push_back(wrong_option("--loss", *options.loss, "a ratio such as 1/100 or 1%",
                                    meant_ratio(*options.loss)));
    }
  }
  if (!errors.empty()) return errors;
  return path;
}

Result<std::vector<MiddleboxSpec>> boxes_on(const PathSketch& path, const ParseOptions& parse) {
  const std::string text = "{\"path\": " + path_json(path, Duration::zero()) +
                           ", \"connections\": [{\"name\": \"flow\"}]}";
  const Result<Scenario> scenario = parse_scenario(text, "", parse);
  if (!scenario.ok()) {
    std::vector<Diagnostic> errors = scenario.errors();
    for (Diagnostic& error : errors) {
      error.line = error.column = 0;
      error.pointer.clear();
    }
    return errors;
  }
  std::vector<MiddleboxSpec> boxes;
  for (const Hop& hop : scenario.value().path) {
    if (const auto* proxy = std::get_if<ProxySpec>(&hop)) {
      return mistake(
          fmt::format("{} is a proxy, which ends connections and begins others; the flow that is "
                      "asked about can be sent through boxes only",
                      proxy->name));
    }
    if (const auto* box = std::get_if<MiddleboxSpec>(&hop)) boxes.push_back(*box);
  }
  return boxes;
}

Result<Duration> survival(const PathOptions& options, Duration fallback) {
  if (options.survive.empty()) return fallback;
  const std::optional<Duration> span = parse_duration(options.survive);
  constexpr Duration kLongest = 36500 * 24h;
  if (span && *span >= 1min && *span <= kLongest) return *span;
  return std::vector<Diagnostic>{wrong_option("--survive", options.survive,
                                              "a span from 1m to 36500d, such as 30d",
                                              meant_span(options.survive))};
}

Result<Subject> draft_subject(const PathSketch& path, const StrategyChoice& strategy,
                              Duration survive, const ParseOptions& parse) {
  ScenarioDraft draft{path, strategy, strategy.usual(), survive, "", ""};
  Result<ScenarioDocument> document = ScenarioDocument::parse(draft.json(), "");
  std::vector<Diagnostic> errors = document.errors();
  if (document.ok()) {
    const Result<Scenario> scenario = document.value().scenario({}, parse);
    if (scenario.ok()) {
      errors = refuse_pings_to_proxy(*strategy.product, scenario.value(), "this path");
      if (!errors.empty()) return errors;
      return Subject{std::move(document).value(), parse, 0, strategy, std::nullopt};
    }
    errors = scenario.errors();
  }
  return told_of_command_line(std::move(errors), path);
}

std::vector<Diagnostic> mistake(const std::string& message, const std::string& allowed) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  diagnostic.allowed = allowed;
  return {diagnostic};
}

}  // namespace stayalive
