// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>

#include "base/guarded.h"
#include "command.h"
#include "output.h"
#include "report/run/run.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "set_option.h"

namespace stayalive {
namespace {

struct RunArguments {
  std::vector<std::string> scenarios;
  OutputOptions output;
  std::optional<std::uint64_t> seed;
  bool no_skip = false;
  std::vector<std::string> set;
  bool strict = false;
  ParseOptions parse;
};

int run_all(RunArguments& arguments) {
  if (!read_set(arguments.set, arguments.scenarios, arguments.parse)) return kWrongInput;
  Output output(arguments.output);
  std::vector<RunReport> reports;
  bool wrong = false;
  bool holds = true;
  for (const std::string& file : arguments.scenarios) {
    const Result<Scenario> scenario = read_scenario(file, arguments.parse);
    if (!scenario.ok()) {
      print_errors(scenario.errors());
      wrong = true;
      continue;
    }
    const std::vector<Diagnostic> mistakes = guarded(file, [&] {
      reports.push_back(run(scenario.value(), {arguments.seed, nullptr, !arguments.no_skip}));
    });
    if (!mistakes.empty()) {
      print_errors(mistakes);
      wrong = true;
      continue;
    }
    holds = holds && reports.back().holds();
    wrong = wrong || (arguments.strict && !reports.back().warnings.empty());
    if (output.takes_pieces()) output.print(describe_runs({&reports.back(), 1}));
  }
  if (!output.takes_pieces() && !reports.empty()) output.print(describe_runs(reports));
  return wrong ? kWrongInput : holds ? kHolds : kFails;
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("run", "Run scenarios and show what became of every connection");
  auto arguments = std::make_shared<RunArguments>();
  command->add_option("SCENARIO", arguments->scenarios, "Scenario files")->required();
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_seed(*command, arguments->seed);
  command->add_flag("--no-skip", arguments->no_skip,
                    "Run every event also where everything only repeats itself: the same result, "
                    "more slowly");
  add_set(*command, arguments->set);
  add_strict(*command, arguments->strict);
  add_profile_paths(*command, arguments->parse);
  command->footer(
      "Exit code: 0 when every expectation holds, 1 when one fails, 2 when the input is "
      "wrong, or warns with --strict.\n\nExamples:\n"
      "  stayalive run scenarios/ssh-behind-a-home-router.json\n"
      "  stayalive run --format json scenarios/*.json > results.json");
  command->callback([arguments, &exit_code] { exit_code = run_all(*arguments); });
}

}  // namespace stayalive
