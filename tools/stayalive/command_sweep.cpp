// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstring>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "command.h"
#include "document/safe_text.h"
#include "drawing_file.h"
#include "interruption.h"
#include "output.h"
#include "page_file.h"
#include "picture/chart/chart_svg.h"
#include "progress.h"
#include "report/page/sweep_page.h"
#include "report/sweep/plain_sweep.h"
#include "report/sweep/sweep.h"
#include "report/sweep/sweep_chart.h"
#include "resume_file.h"
#include "set_option.h"
#include "study/sweep/sweep.h"

namespace stayalive {
namespace {

struct SweepArguments {
  std::string scenario;
  std::vector<std::string> axes;
  std::vector<std::string> set;
  std::optional<std::uint64_t> runs;
  unsigned jobs = 0;
  std::optional<Duration> time_limit;
  std::string resume;
  std::string shard;
  std::vector<std::string> of_merge;  // options that were given and are of no use to a shard
  bool expect = false;
  bool force = false;
  DrawingRequest drawing;
  PageRequest page;
  OutputOptions output;
  SweepRequest request;
};

// A word as a shell needs it.
std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:%+@";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The command that goes on where this one was interrupted.
std::string command_to_resume(const SweepArguments& arguments, const std::string& file) {
  std::string command = "stayalive sweep " + shell_word(arguments.scenario);
  for (const std::string& axis : arguments.axes) command += " --axis " + shell_word(axis);
  for (const std::string& text : arguments.set) command += " --set " + shell_word(text);
  if (arguments.runs) command += fmt::format(" --seeds {}", *arguments.runs);
  if (arguments.request.seed) command += fmt::format(" --seed {}", *arguments.request.seed);
  for (const std::string& path : arguments.request.parse.profile_paths) {
    command += " --profiles " + shell_word(path);
  }
  if (arguments.request.parse.outside_files) command += " --outside-files";
  if (arguments.jobs != 0) command += fmt::format(" --jobs {}", arguments.jobs);
  if (arguments.expect) command += " --expect";
  if (arguments.output.format != "text") {
    command += " --format " + arguments.output.format;
  }
  if (arguments.request.shard) command += " --shard " + to_string(*arguments.request.shard);
  return command + " --resume " + shell_word(file);
}

// Reads --axis; false, and everything said, when one is wrong.
bool read_axes(SweepArguments& arguments) {
  std::vector<Diagnostic> errors;
  for (const std::string& text : arguments.axes) {
    const Result<Axis> axis = parse_axis(text);
    if (axis.ok()) {
      arguments.request.axes.push_back(axis.value());
      continue;
    }
    for (Diagnostic error : axis.errors()) {
      if (error.file.empty()) error.message = "--axis " + text + ": " + error.message;
      errors.push_back(error);
    }
  }
  print_errors(errors);
  return errors.empty();
}

// Reads --shard; false, and everything said, when it is wrong.  A shard always has a file, which is
// all that it prints.
bool read_shard(SweepArguments& arguments) {
  if (arguments.shard.empty()) return true;
  arguments.request.shard = parse_shard(arguments.shard);
  if (!arguments.request.shard) {
    say_error(
        "--shard " + safe_line(arguments.shard) +
        ": there is no such shard; allowed: I/N, with I from 1 to N, such as 1/4; N at most " +
        std::to_string(kMostShards));
  }
  for (const std::string& option : arguments.of_merge) {
    say_error(option + (option == "--html"
                            ? " has no effect with --shard: a page needs the whole sweep"
                            : " has no effect with --shard, which prints nothing but its file; "
                              "give it to `stayalive merge`"));
  }
  return arguments.request.shard && arguments.of_merge.empty();
}

// --seeds was asked for where the seed changes nothing.
void tell_of_certainty(const SweepArguments& arguments, const Sweep& sweep) {
  if (!arguments.runs || *arguments.runs == 1) return;
  const auto once = std::ranges::count_if(
      sweep.points, [](const SweepPoint& point) { return point.runs == 1 && !point.elsewhere; });
  if (once == 0) return;
  const bool all = static_cast<std::size_t>(once) == sweep.own();
  say_note(fmt::format("{} depends on chance, so that one run there shows as much as {}",
                       all ? std::string("nothing") : fmt::format("at {} points nothing", once),
                       *arguments.runs));
}

// The file of --resume, or none.  A point that it has no room for waits for the end of the sweep.
class PointLog {
 public:
  PointLog(ResumeFile* file, std::uint64_t fingerprint) : file_(file), fingerprint_(fingerprint) {}

