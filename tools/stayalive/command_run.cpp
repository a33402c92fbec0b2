// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/guarded.h"
#include "captured_run.h"
#include "command.h"
#include "drawing_file.h"
#include "interruption.h"
#include "output.h"
#include "page_file.h"
#include "picture/chart/run_chart.h"
#include "progress.h"
#include "report/counted.h"
#include "report/page/run_page.h"
#include "report/run/run.h"
#include "run/estimate.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "scenario/text_file.h"
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
  bool force = false;
  CaptureRequest capture;
  DrawingRequest drawing;
  PageRequest page;
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

// Whether the files that are asked for may be written, before anything is run; says why not.
bool may_write(RunArguments& arguments) {
  CaptureRequest& capture = arguments.capture;
  DrawingRequest& drawing = arguments.drawing;
  const std::string& page = arguments.page.file;
  const std::array<std::pair<const char*, const std::string&>, 4> of_one_run{
      {{"--pcapng has the packets of", capture.file},
       {"--svg draws", drawing.svg},
       {"--png draws", drawing.png},
       {"--html is about", page}}};
  for (const auto& [what, file] : of_one_run) {
    if (file.empty() || arguments.scenarios.size() == 1) continue;
    say_error(fmt::format("{} one run; {} are named{}", what,
                          counted(arguments.scenarios.size(), "scenario"),
                          &file == &page ? "; `stayalive test --html` is about many" : ""));
    return false;
  }
  capture.inputs = arguments.parse.profile_paths;
  capture.inputs.push_back(arguments.scenarios.front());
  drawing.inputs = arguments.page.inputs = capture.inputs;
  drawing.force = arguments.page.force = capture.force = arguments.force;
  return files_differ({{"--svg", drawing.svg},
                       {"--png", drawing.png},
                       {"--pcapng", capture.file},
                       {"--html", page}}) &&
         can_capture(capture) && can_draw(drawing) && can_write_page(arguments.page);
}

// The drawing and the page of a run, where they are asked for.
bool picture(const RunArguments& arguments, const Scenario& scenario, const RunReport& report,
             const Interruption& interruption) {
  const bool drawn = write_drawing(arguments.drawing, [&](std::ostream& out) {
    write_run_svg(out, scenario, in_words(report, arguments.drawing.wording));
  });
  const bool written =
      write_page(arguments.page, [&](std::ostream& out, const std::string& made_by) {
        const Result<std::string> text = read_text_file(scenario.file);
        write_run_page(out,
                       {scenario, report, text.ok() ? text.value() : "", interruption.leave(),
                        arguments.drawing.wording},
                       made_by);
      });
  return drawn && written;
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
    if (!picture(arguments, scenario.value(), reports.back(), interruption)) wrong = true;
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
  add_drawing(*command, arguments->drawing,
              "Draw all connections of the run on one line of time into this file");
  add_html(*command, arguments->page);
  add_capture(*command, arguments->capture);
  add_force(*command, arguments->force);
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
      "  stayalive run scenarios/ssh-behind-a-home-router.json --pcapng run.pcapng --at client\n"
      "  stayalive run scenarios/ssh-behind-a-home-router.json --html run.html");
  command->callback([arguments, &exit_code] { exit_code = run_all(*arguments); });
}

}  // namespace stayalive
