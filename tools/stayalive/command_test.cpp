// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>

#include "document/safe_text.h"
#include "interruption.h"
#include "new_file.h"
#include "output.h"
#include "page_file.h"
#include "progress.h"
#include "report/counted.h"
#include "report/page/suite_page.h"
#include "report/suite/annotations.h"
#include "report/suite/junit.h"
#include "report/suite/suite.h"
#include "set_option.h"
#include "study/suite/baseline.h"
#include "study/suite/changes.h"
#include "study/suite/suite.h"

namespace stayalive {
namespace {

struct TestArguments {
  std::vector<std::string> paths;
  unsigned jobs = 0;
  std::optional<Duration> time_limit;
  OutputOptions output;
  std::string junit;
  PageRequest page;
  bool force = false;
  std::string against;
  bool fail_on_change = false;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> set;
  bool strict = false;
  ParseOptions parse;
};

Suite run_with_progress(const ScenarioFiles& files, const TestArguments& arguments,
                        const ParseOptions& parse, const Interruption& interruption) {
  Progress progress(files.files.size(), "scenarios");
  SuiteOptions options{parse, arguments.seed, {}};
  options.jobs.threads = arguments.jobs;
  options.jobs.stop = interruption.token();
  options.jobs.leave = interruption.leave();
  options.jobs.finished = [&progress](std::size_t /*job*/, std::size_t done) {
    progress.show(done);
  };
  Suite suite = run_suite(files, options);
  interruption.give_reason(suite.early_end);
  return suite;
}

bool print_mistakes(const Suite& suite) {
  for (const SuiteItem& item : suite.items) print_errors(item.errors);
  return suite.count(SuiteStatus::Wrong) > 0;
}

// Which scenarios have reached a limit.
void say_limited(const Suite& suite) {
  for (const SuiteItem& item : suite.items) {
    if (item.early_end && item.early_end->reason != EndReason::Stopped)
      say(fmt::format("{}: {}\n", safe_line(item.file), item.early_end->words()));
  }
}

// The runs of the baseline; empty, and everything said, when it cannot be had.
std::optional<std::vector<RunReport>> baseline_runs(const Baseline& baseline, const Suite& now,
                                                    const TestArguments& arguments,
                                                    const Interruption& interruption,
                                                    std::optional<EarlyEnd>& early) {
  if (const auto* runs = std::get_if<std::vector<RunReport>>(&baseline)) return *runs;
  ParseOptions parse = arguments.parse;
  parse.profile_paths.insert(parse.profile_paths.begin(),
                             std::get<BaselineProfiles>(baseline).path);
  ScenarioFiles files;
  for (const SuiteItem& item : now.items) files.files.push_back({item.file, {}});
  Suite before = run_with_progress(files, arguments, parse, interruption);
  early = before.early_end;
  // What could not be run then either has been told of.
  bool wrong = false;
  for (std::size_t i = 0; i < before.items.size(); ++i) {
    if (before.items[i].errors.empty() || !now.items[i].errors.empty()) continue;
    print_errors(before.items[i].errors);
    wrong = true;
  }
  if (wrong) return std::nullopt;
  std::vector<RunReport> runs;
  for (SuiteItem& item : before.items) {
    if (item.report) runs.push_back(std::move(*item.report));
  }
  return runs;
}

// Where this program runs, as seen from the root of the repository that GitHub checked out; empty
// when that is the same.
std::string folder_in_workspace() {
  namespace fs = std::filesystem;
  const char* workspace = std::getenv("GITHUB_WORKSPACE");
  if (workspace == nullptr || *workspace == '\0') return "";
  std::error_code code;
  const fs::path relative = fs::relative(fs::current_path(code), workspace, code);
  return code || relative == "." ? "" : relative.string();
}

void annotate(const Suite& suite, Output& output) {
  const char* on_github = std::getenv("GITHUB_ACTIONS");
  if (on_github == nullptr || std::string_view(on_github) != "true") return;
  // A document on standard output stays one; GitHub reads both.
  std::ostringstream commands;
  write_annotations(commands, suite, folder_in_workspace());
  tell_build_service(commands.str(), output.for_people());
}

bool write_junit_file(const Suite& suite, const NewFile& file) {
  std::ostringstream text;
  write_junit(text, suite);
  return file.write(text.str());
}

// The files that are read, none of which is written over.
std::vector<std::string> read_files(const TestArguments& arguments, const ScenarioFiles& files) {
  std::vector<std::string> inputs{arguments.against};
  for (const ScenarioFile& found : files.files) inputs.push_back(found.file);
  inputs.insert(inputs.end(), files.skipped.begin(), files.skipped.end());
  return inputs;
}

bool write_suite(const TestArguments& arguments, const Suite& suite,
                 const std::optional<Changes>& changes, const Interruption& interruption) {
  return write_page(arguments.page, [&](std::ostream& out, const std::string& made_by) {
    write_suite_page(out,
                     {suite, changes, arguments.seed,
                      [&](const std::string& file) { return read_scenario(file, arguments.parse); },
                      interruption.token()},
                     made_by);
  });
}

std::vector<std::string> names_of(const ScenarioFiles& files) {
  std::vector<std::string> names;
  for (const ScenarioFile& file : files.files) names.push_back(file.file);
  return names;
}

int test_all(TestArguments& arguments) {
  std::optional<Baseline> baseline;
  if (!arguments.against.empty()) {
    Result<Baseline> read = read_baseline(arguments.against);
    if (!read.ok()) {
      print_errors(read.errors());
      return kWrongInput;
    }
    baseline = std::move(read).value();
  }
  ScenarioFiles files = find_scenarios(arguments.paths);
  std::erase_if(files.files,
                [](const ScenarioFile& found) { return is_standard_output(found.file); });
  if (files.files.empty()) {
    say_error(fmt::format("there is no scenario in {}; {} other JSON files skipped",
                          fmt::join(arguments.paths, ", "), files.skipped.size()));
    return kWrongInput;
  }
  arguments.page.inputs = read_files(arguments, files);
  arguments.page.force = arguments.force;
  const NewFile junit(arguments.junit, NewFile::Kind::Junit, arguments.force,
                      arguments.page.inputs);
  if (!files_differ({{"--junit", arguments.junit}, {"--html", arguments.page.file}}) ||
      !junit.can_write() || !can_write_page(arguments.page))
    return kWrongInput;
  if (!read_set(arguments.set, names_of(files), arguments.parse)) return kWrongInput;
  Interruption interruption(Interruption::Work::Study, arguments.time_limit);
  const Suite suite = run_with_progress(files, arguments, arguments.parse, interruption);
  bool wrong = print_mistakes(suite);
  std::optional<Changes> changes;
  std::optional<EarlyEnd> early = suite.early_end;
  bool whole = !early;
  if (baseline && whole) {
    const auto runs = baseline_runs(*baseline, suite, arguments, interruption, early);
    wrong = wrong || !runs;
    whole = runs && !interruption.requested() && !early;
    // A part of them would look like changes.
    if (runs && whole) changes = compare(*runs, suite);
    if (changes) changes->baseline = arguments.against;
  }
  if (arguments.page.file.empty()) interruption.finish();
  Output output(arguments.output);
  output.print(describe_suite(suite, changes));
  annotate(suite, output);
  if (!write_junit_file(suite, junit)) wrong = true;
  if (!write_suite(arguments, suite, changes, interruption)) wrong = true;
  interruption.finish();
  if (arguments.strict && suite.warnings() > 0) wrong = true;
  if (!whole) {
    const std::size_t ran = suite.items.size() - suite.count(SuiteStatus::NotRun);
    if (interruption.requested()) early = interruption.early_end();
    say_limited(suite);
    say(fmt::format("{}: {} of {} run{}\n", early->words(), ran,
                    counted(suite.items.size(), "scenario"),
                    baseline ? ", and the baseline is not compared" : ""));
    return exit_code_of(early->reason);
  }
  const bool changed = arguments.fail_on_change && changes && !changes->scenarios.empty();
  return wrong ? kWrongInput : suite.holds() && !changed ? kHolds : kFails;
}

void add_options(CLI::App& command, TestArguments& arguments) {
  command.add_option("PATH", arguments.paths, "Scenario files, or folders with scenarios")
      ->required();
  add_jobs(command, arguments.jobs);
  add_time_limit(command, arguments.time_limit);
  add_format(command, arguments.output);
  add_width(command, arguments.output);
  command.add_option("--junit", arguments.junit, "Write JUnit XML to this file, too")
      ->type_name("FILE");
  add_html(command, arguments.page);
  add_force(command, arguments.force);
  CLI::Option* against = command.add_option(
      "--against", arguments.against,
      "Show which verdicts differ from a baseline: a profile file or a folder of "
      "profiles, with which the scenarios are run once more, or a JSON result that run "
      "or test wrote earlier.  Instants differ when they lie more than a second "
      "apart.  Differences do not change the exit code");
  against->type_name("PATH");
  command
      .add_flag("--fail-on-change", arguments.fail_on_change,
                "Exit with 1 when --against shows a difference: a verdict, a scenario that is new "
                "or gone, or one that can no longer be run")
      ->needs(against);
  add_strict(command, arguments.strict);
  add_seed(command, arguments.seed);
  add_set(command, arguments.set);
  add_profile_paths(command, arguments.parse);
  add_run_limits(command, arguments.parse);
}

}  // namespace

void add_test(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "test", "Run all scenarios below folders and show which expectations do not hold");
  auto arguments = std::make_shared<TestArguments>();
  add_options(*command, *arguments);
  command->footer(
      "Exit code: 0 when every expectation holds, 1 when one fails, or anything differs with "
      "--fail-on-change, 2 when the input is wrong or "
      "there is no scenario, or there are warnings with --strict, 3 when a limit was reached "
      "before, 130 when "
      "interrupted, 143 when terminated; what was run is shown then.\nIn GitHub Actions every "
      "failure "
      "is also shown beside the line of the "
      "file it is about.\n\nExamples:\n"
      "  stayalive test scenarios\n"
      "  stayalive test scenarios --junit stayalive.xml\n"
      "  stayalive test scenarios --html report.html\n"
      "  stayalive test scenarios --format json > before.json\n"
      "  stayalive test scenarios --against before.json --fail-on-change");
  command->callback([arguments, &exit_code] { exit_code = test_all(*arguments); });
}

}  // namespace stayalive
