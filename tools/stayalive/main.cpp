// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "command.h"

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
  std::cerr << "error: there is no command \"" << word
            << "\"; allowed: " << stayalive::join_choices(words)
            << (close.empty() ? "" : "; did you mean \"" + close + "\"?") << '\n';
  return true;
}

}  // namespace

int main(int argc, char** argv) {
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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == kHolds ? kHolds : stayalive::kWrongInput;
  }
  return exit_code;
}