  // False when it cannot be written.
  bool add(const Sweep& sweep, std::size_t point) {
    if (file_ == nullptr) return true;
    if (error_ == 0) error_ = file_->append(sweep_log_line(sweep, point, fingerprint_));
    if (error_ != 0) waiting_.push_back(point);
    return error_ == 0;
  }
  // Tries once more what could not be written.
  void retry(const Sweep& sweep) {
    std::vector<std::size_t> points = std::exchange(waiting_, {});
    const int error = std::exchange(error_, 0);
    for (const std::size_t point : points) add(sweep, point);
    if (error_ == 0) error_ = error;
  }
  // errno of the first failure; 0 while there is none.
  int error() const { return error_; }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  ResumeFile* file_;
  std::uint64_t fingerprint_;
  int error_ = 0;
  std::vector<std::size_t> waiting_;
};

std::string file_of_its_own(const SweepIdentity& identity) {
  return fmt::format("stayalive-sweep-{:016x}.jsonl", identity.fingerprint());
}

std::string file_of_shard(const Shard& shard, const SweepIdentity& identity) {
  return fmt::format("stayalive-sweep-{:016x}-{}-of-{}.jsonl", identity.fingerprint(), shard.number,
                     shard.count);
}

// Puts the finished points into a file of a name of its own where they are in none yet; says where,
// and how to go on.
void keep_points(const SweepArguments& arguments, const Sweep& sweep,
                 const SweepIdentity& identity) {
  std::string file = arguments.resume;
  if (file.empty()) {
    file = file_of_its_own(identity);
    Sweep known = sweep;
    for (SweepPoint& point : known.points) point.done = false;
    const auto opened = ResumeFile::open(file, identity, known, std::nullopt);
    if (!opened.ok()) return print_errors(opened.errors());
    PointLog log(opened.value().get(), identity.fingerprint());
    for (std::size_t i = 0; i < sweep.points.size(); ++i) {
      if (!sweep.points[i].done || known.points[i].done || log.add(sweep, i)) continue;
      return say_error(file + ": " + std::strerror(log.error()));
    }
  }
  say_written(file);
  say("it has the finished points; to go on:\n  " + safe_line(command_to_resume(arguments, file)) +
      "\n");
}

// Runs what is not done yet, until a stop is requested or a point cannot be put into the log; the
// mistakes that came up meanwhile.
std::vector<Diagnostic> run_rest(const SweepArguments& arguments, const ScenarioDocument& document,
                                 Sweep& sweep, PointLog& log, const Interruption& interruption) {
  Progress progress(sweep.own() - sweep.own_done(), "points");
  std::stop_source stop;
  const std::stop_callback forward(interruption.token(), [&stop] { stop.request_stop(); });
  JobOptions options;
  options.threads = arguments.jobs;
  options.stop = stop.get_token();
  options.leave = interruption.leave();
  options.finished = [&](std::size_t point, std::size_t done) {
    progress.show(done);
    if (!log.add(sweep, point)) stop.request_stop();
  };
  std::vector<Diagnostic> errors = run_sweep(document, arguments.request, sweep, options);
  log.retry(sweep);
  if (log.error() != 0) {
    errors.emplace_back();
    errors.back().file = arguments.resume;
    errors.back().message =
        std::string("the file cannot be written: ") + std::strerror(log.error());
    if (log.waiting() > 0) {
      errors.back().message +=
          fmt::format("; {} of the finished points are not in it", log.waiting());
    }
  }
  return errors;
}

// A scenario that cannot be read is told of by the plan.
bool expects_anything(const ScenarioDocument& document, const ParseOptions& options) {
  const Result<Scenario> scenario = document.checked(options);
  return !scenario.ok() || !scenario.value().expectations.empty();
}

// Whether the chart can be drawn and all files be written, before the runs begin; says why not.
bool may_draw(SweepArguments& arguments, const Sweep& plan) {
  DrawingRequest& drawing = arguments.drawing;
  drawing.inputs = arguments.request.parse.profile_paths;
  drawing.inputs.push_back(arguments.scenario);
  if (!arguments.resume.empty()) drawing.inputs.push_back(arguments.resume);
  arguments.page.inputs = drawing.inputs;
  arguments.page.force = drawing.force = arguments.force;
  if (!files_differ(
          {{"--svg", drawing.svg}, {"--png", drawing.png}, {"--html", arguments.page.file}}))
    return false;
  if (drawing.any()) {
    const Result<Chart> chart = draw_sweep(plan);
    print_errors(chart.errors());
    if (!chart.ok()) return false;
  }
  return can_draw(drawing) && can_write_page(arguments.page);
}

bool draw(const SweepArguments& arguments, const ScenarioDocument& document, const Sweep& sweep,
          const Interruption& interruption) {
  const Wording wording = arguments.drawing.wording;
  const bool written =
      write_page(arguments.page, [&](std::ostream& out, const std::string& made_by) {
        const SweepForPage page{document,         arguments.request,    sweep,
                                arguments.expect, interruption.token(), wording};
        write_sweep_page(out, page, made_by);
      });
  if (!arguments.drawing.any()) return written;
  const Result<Chart> chart = draw_sweep(wording == Wording::Plain ? in_plain_words(sweep) : sweep);
  print_errors(chart.errors());
  if (!chart.ok()) return false;
  return write_drawing(arguments.drawing,
                       [&](std::ostream& out) { write_chart_svg(out, chart.value()); }) &&
         written;
}

// Says how far it came, prints what is finished, whatever has become of the rest, and returns the
// exit code.
int show(const SweepArguments& arguments, const ScenarioDocument& document, const Sweep& sweep,
         const SweepIdentity& identity, Interruption& interruption,
         const std::vector<Diagnostic>& errors) {
  const bool shard = arguments.request.shard.has_value();
  const bool shown = errors.empty() || sweep.done() > 0;
  if (shown && !shard) Output(arguments.output).print(describe_sweep(sweep, arguments.expect));
  const bool drawn = draw(arguments, document, sweep, interruption);
  interruption.finish();
  const bool complete = sweep.own_done() == sweep.own();
  if (!complete) {
    const std::string reason = interruption.requested() ? interruption.early_end()->words()
                               : sweep.early_end        ? sweep.early_end->words()
                                                        : "interrupted";
    say(fmt::format("{}: {} of {} points\n", reason, sweep.own_done(), sweep.own()));
    if (shown) keep_points(arguments, sweep, identity);
  }
  if (!errors.empty() || !drawn) return kWrongInput;
  if (!complete) {
    const bool limited = !interruption.requested() && sweep.early_end;
    return limited ? exit_code_of(sweep.early_end->reason) : interruption.exit_code();
  }
  if (shard) {
    say(fmt::format("shard {} of {}: {} of the {} points are done\n",
                    arguments.request.shard->number, arguments.request.shard->count, sweep.own(),
                    sweep.points.size()));
  }
  if (!arguments.resume.empty()) say_written(arguments.resume);
  return arguments.expect && !sweep.fulfils_expectations() ? kFails : kHolds;
}

int sweep_scenario(SweepArguments& arguments) {
  if (!read_shard(arguments)) return kWrongInput;
  if (!read_axes(arguments)) return kWrongInput;
  if (!read_set(arguments.set, {arguments.scenario}, arguments.request.parse)) return kWrongInput;
  if (arguments.runs) arguments.request.runs = *arguments.runs;
  const Result<ScenarioDocument> document = ScenarioDocument::read(arguments.scenario);
  if (!document.ok()) {
    print_errors(document.errors());
    return kWrongInput;
  }
  if (arguments.expect && !expects_anything(document.value(), arguments.request.parse)) {
    say_error(safe_line(arguments.scenario) +
              ": the scenario expects nothing; --expect needs \"expect\"");
    return kWrongInput;
  }
  Result<Sweep> plan = plan_sweep(document.value(), arguments.request, arguments.jobs);
  if (!plan.ok()) {
    print_errors(plan.errors());
    return kWrongInput;
  }
  Sweep sweep = std::move(plan).value();
  if (!may_draw(arguments, sweep)) return kWrongInput;
  const SweepIdentity identity =
      identify(document.value(), arguments.request, sweep, STAYALIVE_VERSION);
  tell_of_certainty(arguments, sweep);
  if (arguments.request.shard && arguments.resume.empty())
    arguments.resume = file_of_shard(*arguments.request.shard, identity);
  std::unique_ptr<ResumeFile> file;
  if (!arguments.resume.empty()) {
    Result<std::unique_ptr<ResumeFile>> opened =
        ResumeFile::open(arguments.resume, identity, sweep, arguments.request.shard);
    if (!opened.ok()) {
      print_errors(opened.errors());
      return kWrongInput;
    }
    file = std::move(opened).value();
  }
  Interruption interruption(Interruption::Work::Study, arguments.time_limit);
  PointLog log(file.get(), identity.fingerprint());
  const std::vector<Diagnostic> errors =
      run_rest(arguments, document.value(), sweep, log, interruption);
  if (arguments.page.file.empty()) interruption.finish();
  print_errors(errors);
  return show(arguments, document.value(), sweep, identity, interruption, errors);
}

}  // namespace

void add_sweep(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "sweep", "Run a scenario with many values and show where its connections cease to hold");
  auto arguments = std::make_shared<SweepArguments>();
  command->add_option("SCENARIO", arguments->scenario, "A scenario file")->required();
  command
      ->add_option(
          "--axis", arguments->axes,
          "What is varied, instead of the scenario's own axis of this path or in addition: "
          "values separated by commas, or a range such as 15s..10m/15s or 15s..16m*2")
      ->type_name("PATH=VALUES")
      ->allow_extra_args(false);
  command
      ->add_option("--seeds", arguments->runs,
                   "Runs of each point that depends on chance, with the seeds that follow one "
                   "another [20]")
      ->check(CLI::Range(1, 1'000'000));
  command->add_flag("--expect", arguments->expect,
                    "Fail when what the scenario expects does not come true in every run of every "
                    "point, and show where");
  add_jobs(*command, arguments->jobs);
  add_time_limit(*command, arguments->time_limit);
  command
      ->add_option("--resume", arguments->resume,
                   "A file to which finished points are written, and from which an interrupted "
                   "sweep goes on; begun when it is missing")
      ->type_name("FILE");
  command
      ->add_option("--shard", arguments->shard,
                   "Run one of N shares of the points, for one of N machines, into the file of "
                   "--resume, or of a name of its own; `stayalive merge` puts the files together")
      ->type_name("I/N");
  add_drawing(*command, arguments->drawing, "Draw charts of it into this file");
  add_html(*command, arguments->page);
  add_force(*command, arguments->force);
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_seed(*command, arguments->request.seed);
  add_set(*command, arguments->set);
  add_profile_paths(*command, arguments->request.parse);
  add_run_limits(*command, arguments->request.parse);
  command->footer(
      "A point is one combination of values.  A connection has held at it when neither side was\n"
      "ever forgotten, gave up, was reset or refused, and no message was left unsent; of several\n"
      "runs, more than half have to.\n\n"
      "After Ctrl-C the runs that have begun come to their end, after a second one they are left,\n"
      "and so they are at the end of --time-limit; the finished points are shown, and how to go "
      "on.  A point one of whose runs reaches --max-events or --max-memory is not finished; the "
      "others are.\n\n"
      "Exit code: 0 when all points were run, 1 when an expectation fails with --expect, 2 when "
      "the input is wrong,\n3 when a limit was reached before, 130 when interrupted, 143 when "
      "terminated.\n\n"
      "Examples:\n"
      "  stayalive sweep scenarios/ssh-behind-a-home-router.json \\\n"
      "      --axis path.home-router.timeouts.tcp.established=1m,5m,15m\n"
      "  stayalive sweep scenario.json --svg sweep.svg\n"
      "  stayalive sweep scenario.json --html sweep.html\n"
      "  stayalive sweep --seeds 100 --format csv scenario.json > result.csv\n"
      "  stayalive sweep scenario.json --shard 1/2 --resume 1.jsonl");
  command->callback([command, arguments, &exit_code] {
    for (const char* option : {"--expect", "--svg", "--png", "--scale", "--plain", "--force",
                               "--format", "--width", "--html"}) {
      if (command->count(option) > 0) arguments->of_merge.emplace_back(option);
    }
    exit_code = sweep_scenario(*arguments);
  });
}

}  // namespace stayalive
