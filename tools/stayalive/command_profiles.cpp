// SPDX-License-Identifier: Apache-2.0

#include <memory>

#include "command.h"
#include "output.h"
#include "report/profiles.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/unknown_profile.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

struct ProfilesArguments {
  std::string wanted;
  OutputOptions output;
};

int show_file(const std::string& file, Output& output) {
  const Result<std::string> text = read_text_file(file);
  if (!text.ok()) {
    print_errors(text.errors());
    return kWrongInput;
  }
  const Result<ProfileDocument> document = parse_profile(text.value(), file);
  if (!document.ok()) {
    print_errors(document.errors());
    return kWrongInput;
  }
  output.print(describe_profile(document.value()));
  return kHolds;
}

int show_profile(const std::string& wanted, Output& output) {
  if (wanted.ends_with(".json")) return show_file(wanted, output);
  if (const ProfileDocument* document = find_builtin_profile(wanted)) {
    output.print(describe_profile(*document));
    return kHolds;
  }
  std::vector<std::string_view> names;
  for (const ProfileDocument* known : builtin_profiles()) names.push_back(known->profile.name);
  print_errors({unknown_profile(wanted, names)});
  return kWrongInput;
}

int show(const ProfilesArguments& arguments) {
  Output output(arguments.output);
  if (!arguments.wanted.empty()) return show_profile(arguments.wanted, output);
  output.print(describe_profiles(builtin_profiles()));
  return kHolds;
}

}  // namespace

void add_profiles(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "profiles", "List the built-in middleboxes, or show one with the source of every value");
  auto arguments = std::make_shared<ProfilesArguments>();
  command->add_option("NAME", arguments->wanted, "A profile, or a profile file (*.json)");
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  command->footer(
      "Examples:\n  stayalive profiles\n  stayalive profiles aws-nlb\n  stayalive profiles "
      "./my-box.json");
  command->callback([arguments, &exit_code] { exit_code = show(*arguments); });
}

}  // namespace stayalive
