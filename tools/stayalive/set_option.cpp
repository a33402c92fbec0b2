// SPDX-License-Identifier: Apache-2.0
#include "set_option.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "output.h"
#include "scenario/document.h"
#include "scenario/values/assignment.h"
#include "scenario/values/replacement.h"

namespace stayalive {
namespace {

// How many of the files have the place of a replacement; those that cannot be read have all places,
// so that what is wrong with them is said where they are run.
std::size_t files_with(const Replacement& replacement, const std::vector<std::string>& files,
                       std::vector<Diagnostic>& errors) {
  std::size_t count = 0;
  for (const std::string& file : files) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(file, code)) {
      ++count;  // a pipe can be read only once
      continue;
    }
    const Result<ScenarioDocument> document = ScenarioDocument::read(file);
    if (!document.ok() || !document.value().lacks(replacement)) {
      ++count;
      continue;
    }
    if (!errors.empty()) continue;
    const Result<Scenario> scenario = document.value().scenario({&replacement, 1});
    if (!scenario.ok()) errors = scenario.errors();
  }
  return count;
}

}  // namespace

void add_set(CLI::App& command, std::vector<std::string>& texts) {
  command
      .add_option("--set", texts,
                  "Put a value in the place of the scenario's own: connections.pool.start=5s, "
                  "path.nat.timeouts.tcp.established=350s or /duration=2h")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

bool read_set(const std::vector<std::string>& texts, const std::vector<std::string>& files,
              ParseOptions& parse) {
  std::vector<Diagnostic> errors;
  for (const std::string& text : texts) {
    const Result<Replacement> read = parse_assignment(text, kSetOrigin);
    if (!read.ok()) {
      errors.insert(errors.end(), read.errors().begin(), read.errors().end());
      continue;
    }
    parse.replacements.push_back(read.value());
    if (files.size() < 2) continue;
    parse.pass_over_missing_places = true;
    std::vector<Diagnostic> first;
    const std::size_t count = files_with(read.value(), files, first);
    if (count == 0) {
      for (Diagnostic& error : first)
        error.message += fmt::format("; nor in any other of {} files", files.size());
      errors.insert(errors.end(), first.begin(), first.end());
    } else if (count < files.size()) {
      say_note(fmt::format("--set {}: in {} of {} files; the others have no such place", text,
                           count, files.size()));
    }
  }
  print_errors(errors);
  return errors.empty();
}

}  // namespace stayalive
