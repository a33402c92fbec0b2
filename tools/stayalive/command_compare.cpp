// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "command.h"
#include "interruption.h"
#include "new_file.h"
#include "output.h"
#include "page_file.h"
#include "path_options.h"
#include "progress.h"
#include "report/advice/comparison.h"
#include "report/page/advice_page.h"
#include "study/advise/choice_of_connection.h"
#include "study/advise/compare.h"

namespace stayalive {
namespace {

struct CompareArguments {
  AskedAbout asked;
  std::uint64_t seeds = 20;
  PageRequest page;
  bool cost = false;
  OutputOptions output;
  unsigned jobs = 0;
  std::optional<Duration> time_limit;
  std::optional<std::uint64_t> seed;
  ParseOptions parse;
};

struct Field {
  std::vector<Contestant> contestants;
  std::string where;
};

Result<Field> line_up_strategies(const CompareArguments& arguments, Products& products) {
  const Result<PathSketch> path = sketch_path(arguments.asked.path, arguments.parse);
  const Result<Duration> survive = survival(arguments.asked.path, kUsualSurvival);
  std::vector<Diagnostic> errors = path.errors();
  errors.insert(errors.end(), survive.errors().begin(), survive.errors().end());
  Field field;
  for (const std::string& text : arguments.asked.strategies) {
    const Result<StrategyChoice> strategy = strategy_with_interval(text, products);
    if (!strategy.ok()) {
      errors.insert(errors.end(), strategy.errors().begin(), strategy.errors().end());
      continue;
    }
    if (!path.ok() || !survive.ok()) continue;
    const Duration interval = strategy.value().usual();
    const Result<Subject> subject =
        draft_subject(path.value(), strategy.value(), survive.value(), arguments.parse);
    if (!subject.ok()) return subject.errors();
    Result<Scenario> scenario = subject.value().document.scenario({}, arguments.parse);
    const bool has_interval = strategy.value().product->interval() != nullptr;
    field.contestants.push_back(
        {strategy.value().label(has_interval ? std::optional(interval) : std::nullopt),
         std::move(scenario).value(), 0, interval});
  }
  if (!errors.empty()) return errors;
  field.where = path.value().words();
  return field;
}

Result<Field> line_up_connections(const CompareArguments& arguments, Products& products) {
  const AskedAbout& asked = arguments.asked;
  if (!asked.connection.empty()) {
    return mistake(
        fmt::format("\"{}\" follows the scenario \"{}\"", asked.connection, asked.scenario),
        "nothing: all connections of the scenario are compared");
  }
  if (asked.path.any() || !asked.strategies.empty()) {
    return mistake(
        "a scenario has its own path and connections: leave out --through, --delay, --jitter, "
        "--loss and --strategy");
  }
  Result<Scenario> read = read_scenario(asked.scenario, arguments.parse);
  if (!read.ok()) return read.errors();
  Scenario scenario = std::move(read).value();
  const Result<Duration> survive = survival(asked.path, scenario.duration);
  if (!survive.ok()) return survive.errors();
  scenario.duration = survive.value();
  scenario.expectations.clear();
  Field field;
  field.where = asked.scenario;
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    if (scenario.connections[i].population.count > 0)
      return refuse_many(asked.scenario, scenario.connections[i].name);
    if (scenario.connections[i].session)
      return refuse_session(asked.scenario, scenario.connections[i].name);
    const std::optional<StrategyChoice> strategy = strategy_of(scenario.connections[i], products);
    Duration interval{};
    if (strategy && strategy->chosen_interval) interval = *strategy->chosen_interval;
    field.contestants.push_back({scenario.connections[i].name, scenario, i, interval});
  }
  return field;
}

int compare_them(CompareArguments& arguments) {
  Products products(arguments.parse.profile_paths);
  if (const std::vector<Diagnostic> errors = read_asked(arguments.asked, products);
      !errors.empty()) {
    print_errors(errors);
    return kWrongInput;
  }
  Result<Field> lined_up = arguments.asked.scenario.empty()
                               ? line_up_strategies(arguments, products)
                               : line_up_connections(arguments, products);
  if (lined_up.ok() && lined_up.value().contestants.empty()) {
    lined_up =
        mistake("there is nothing to compare: a scenario or --strategy is missing",
                "--strategy openssh=60s, several times; `stayalive products` lists strategies");
  }
  if (!lined_up.ok()) {
    print_errors(lined_up.errors());
    return kWrongInput;
  }
  Field field = std::move(lined_up).value();
  for (Contestant& contestant : field.contestants) {
    if (arguments.seed) contestant.scenario.seed = *arguments.seed;
  }
  arguments.page.inputs = arguments.parse.profile_paths;
  if (!arguments.asked.scenario.empty()) arguments.page.inputs.push_back(arguments.asked.scenario);
  if (!can_write_page(arguments.page)) return kWrongInput;
  StatusLine status;
  Interruption interruption(Interruption::Work::Study, arguments.time_limit);
  for (Contestant& contestant : field.contestants) {
    contestant.scenario.limits.reached = [&](const EarlyEnd& early) { interruption.reach(early); };
  }
  JobOptions jobs;
  jobs.threads = arguments.jobs;
  jobs.stop = interruption.token();
  jobs.leave = interruption.leave();
  jobs.limited = interruption.limited();
  Comparison comparison =
      compare(field.contestants, arguments.seeds, jobs,
              [&status](const std::string& label) { status.show("trying " + label); });
  comparison.where = field.where;
  status.clear();
  if (arguments.page.file.empty()) interruption.finish();
  Output(arguments.output).print(describe_comparison(comparison, arguments.cost));
  const bool written =
      write_page(arguments.page, [&](std::ostream& out, const std::string& made_by) {
        write_comparison_page(out, {field.contestants, comparison, interruption.token()}, made_by);
      });
  if (!written) return kWrongInput;
  if (!comparison.interrupted) return kHolds;
  say(fmt::format("{}: {} of {} compared\n", interruption.early_end()->words(),
                  comparison.rows.size(), field.contestants.size()));
  return interruption.exit_code();
}

}  // namespace

