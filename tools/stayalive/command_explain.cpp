// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <span>

#include "base/text.h"
#include "captured_run.h"
#include "command.h"
#include "drawing_file.h"
#include "interruption.h"
#include "ladder_player.h"
#include "output.h"
#include "page_file.h"
#include "path_options.h"
#include "picture/journeys.h"
#include "picture/ladder/ladder.h"
#include "picture/ladder/ladder_svg.h"
#include "picture/ladder/ladder_text.h"
#include "picture/transcript.h"
#include "progress.h"
#include "report/early_end.h"
#include "report/run/story.h"
#include "run/estimate.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "set_option.h"

namespace stayalive {
namespace {

struct ExplainArguments {
  AskedAbout asked;
  bool full = false;
  bool ladder = false;
  bool play = false;

  // Whether a single connection is drawn, in one way or another.
  bool draws() const { return ladder || play || drawing.any(); }
  DrawingRequest drawing;  // the drawing's svg may be "-"
  CaptureRequest capture;
  std::optional<Duration> time_limit;
  OutputOptions output;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> set;
  ParseOptions parse;
};

// Runs it to its end, or as far as it comes before Ctrl-C or a limit; empty, and everything said,
// where its packets could not be written.
std::optional<RunReport> run_it(const Scenario& scenario, std::optional<std::size_t> connection,
                                const ExplainArguments& arguments, TraceSink* trace) {
  const Interruption interruption(Interruption::Work::Run, arguments.time_limit);
  RunProgress progress(scenario.duration);
  std::optional<RunReport> report = run_and_capture(scenario,
                                                    {.seed = arguments.seed,
                                                     .trace = trace,
                                                     .stop = interruption.leave(),
                                                     .progress = progress.show()},
                                                    arguments.capture, connection);
  if (report) interruption.give_reason(report->early_end);
  return report;
}

int exit_code_after(const RunReport& report) {
  return report.early_end ? exit_code_of(report.early_end->reason) : kHolds;
}

void print_story(Output& output, const RunReport& report,
                 std::span<const ConnectionReport> connections) {
  if (report.early_end) {
    output.print({{}, [&report] { return std::vector<Block>{Line{{early_end_phrase(report)}}}; }});
  }
  output.print(describe_stories(connections, later(kStart, report.duration)));
}

// The connection as a drawing: a file, or the story and the drawing on the terminal.
int draw_one(const Scenario& scenario, std::uint32_t position, const ExplainArguments& arguments) {
  // Of a ladder where the terminal is not known.
  constexpr std::size_t kUsualWidth = 100;
  DrawingRequest drawing = arguments.drawing;
  const bool to_output = drawing.svg == "-";
  if (to_output) drawing.svg.clear();
  drawing.inputs = arguments.capture.inputs;
  drawing.force = arguments.capture.force;
  if (!can_draw(drawing)) return kWrongInput;
  Output output(arguments.output);
  Journeys journeys(ConnectionId{position}, stations_of(scenario, position));
  const std::optional<RunReport> ran = run_it(scenario, position, arguments, &journeys);
  if (!ran) return kWrongInput;
  const RunReport report = in_words(*ran, drawing.wording);
  const Ladder ladder = draw_ladder(scenario, position, journeys, report, drawing.wording);
  if (to_output) write_ladder_svg(output.stream(), ladder);
  if (!write_drawing(drawing, [&](std::ostream& out) { write_ladder_svg(out, ladder); }))
    return kWrongInput;
  if (arguments.play) {
    const int left = play_ladder(ladder, output.style());
    print_story(output, report, {&report.connections[position], 1});
    return left != 0 ? left : exit_code_after(report);
  }
  if (!arguments.ladder) return exit_code_after(report);
  const std::size_t least = least_width(ladder);
  const std::optional<std::size_t>& wanted = arguments.output.width;
  if (wanted && *wanted < least) {
    say_error(fmt::format("--width {} is too narrow; this ladder needs {}", *wanted, least));
    return kWrongInput;
  }
  print_story(output, report, {&report.connections[position], 1});
  output.stream() << '\n';
  const std::size_t width = output.width() == 0 ? kUsualWidth : output.width();
  write_ladder_text(output.stream(), ladder, std::max(width, least), output.style());
  return exit_code_after(report);
}

// A connection that stands for many, or for several side by side, has no packets of its own to
// show.
int explain_many(const Scenario& scenario, std::uint32_t position,
                 const ExplainArguments& arguments) {
  const ConnectionSpec& spec = scenario.connections[position];
  if (arguments.draws()) {
    const std::string many = spec.session ? "has several side by side"
                                          : fmt::format("stands for {}", spec.population.count);
    say_error(fmt::format(
        "a ladder shows a single connection; \"{}\" {} (the same entry without {} can be drawn)",
        spec.name, many, spec.session ? "pool" : "count"));
    return kWrongInput;
  }
  const std::optional<RunReport> ran = run_it(scenario, position, arguments, nullptr);
  if (!ran) return kWrongInput;
  const RunReport& report = *ran;
  Output output(arguments.output);
  print_story(output, report, {&report.connections[position], 1});
  return exit_code_after(report);
}

int explain_one(const Scenario& scenario, std::uint32_t position,
                const ExplainArguments& arguments) {
  const ConnectionSpec& spec = scenario.connections[position];
  if (spec.population.count > 0 || spec.session) return explain_many(scenario, position, arguments);
  if (arguments.draws()) return draw_one(scenario, position, arguments);
  Output output(arguments.output);
  Transcript transcript(ConnectionId{position}, arguments.full);
  const std::optional<RunReport> ran = run_it(scenario, position, arguments, &transcript);
  if (!ran) return kWrongInput;
  const RunReport& report = *ran;
  print_story(output, report, {&report.connections[position], 1});
  output.print({{}, [&] { return transcript.blocks(); }});
  return exit_code_after(report);
}

int explain_all(const Scenario& scenario, const ExplainArguments& arguments) {
  Output output(arguments.output);
  const std::optional<RunReport> ran = run_it(scenario, std::nullopt, arguments, nullptr);
  if (!ran) return kWrongInput;
  const RunReport& report = *ran;
  print_story(output, report, report.connections);
  output.print({{}, [&] {
                  return std::vector<Block>{Line{
                      {fmt::format("`stayalive explain {} {}` shows the packets of one connection.",
                                   arguments.asked.scenario, report.connections.front().name)}}};
                }});
  return exit_code_after(report);
}

// Puts what the words name to what the options name; a scenario or one strategy has to be there.
std::vector<Diagnostic> read_what_to_explain(AskedAbout& asked, Products& products) {
  if (std::vector<Diagnostic> errors = read_asked(asked, products); !errors.empty()) return errors;
  if (!asked.scenario.empty()) {
    if (!asked.path.any() && asked.path.survive.empty() && asked.strategies.empty()) return {};
    return mistake(
        "a scenario has its own path, connections and duration: leave out --through, --delay, "
        "--jitter, --loss, --survive and --strategy",
        "--set PATH=VALUE for a value of the scenario");
  }
  if (asked.strategies.size() == 1) return {};
  return mistake(asked.strategies.empty() ? "say what is explained: a scenario or a strategy"
                                          : "a single strategy is explained",
                 "SCENARIO [CONNECTION], or a strategy and the boxes on the path");
}

// One connection with this strategy on the path that was named.
Result<Scenario> drafted_scenario(const ExplainArguments& arguments, Products& products) {
  constexpr Duration kUsualRun = 24h;
  const PathOptions& options = arguments.asked.path;
  const std::string& keepalive = arguments.asked.strategies.front();
  const Result<PathSketch> path = sketch_path(options, arguments.parse);
  const Result<Duration> survive = survival(options, kUsualRun);
  const Result<StrategyChoice> strategy = strategy_with_interval(keepalive, products);
  std::vector<Diagnostic> errors = path.errors();
  errors.insert(errors.end(), survive.errors().begin(), survive.errors().end());
  errors.insert(errors.end(), strategy.errors().begin(), strategy.errors().end());
  if (!errors.empty()) return errors;
  const Result<Subject> subject =
      draft_subject(path.value(), strategy.value(), survive.value(), arguments.parse);
  if (!subject.ok()) return subject.errors();
  Result<Scenario> scenario = subject.value().document.scenario({}, arguments.parse);
  if (!scenario.ok()) return scenario.errors();
  Scenario drafted = std::move(scenario).value();
  drafted.title = fmt::format("{} through {}", keepalive, path.value().words());
  return drafted;
}

// Whether --play can show anything here; says why not.
bool may_play(const ExplainArguments& arguments) {
  if (!arguments.play) return true;
  if (arguments.ladder || arguments.drawing.svg == "-") {
    say_error("--play has the whole screen: leave out --ladder and --svg -");
    return false;
  }
  if (has_screen()) return true;
  say_error(
      "--play needs a terminal for its input and its output; --ladder draws the same as text");
  return false;
}

int explain(ExplainArguments& arguments) {
  if (!may_play(arguments)) return kWrongInput;
  Products products(arguments.parse.profile_paths);
  if (const std::vector<Diagnostic> errors = read_what_to_explain(arguments.asked, products);
      !errors.empty()) {
    print_errors(errors);
    return kWrongInput;
  }
  if (!read_set(arguments.set, {arguments.asked.scenario}, arguments.parse)) return kWrongInput;
  const Result<Scenario> scenario = arguments.asked.scenario.empty()
                                        ? drafted_scenario(arguments, products)
                                        : read_scenario(arguments.asked.scenario, arguments.parse);
  const std::vector<Diagnostic> refused =
      scenario.ok() ? refuse_hopeless(scenario.value()) : scenario.errors();
  if (!refused.empty()) {
    print_errors(refused);
    return kWrongInput;
  }
  arguments.capture.inputs = arguments.parse.profile_paths;
  if (!arguments.asked.scenario.empty())
    arguments.capture.inputs.push_back(arguments.asked.scenario);
  if (!can_capture(arguments.capture)) return kWrongInput;
  if (!files_differ({{"--svg", arguments.drawing.svg},
                     {"--png", arguments.drawing.png},
                     {"--pcapng", arguments.capture.file}}))
    return kWrongInput;
  const std::vector<ConnectionSpec>& connections = scenario.value().connections;
  if (arguments.asked.connection.empty()) {
    if (connections.size() > 1 && arguments.draws()) {
      std::vector<std::string_view> names;
      for (const ConnectionSpec& connection : connections) names.push_back(connection.name);
      say_error(fmt::format("a ladder shows one connection; {} has {}", arguments.asked.scenario,
                            join_choices(names)));
      return kWrongInput;
    }
    return connections.size() == 1 ? explain_one(scenario.value(), 0, arguments)
                                   : explain_all(scenario.value(), arguments);
  }
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < connections.size(); ++i) {
    if (connections[i].name == arguments.asked.connection)
      return explain_one(scenario.value(), i, arguments);
    names.push_back(connections[i].name);
  }
  const std::string close = closest_word(arguments.asked.connection, names);
  say_error(fmt::format("{} has no connection \"{}\"; it has {}{}", arguments.asked.scenario,
                        arguments.asked.connection, join_choices(names),
                        close.empty() ? "" : fmt::format("; did you mean \"{}\"?", close)));
  return kWrongInput;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "explain", "Tell the story of a connection: what happened, why, and packet by packet");
  auto arguments = std::make_shared<ExplainArguments>();
  command
      ->add_option("WHAT", arguments->asked.words,
                   "A scenario file, and perhaps the name of a connection in it; all, in brief, "
                   "without one.  Or a strategy and the boxes on the path, short for --strategy "
                   "and --through")
      ->type_name("SCENARIO [CONNECTION] | STRATEGY[=INTERVAL] BOX,...");
  add_strategies(*command, arguments->asked,
                 "A program and its interval, without a scenario (`stayalive products` lists them)",
                 "NAME[=INTERVAL][,OPTION=VALUE]...");
  add_path_options(*command, arguments->asked.path);
  command->add_flag("--full", arguments->full, "Every packet, even where exchanges repeat");
  command->add_flag("--ladder", arguments->ladder, "Draw the connection instead of its packets");
  command->add_flag("--play", arguments->play,
                    "Show the ladder on the terminal as it happens: space stops and goes on, right "
                    "and left step, + and - change the speed, q quits");
  add_drawing(*command, arguments->drawing, "Draw the connection into this file; - for output");
  add_capture(*command, arguments->capture);
  add_force(*command, arguments->capture.force);
  add_width(*command, arguments->output);
  add_time_limit(*command, arguments->time_limit);
  add_seed(*command, arguments->seed);
  add_set(*command, arguments->set);
  add_profile_paths(*command, arguments->parse);
  add_run_limits(*command, arguments->parse);
  command->footer(
      "Ctrl-C and limits end the run, and what is known so far is told.  The exit code is 3 "
      "when a limit ended it,\n130 when interrupted, 143 when "
      "terminated.\n\nExamples:\n  stayalive explain scenarios/ssh-behind-a-home-router.json "
      "silent\n"
      "  stayalive explain scenarios/ssh-behind-a-home-router.json every-6m --ladder\n"
      "  stayalive explain scenarios/ssh-behind-a-home-router.json every-6m --play\n"
      "  stayalive explain scenarios/ssh-behind-a-home-router.json every-6m --svg ladder.svg\n"
      "  stayalive explain scenarios/ssh-behind-a-home-router.json every-6m --pcapng ssh.pcapng\n"
      "  stayalive explain --through aws-nlb --strategy tcp=6m --survive 1h --ladder");
  command->callback([arguments, &exit_code] { exit_code = explain(*arguments); });
}

}  // namespace stayalive
