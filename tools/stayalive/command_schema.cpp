// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "output.h"
#include "scenario/parse.h"

namespace stayalive {

void add_schema(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("schema", "Print the JSON Schema of scenarios, for editors");
  command->footer("Example:\n  stayalive schema > scenario.schema.json");
  command->callback([&exit_code] {
    Output().stream() << scenario_schema();
    exit_code = kHolds;
  });
}

}  // namespace stayalive
