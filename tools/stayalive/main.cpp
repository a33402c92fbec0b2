// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/text.h"
#include "command.h"
#include "descriptor.h"
#include "output.h"

namespace {

// Where the first word is no command: says which there are, and which was meant.
bool refuse_unknown_command(const CLI::App& app, int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "";
  if (word.empty() || word.front() == '-') return false;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const std::vector<std::string_view> words(names.begin(), names.end());
  if (std::find(words.begin(), words.end(), word) != words.end()) return false;
  const std::string close = stayalive::closest_word(word, words);
  stayalive::say_error("there is no command \"" + std::string(word) +
                       "\"; allowed: " + stayalive::join_choices(words) +
                       (close.empty() ? "" : "; did you mean \"" + close + "\"?"));
  return true;
}

// Does what the command line asks for, which sets the exit code.
int parse_and_do(CLI::App& app, int argc, char** argv, const int& exit_code) {
  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    std::ostringstream words;
    const bool asked = app.exit(error, stayalive::Output().stream(), words) == stayalive::kHolds;
    stayalive::say(words.str());
    return asked ? stayalive::kHolds : stayalive::kWrongInput;
  }
}

}  // namespace

int main(int argc, char** argv) {
  stayalive::prepare_descriptors();
  using stayalive::kHolds;
  CLI::App app{
      "stayalive replays keepalives against middleboxes that forget idle flows, in virtual time, "
      "and says which\n"
      "connections stay alive, who forgot whom, when, and when each end noticed.",
      "stayalive"};
  app.set_version_flag("--version", STAYALIVE_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  stayalive run scenarios/ssh-behind-a-home-router.json\n"
      "  stayalive explain scenarios/ssh-behind-a-home-router.json silent\n"
      "  stayalive profiles aws-nlb\n\n`stayalive COMMAND --help` tells more about each.");
  int exit_code = kHolds;
  stayalive::add_run(app, exit_code);
  stayalive::add_explain(app, exit_code);
  stayalive::add_test(app, exit_code);
  stayalive::add_advise(app, exit_code);
  stayalive::add_compare(app, exit_code);
  stayalive::add_sweep(app, exit_code);
  stayalive::add_check(app, exit_code);
  stayalive::add_profiles(app, exit_code);
  stayalive::add_schema(app, exit_code);
  if (refuse_unknown_command(app, argc, argv)) return stayalive::kWrongInput;
  const auto mistakes =
      stayalive::guarded("", [&] { exit_code = parse_and_do(app, argc, argv, exit_code); });
  if (!mistakes.empty()) {
    stayalive::print_errors(mistakes);
    exit_code = stayalive::kWrongInput;
  }
  return stayalive::finish_output(exit_code);
}
