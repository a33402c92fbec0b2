// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "command.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

struct CheckArguments {
  std::vector<std::string> scenarios;
  ParseOptions parse;
};

int check_all(const CheckArguments& arguments) {
  std::size_t wrong = 0;
  for (const std::string& file : arguments.scenarios) {
    const Result<Scenario> scenario = read_scenario(file, arguments.parse);
    if (scenario.ok()) {
      std::cout << file << ": ok\n";
    } else {
      ++wrong;
      print_errors(scenario.errors());
    }
  }
  return wrong == 0 ? kHolds : kWrongInput;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "check", "Check scenarios without running them; every mistake is shown at once");
  auto arguments = std::make_shared<CheckArguments>();
  command->add_option("SCENARIO", arguments->scenarios, "Scenario files")->required();
  add_profile_paths(*command, arguments->parse.profile_paths);
  command->footer(
      "Exit code: 0 when all are right, 2 otherwise.\n\nExample:\n  stayalive check "
      "scenarios/*.json");
  command->callback([arguments, &exit_code] { exit_code = check_all(*arguments); });
}

}  // namespace stayalive
