// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <sstream>

#include "base/guarded.h"
#include "captured_run.h"
#include "command.h"
#include "interruption.h"
#include "new_file.h"
#include "output.h"
#include "picture/chart/run_chart.h"
#include "progress.h"
#include "report/counted.h"
#include "report/run/run.h"
#include "run/estimate.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "set_option.h"

namespace stayalive {
namespace {

struct RunArguments {
  std::vector<std::string> scenarios;
  OutputOptions output;
  std::optional<std::uint64_t> seed;
  bool no_skip = false;
  std::optional<Duration> time_limit;
  std::vector<std::string> set;
  bool strict = false;
  CaptureRequest capture;
  std::string svg;
  ParseOptions parse;
};

// Says why not all scenarios were run to their end.
int tell_of_early_end(const EarlyEnd& early, std::span<const RunReport> reports,
                      std::size_t scenarios) {
  const auto whole = std::ranges::count_if(
      reports, [](const RunReport& report) { return !report.early_end.has_value(); });
  say(fmt::format("{}: {} of {} run to the end\n", early.words(), whole,
                  counted(scenarios, "scenario")));
  return exit_code_of(early.reason);
}

NewFile drawing_of(const RunArguments& arguments) {
  return {arguments.svg, NewFile::Kind::Svg, arguments.capture.force, arguments.capture.inputs};
}

// Whether the files that are asked for may be written, before anything is run; says why not.
bool may_write(RunArguments& arguments) {
  CaptureRequest& capture = arguments.capture;
  if (!capture.file.empty() && arguments.scenarios.size() > 1) {
    say_error(fmt::format("--pcapng has the packets of one run; {} are named",
                          counted(arguments.scenarios.size(), "scenario")));
    return false;
  }
  if (!arguments.svg.empty() && arguments.scenarios.size() > 1) {
    say_error(fmt::format("--svg draws one run; {} are named",
                          counted(arguments.scenarios.size(), "scenario")));
    return false;
  }
  capture.inputs = arguments.parse.profile_paths;
  capture.inputs.push_back(arguments.scenarios.front());
  if (!capture.file.empty() && capture.file == arguments.svg) {
    say_error("--svg and --pcapng name the same file");
    return false;
  }
  return can_capture(capture) && drawing_of(arguments).can_write();
}

bool draw(const RunArguments& arguments, const Scenario& scenario, const RunReport& report) {
  if (arguments.svg.empty()) return true;
  std::ostringstream drawing;
  write_run_svg(drawing, scenario, report);
  return drawing_of(arguments).write(drawing.str());
}

int run_all(RunArguments& arguments) {
  if (!may_write(arguments)) return kWrongInput;
  if (!read_set(arguments.set, arguments.scenarios, arguments.parse)) return kWrongInput;
  Output output(arguments.output);
  std::vector<RunReport> reports;
  bool wrong = false;
  bool holds = true;
  std::optional<EarlyEnd> early;
  Interruption interruption(Interruption::Work::Run, arguments.time_limit);
  for (const std::string& file : arguments.scenarios) {
    const Result<Scenario> scenario = read_scenario(file, arguments.parse);
    const std::vector<Diagnostic> refused =
        scenario.ok() ? refuse_hopeless(scenario.value()) : scenario.errors();
    if (!refused.empty()) {
      print_errors(refused);
      wrong = true;
      continue;
    }
    bool ran = false;
    const std::vector<Diagnostic> mistakes = guarded(file, [&] {
      RunProgress progress(scenario.value().duration);
      std::optional<RunReport> report = run_and_capture(scenario.value(),
                                                        {.seed = arguments.seed,
                                                         .skip = !arguments.no_skip,
                                                         .stop = interruption.leave(),
                                                         .progress = progress.show()},
                                                        arguments.capture);
      ran = report.has_value();
      if (!ran) return;
      reports.push_back(std::move(*report));
      interruption.give_reason(reports.back().early_end);
    });
    if (!mistakes.empty() || !ran) {
      print_errors(mistakes);
      wrong = true;
      continue;
    }
    if (!draw(arguments, scenario.value(), reports.back())) wrong = true;
    if (reports.back().early_end) early = reports.back().early_end;
    holds = holds && reports.back().holds();
    wrong = wrong || (arguments.strict && !reports.back().warnings.empty());
    if (output.takes_pieces()) output.print(describe_runs({&reports.back(), 1}));
    if (reports.back().early_end && interruption.requested()) break;
  }
  interruption.finish();
  if (!output.takes_pieces() && !reports.empty()) output.print(describe_runs(reports));
  if (early) return tell_of_early_end(*early, reports, arguments.scenarios.size());
  return wrong ? kWrongInput : holds ? kHolds : kFails;
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("run", "Run scenarios and show what became of every connection");
  auto arguments = std::make_shared<RunArguments>();
  command->add_option("SCENARIO", arguments->scenarios, "Scenario files")->required();
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_seed(*command, arguments->seed);
  command->add_flag("--no-skip", arguments->no_skip,
                    "Run every event also where everything only repeats itself: the same result, "
                    "more slowly");
  command
      ->add_option("--svg", arguments->svg,
                   "Draw all connections of the run on one line of time into this file")
      ->type_name("FILE");
  add_capture(*command, arguments->capture);
  add_force(*command, arguments->capture.force);
  add_time_limit(*command, arguments->time_limit);
  add_set(*command, arguments->set);
  add_strict(*command, arguments->strict);
  add_profile_paths(*command, arguments->parse);
  add_run_limits(*command, arguments->parse);
  command->footer(
      "Ctrl-C and limits end the run and show what is known so far.\n\n"
      "Exit code: 0 when every expectation holds, 1 when one fails, 2 when the input is "
      "wrong, or warns with --strict,\n3 when a limit ended it, "
      "130 when interrupted, 143 when terminated.\n\nExamples:\n"
      "  stayalive run scenarios/ssh-behind-a-home-router.json\n"
      "  stayalive run --format json scenarios/*.json > results.json\n"
      "  stayalive run scenarios/ssh-behind-a-home-router.json --pcapng run.pcapng --at client");
  command->callback([arguments, &exit_code] { exit_code = run_all(*arguments); });
}

}  // namespace stayalive
