// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include "base/text.h"
#include "command.h"
#include "picture/journeys.h"
#include "picture/ladder/ladder.h"
#include "picture/ladder/ladder_svg.h"
#include "picture/ladder/ladder_text.h"
#include "picture/story.h"
#include "picture/transcript.h"
#include "run/run.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

struct ExplainArguments {
  std::string scenario;
  std::string connection;
  bool full = false;
  bool ladder = false;
  std::string svg;                   // a file, or "-"
  std::optional<std::size_t> width;  // as wide as the ladder needs, and 100 at least, when empty
  std::optional<std::uint64_t> seed;
  ParseOptions parse;
};

void print_story(const ConnectionReport& connection, const Style& style) {
  std::cout << style.strong(connection.name) << '\n';
  for (const std::string& sentence : tell_story(connection)) std::cout << "  " << sentence << '\n';
}

bool write_svg(const std::string& file, const Ladder& ladder) {
  if (file == "-") {
    write_ladder_svg(std::cout, ladder);
    return true;
  }
  std::ofstream out(file, std::ios::binary);
  write_ladder_svg(out, ladder);
  out.close();
  if (!out) std::cerr << fmt::format("error: {} cannot be written\n", file);
  return static_cast<bool>(out);
}

// The connection as a drawing: a file, or the story and the drawing on the terminal.
int draw_one(const Scenario& scenario, std::uint32_t position, const ExplainArguments& arguments) {
  if (arguments.svg != "-" && !can_write(arguments.svg)) return kWrongInput;
  Journeys journeys(ConnectionId{position}, stations_of(scenario, position));
  const RunReport report = run(scenario, {arguments.seed, &journeys});
  const Ladder ladder = draw_ladder(scenario, position, journeys, report);
  if (!arguments.svg.empty() && !write_svg(arguments.svg, ladder)) return kWrongInput;
  if (!arguments.ladder) return kHolds;
  if (arguments.width && *arguments.width < least_width(ladder)) {
    std::cerr << fmt::format("error: --width {} is too narrow; this ladder needs {}\n",
                             *arguments.width, least_width(ladder));
    return kWrongInput;
  }
  const Style style(colour_wanted());
  print_story(report.connections[position], style);
  std::cout << '\n';
  write_ladder_text(std::cout, ladder, arguments.width.value_or(100), style);
  return kHolds;
}

// A connection that stands for many has no packets of its own to show.
int explain_many(const Scenario& scenario, std::uint32_t position,
                 const ExplainArguments& arguments) {
  const ConnectionSpec& spec = scenario.connections[position];
  if (arguments.ladder || !arguments.svg.empty()) {
    std::cerr << fmt::format(
        "error: a ladder shows a single connection; \"{}\" stands for {} (the same entry without "
        "count can be drawn)\n",
        spec.name, spec.population.count);
    return kWrongInput;
  }
  const RunReport report = run(scenario, {arguments.seed, nullptr});
  print_story(report.connections[position], Style(colour_wanted()));
  return kHolds;
}

int explain_one(const Scenario& scenario, std::uint32_t position,
                const ExplainArguments& arguments) {
  if (scenario.connections[position].population.count > 0)
    return explain_many(scenario, position, arguments);
  if (arguments.ladder || !arguments.svg.empty()) return draw_one(scenario, position, arguments);
  const Style style(colour_wanted());
  Transcript transcript(ConnectionId{position});
  const RunReport report = run(scenario, {arguments.seed, &transcript});
  print_story(report.connections[position], style);
  std::cout << '\n';
  transcript.print(std::cout, arguments.full, style);
  return kHolds;
}

int explain_all(const Scenario& scenario, const ExplainArguments& arguments) {
  const Style style(colour_wanted());
  const RunReport report = run(scenario, {arguments.seed, nullptr});
  for (const ConnectionReport& connection : report.connections) print_story(connection, style);
  std::cout << fmt::format("\n`stayalive explain {} {}` shows the packets of one connection.\n",
                           arguments.scenario, report.connections.front().name);
  return kHolds;
}

int explain(const ExplainArguments& arguments) {
  const Result<Scenario> scenario = read_scenario(arguments.scenario, arguments.parse);
  if (!scenario.ok()) {
    print_errors(scenario.errors());
    return kWrongInput;
  }
  const std::vector<ConnectionSpec>& connections = scenario.value().connections;
  if (arguments.connection.empty()) {
    if (connections.size() > 1 && (arguments.ladder || !arguments.svg.empty())) {
      std::vector<std::string_view> names;
      for (const ConnectionSpec& connection : connections) names.push_back(connection.name);
      std::cerr << fmt::format("error: a ladder shows one connection; {} has {}\n",
                               arguments.scenario, join_choices(names));
      return kWrongInput;
    }
    return connections.size() == 1 ? explain_one(scenario.value(), 0, arguments)
                                   : explain_all(scenario.value(), arguments);
  }
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < connections.size(); ++i) {
    if (connections[i].name == arguments.connection)
      return explain_one(scenario.value(), i, arguments);
    names.push_back(connections[i].name);
  }
  const std::string close = closest_word(arguments.connection, names);
  std::cerr << fmt::format("error: {} has no connection \"{}\"; it has {}{}\n", arguments.scenario,
                           arguments.connection, join_choices(names),
                           close.empty() ? "" : fmt::format("; did you mean \"{}\"?", close));
  return kWrongInput;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "explain", "Tell the story of a connection: what happened, why, and packet by packet");
  auto arguments = std::make_shared<ExplainArguments>();
  command->add_option("SCENARIO", arguments->scenario, "A scenario file")->required();
  command->add_option("CONNECTION", arguments->connection,
                      "The name of a connection in it; all, in brief, without one");
  command->add_flag("--full", arguments->full, "Every packet, even where exchanges repeat");
  command->add_flag("--ladder", arguments->ladder, "Draw the connection instead of its packets");
  command->add_option("--svg", arguments->svg, "Draw the connection into this file; - for output");
  command
      ->add_option("--width", arguments->width,
                   "Of --ladder, in letters; 100, or more where it needs more, when missing")
      ->check(CLI::Range(std::size_t{40}, std::size_t{500}));
  add_seed(*command, arguments->seed);
  add_profile_paths(*command, arguments->parse.profile_paths);
  command->footer(
      "Examples:\n  stayalive explain scenarios/ssh-behind-a-home-router.json silent\n"
      "  stayalive explain scenarios/ssh-behind-a-home-router.json every-6m --ladder\n"
      "  stayalive explain scenarios/ssh-behind-a-home-router.json every-6m --svg ladder.svg");
  command->callback([arguments, &exit_code] { exit_code = explain(*arguments); });
}

}  // namespace stayalive
