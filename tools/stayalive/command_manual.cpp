// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "command.h"
#include "completion.h"
#include "manual.h"
#include "output.h"

namespace stayalive {

void add_manual(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("manual", "Print the manual page of the program or of a command");
  command->group("");
  auto wanted = std::make_shared<std::string>();
  command->add_option("COMMAND", *wanted, "A command; the program when missing");
  command->callback([wanted, &app, &exit_code] {
    const CLI::App* about = wanted->empty() ? &app : nullptr;
    for (const CLI::App* shown : shown_commands(app)) {
      if (shown->get_name() == *wanted) about = shown;
    }
    if (about == nullptr) {
      say_error("there is no command \"" + *wanted + "\"");
      exit_code = kWrongInput;
      return;
    }
    Output().stream() << manual_page(app, *about);
    exit_code = kHolds;
  });
}

void print_completion(const CLI::App& app, const std::vector<std::string>& words) {
  const Completion found = complete(app, words);
  constexpr const char* kFiles[] = {"none", "json", "any"};
  std::ostream& out = Output().stream();
  out << "files " << kFiles[static_cast<std::size_t>(found.files)] << "\n";
  for (const Completion::Candidate& candidate : found.candidates)
    out << candidate.word << "\t" << candidate.about << "\n";
}

}  // namespace stayalive
