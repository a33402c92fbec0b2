// SPDX-License-Identifier: Apache-2.0
#include "command.h"

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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == kHolds ? kHolds : stayalive::kWrongInput;
  }
  return exit_code;
}
