// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "command.h"
#include "document/safe_text.h"
#include "drawing_file.h"
#include "output.h"
#include "page_file.h"
#include "picture/chart/chart_svg.h"
#include "report/sweep/plain_sweep.h"
#include "report/sweep/sweep.h"
#include "report/sweep/sweep_chart.h"
#include "resume_file.h"
#include "study/sweep/sweep_merge.h"

namespace stayalive {
namespace {

struct MergeArguments {
  std::vector<std::string> logs;
  bool expect = false;
  DrawingRequest drawing;
  OutputOptions output;
};

// Finds a log that says which sweep it is; false, and everything said, when none does.
bool begin_merge(const std::vector<std::string>& logs, SweepMerge& merge) {
  for (const std::string& file : logs) {
    const Result<std::string> text = read_resume_file(file);
    const std::vector<Diagnostic> errors =
        text.ok() ? merge.begin(text.value(), file) : text.errors();
    print_errors(errors);
    if (!errors.empty()) return false;
    if (merge.begun()) return true;
  }
  say_error(safe_line(logs.front()) +
            ": this is not the file of a sweep; allowed: files of `sweep --shard`");
  return false;
}

bool add_logs(const std::vector<std::string>& logs, SweepMerge& merge) {
  bool good = true;
  for (const std::string& file : logs) {
    const Result<std::string> text = read_resume_file(file);
    if (!text.ok()) {
      print_errors(text.errors());
      good = false;
      continue;
    }
    const Result<SweepLogDamage> damage = merge.add(text.value(), file);
    print_errors(damage.errors());
    good = good && damage.ok();
    if (!damage.ok()) continue;
    if (damage.value().head) say_note(file + ": the first line is damaged");
    tell_of_damage(file, damage.value(), text.value().size(), "is not known");
  }
  return good;
}

// Says which points of a shard are missing, and what to do about it.
void tell_of_gap(const SweepMerge::Gap& gap, const Sweep& sweep) {
  constexpr std::size_t kMostPointsTold = 5;
  const std::size_t missing = gap.missing.size();
  say_error(
      safe_line(fmt::format("shard {}: {} of its {} points {} missing; {}", to_string(gap.shard),
                            missing, gap.points, missing == 1 ? "is" : "are",
                            gap.log.empty() ? "none of the files is its own"
                                            : "its command goes on with --resume " + gap.log)));
  std::string lines;
  for (std::size_t i = 0; i < std::min(missing, kMostPointsTold); ++i) {
    lines += "  " + safe_line(values_of_point(sweep, gap.missing[i])) + "\n";
  }
  if (missing > kMostPointsTold) lines += fmt::format("  and {} more\n", missing - kMostPointsTold);
  say(lines);
}

void tell_of_gaps(const SweepMerge& merge, const Sweep& sweep) {
  constexpr std::size_t kMostShardsTold = 20;
  const std::vector<SweepMerge::Gap> gaps = merge.gaps();
  for (std::size_t i = 0; i < std::min(gaps.size(), kMostShardsTold); ++i)
    tell_of_gap(gaps[i], sweep);
  if (gaps.size() > kMostShardsTold) {
    say_error(
        fmt::format("and {} further shards have points missing", gaps.size() - kMostShardsTold));
  }
}

int merge_logs(MergeArguments& arguments) {
  DrawingRequest& drawing = arguments.drawing;
  drawing.inputs = arguments.logs;
  if (!files_differ({{"--svg", drawing.svg}, {"--png", drawing.png}})) return kWrongInput;
  SweepMerge merge(STAYALIVE_VERSION);
  if (!begin_merge(arguments.logs, merge) || !add_logs(arguments.logs, merge)) return kWrongInput;
  const Result<Sweep> merged = merge.finish();
  if (!merged.ok()) {
    print_errors(merged.errors());
    return kWrongInput;
  }
  const Sweep& sweep = merged.value();
  const bool plain = drawing.wording == Wording::Plain;
  const Result<Chart> chart = draw_sweep(plain ? in_plain_words(sweep) : sweep);
  if (drawing.any()) {
    print_errors(chart.errors());
    if (!chart.ok() || !can_draw(drawing)) return kWrongInput;
  }
  const bool complete = sweep.done() == sweep.points.size();
  if (complete && arguments.expect && !sweep.expects()) {
    say_error(safe_line(sweep.file) + ": the scenario expects nothing; --expect needs \"expect\"");
    return kWrongInput;
  }
  tell_of_gaps(merge, sweep);
  if (sweep.done() > 0) Output(arguments.output).print(describe_sweep(sweep, arguments.expect));
  const bool drawn = !drawing.any() || write_drawing(drawing, [&chart](std::ostream& out) {
    write_chart_svg(out, chart.value());
  });
  if (!complete) {
    say(fmt::format("incomplete: {} of {} points\n", sweep.done(), sweep.points.size()));
  }
  if (!complete || !drawn) return kWrongInput;
  return arguments.expect && !sweep.fulfils_expectations() ? kFails : kHolds;
}

}  // namespace

void add_merge(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "merge", "Put the shards of a sweep together and print what one machine would have");
  auto arguments = std::make_shared<MergeArguments>();
  command->add_option("LOG", arguments->logs, "The files of `stayalive sweep --shard`")->required();
  command->add_flag("--expect", arguments->expect,
                    "Fail when what the scenario expects does not come true in every run of every "
                    "point, and show where");
  add_drawing(*command, arguments->drawing, "Draw charts of it into this file");
  add_force(*command, arguments->drawing.force);
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  command->footer(
      "Everything is in the files: neither the scenario nor its profiles are read.  All have to "
      "be\nof one sweep and one version of the program.  Two files may have the same point, with "
      "the\nsame result.\n\n"
      "Where points are missing, the others are shown, and standard error says whose they are: "
      "the\ncommand of that shard, given once more, runs what its file lacks.\n\n"
      "Exit code: 0 when all points are there, 1 when an expectation fails with --expect, 2 when "
      "a\npoint is missing or the input is wrong.\n\n"
      "Examples:\n"
      "  stayalive sweep scenario.json --shard 1/2 --resume 1.jsonl\n"
      "  stayalive sweep scenario.json --shard 2/2 --resume 2.jsonl\n"
      "  stayalive merge 1.jsonl 2.jsonl --format csv > result.csv");
  command->callback([arguments, &exit_code] { exit_code = merge_logs(*arguments); });
}

}  // namespace stayalive
