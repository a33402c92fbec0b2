// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/text.h"
#include "command.h"
#include "output.h"
#include "report/run/warning.h"
#include "run/estimate.h"
#include "run/warning.h"
#include "scenario/file_kind.h"
#include "scenario/parse.h"
#include "scenario/profiles/profile_mistakes.h"
#include "scenario/text_file.h"
#include "set_option.h"
#include "study/suite/scenario_files.h"

namespace stayalive {
namespace {

struct CheckArguments {
  std::vector<std::string> files;
  std::vector<std::string> set;
  bool strict = false;
  bool estimate = false;
  OutputOptions output;
  ParseOptions parse;
};

// What is known of a file without running it.
struct Checked {
  std::vector<Diagnostic> mistakes;
  std::vector<Warning> warnings;
  std::optional<RunEstimate> estimate{};  // of a scenario
};

Checked checked(const std::string& file, const ParseOptions& options) {
  std::error_code code;
  // A pipe can be read only once, so it has to be a scenario.
  if (std::filesystem::is_regular_file(file, code)) {
    const Result<std::string> text = read_text_file(file);
    if (!text.ok()) return {text.errors(), {}};
    const FileKind kind = kind_of(text.value());
    const bool replaces = !options.replacements.empty() && !options.pass_over_missing_places;
    if (is_profile(kind) && replaces) {
      return {{wrong_kind(file, kind, "a scenario, in which --set replaces something")}, {}};
    }
    if (is_profile(kind)) return {profile_mistakes(text.value(), file), {}};
    if (kind == FileKind::Schema || kind == FileKind::Result) {
      return {{wrong_kind(file, kind, "a scenario or a profile")}, {}};
    }
  }
  const Result<Scenario> scenario = read_scenario(file, options);
  if (!scenario.ok()) return {scenario.errors(), {}};
  return {{}, warnings_before_run(scenario.value()), estimate_of(scenario.value())};
}

// Two digits of so large a number are more than is known of it.
std::string estimate_text(const RunEstimate& estimate) {
  constexpr std::uint64_t kPlain = 100'000;
  const std::string events = estimate.events < kPlain
                                 ? fmt::format("{}", estimate.events)
                                 : fmt::format("{:.1e}", static_cast<double>(estimate.events));
  return fmt::format("a run takes at most about {} events{}, and {} of memory from the beginning",
                     events, estimate.runs_all ? "" : ", fewer where everything repeats itself",
                     print_about_size(estimate.memory));
}

// The files, and in the place of each folder the scenarios and profiles in it and below.
std::vector<std::string> files_of(const std::vector<std::string>& paths,
                                  std::vector<Diagnostic>& mistakes) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code code;
    if (!std::filesystem::is_directory(path, code)) {
      files.push_back(path);
      continue;
    }
    const ScenarioFiles found = find_scenarios({path});
    for (const ScenarioFile& file : found.files) {
      mistakes.insert(mistakes.end(), file.errors.begin(), file.errors.end());
      if (file.errors.empty()) files.push_back(file.file);
    }
    for (const std::string& file : found.skipped) {
      const Result<std::string> text = read_text_file(file);
      if (text.ok() && kind_of(text.value()) == FileKind::Profile) files.push_back(file);
    }
  }
  return files;
}

int check_all(CheckArguments& arguments) {
  std::vector<Diagnostic> unreadable;
  const std::vector<std::string> files = files_of(arguments.files, unreadable);
  print_errors(unreadable);
  if (!unreadable.empty()) return kWrongInput;
  if (!read_set(arguments.set, files, arguments.parse)) return kWrongInput;
  Output output(arguments.output);
  std::size_t wrong = 0;
  for (const std::string& file : files) {
    const Checked found = checked(file, arguments.parse);
    if (!found.mistakes.empty()) {
      ++wrong;
      print_errors(found.mistakes);
      continue;
    }
    std::vector<Block> lines{Line{{file + ": ok"}}};
    if (arguments.estimate && found.estimate)
      lines.push_back(Item{{estimate_text(*found.estimate)}, 2, 4});
    for (const Warning& warning : found.warnings) add_warning(lines, file, warning, 2);
    output.print({[&found] { return warnings_tree(found.warnings); }, [&lines] { return lines; }});
    if (arguments.strict && !found.warnings.empty()) ++wrong;
  }
  return wrong == 0 ? kHolds : kWrongInput;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "check", "Check scenarios and profiles without running them; every mistake is shown at once");
  auto arguments = std::make_shared<CheckArguments>();
  command->add_option("FILE", arguments->files, "Scenario or profile files, or folders of them")
      ->required();
  add_width(*command, arguments->output);
  add_set(*command, arguments->set);
  command->add_flag("--estimate", arguments->estimate,
                    "Say how many events and how much memory a run of each scenario takes");
  add_strict(*command, arguments->strict);
  add_profile_paths(*command, arguments->parse);
  command->footer(
      "Exit code: 0 when all are right, 2 otherwise, or when there are warnings with "
      "--strict.\n\nExamples:\n"
      "  stayalive check scenarios\n"
      "  stayalive check my-box.json");
  command->callback([arguments, &exit_code] { exit_code = check_all(*arguments); });
}

}  // namespace stayalive