void add_compare(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "compare", "Compare keepalives side by side: what holds, who notices, and what it costs");
  auto arguments = std::make_shared<CompareArguments>();
  command
      ->add_option("WHAT", arguments->asked.words,
                   "Strategies and the boxes on the path, short for --strategy and --through; or a "
                   "scenario file, whose connections are compared")
      ->type_name("STRATEGY[=INTERVAL]... BOX,... | SCENARIO");
  add_strategies(*command, arguments->asked,
                 "A program and its interval; several times (`stayalive products` lists them)",
                 "NAME[=INTERVAL][,OPTION=VALUE]...");
  add_path_options(*command, arguments->asked.path);
  command->add_option("--seeds", arguments->seeds, "Runs of each, where chance is in play")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000}))
      ->capture_default_str();
  add_html(*command, arguments->page);
  add_force(*command, arguments->page.force);
  command->add_flag("--cost", arguments->cost,
                    "Bytes and energy on Ethernet, Wi-Fi and LTE, too, and the share of a battery");
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_jobs(*command, arguments->jobs);
  add_time_limit(*command, arguments->time_limit);
  add_seed(*command, arguments->seed);
  add_profile_paths(*command, arguments->parse);
  add_run_limits(*command, arguments->parse);
  command->footer(
      "Exit code: 0, 2 when the input is wrong, 3 when a limit was reached before, 130 when "
      "interrupted, 143 when\nterminated.\n\nExamples:\n"
      "  stayalive compare --through openwrt --strategy openssh=60s --strategy tcp=5m "
      "--strategy silent\n"
      "  stayalive compare tcp=5m openssh=60s azure-lb\n"
      "  stayalive compare scenarios/ssh-behind-a-home-router.json --html comparison.html");
  command->callback([arguments, &exit_code] { exit_code = compare_them(*arguments); });
}

}  // namespace stayalive
