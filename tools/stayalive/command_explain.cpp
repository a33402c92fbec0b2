// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>

#include "base/text.h"
#include "command.h"
#include "report/story.h"
#include "report/transcript.h"
#include "run/run.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

struct ExplainArguments {
  std::string scenario;
  std::string connection;
  bool full = false;
  std::optional<std::uint64_t> seed;
  ParseOptions parse;
};

void print_story(const ConnectionReport& connection, const Style& style) {
  std::cout << style.strong(connection.name) << '\n';
  for (const std::string& sentence : tell_story(connection)) std::cout << "  " << sentence << '\n';
}

int explain_one(const Scenario& scenario, std::uint32_t position,
                const ExplainArguments& arguments) {
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
  add_seed(*command, arguments->seed);
  add_profile_paths(*command, arguments->parse.profile_paths);
  command->footer("Example:\n  stayalive explain scenarios/ssh-behind-a-home-router.json silent");
  command->callback([arguments, &exit_code] { exit_code = explain(*arguments); });
}

}  // namespace stayalive
