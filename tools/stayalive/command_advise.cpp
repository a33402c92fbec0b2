// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "base/text.h"
#include "command.h"
#include "interruption.h"
#include "new_file.h"
#include "output.h"
#include "page_file.h"
#include "path_options.h"
#include "progress.h"
#include "report/advice/advice.h"
#include "report/page/advice_page.h"
#include "report/web/web_advice.h"
#include "study/advise/advise.h"
#include "study/advise/choice_of_connection.h"
#include "study/advise/option_search.h"
#include "study/advise/scenario_draft.h"
#include "study/web/web_advice.h"

namespace stayalive {
namespace {

struct AdviseArguments {
  AskedAbout asked;
  std::string target = "99%";
  std::string notice_within;
  std::string write_scenario;
  bool force = false;
  PageRequest page;
  OutputOptions output;
  unsigned jobs = 0;
  std::optional<Duration> time_limit;
  std::optional<std::uint64_t> seed;
  ParseOptions parse;
};

// What advice is asked about.
struct Question {
  Subject subject;
  std::string where;
  Duration survive{};
  std::optional<PathSketch> path;  // when it was named by options
};

Result<StrategyChoice> choose_strategy(const AskedAbout& asked, Products& products) {
  const std::string& text = asked.strategies.front();
  Result<StrategyChoice> strategy = products.parse(text);
  if (!strategy.ok()) return strategy;
  if (strategy.value().product->interval() == nullptr) {
    return mistake(fmt::format("\"{}\" has no interval to give advice on", text));
  }
  return strategy;
}

Result<Question> ask_about_path(const AdviseArguments& arguments, Products& products) {
  const AskedAbout& asked = arguments.asked;
  if (asked.strategies.empty()) {
    return mistake("--strategy is missing: which program keeps the connection alive?",
                   "a strategy such as openssh, tcp, openvpn or wireguard; `stayalive products` "
                   "lists them");
  }
  const Result<StrategyChoice> strategy = choose_strategy(asked, products);
  const Result<PathSketch> path = sketch_path(asked.path, arguments.parse);
  const Result<Duration> survive = survival(asked.path, kUsualSurvival);
  std::vector<Diagnostic> errors;
  const auto collect = [&errors](const std::vector<Diagnostic>& more) {
    errors.insert(errors.end(), more.begin(), more.end());
  };
  collect(strategy.errors());
  collect(path.errors());
  collect(survive.errors());
  if (!errors.empty()) return errors;
  Result<Subject> subject =
      draft_subject(path.value(), strategy.value(), survive.value(), arguments.parse);
  if (!subject.ok()) return subject.errors();
  return Question{std::move(subject).value(), path.value().words(), survive.value(), path.value()};
}

Result<Question> ask_about_scenario(const AdviseArguments& arguments, Products& products) {
  const AskedAbout& asked = arguments.asked;
  if (asked.path.any()) {
    return mistake(
        "a scenario has its own path: leave out --through, --delay, --jitter and --loss");
  }
  Result<ScenarioDocument> document = ScenarioDocument::read(asked.scenario);
  if (!document.ok()) return document.errors();
  const Result<Scenario> scenario = document.value().scenario({}, arguments.parse);
  if (!scenario.ok()) return scenario.errors();
  const Result<std::size_t> position = find_connection(scenario.value(), asked.connection);
  if (!position.ok()) return position.errors();
  const ConnectionSpec& connection = scenario.value().connections[position.value()];
  if (connection.population.count > 0) return refuse_many(asked.scenario, connection.name);
  if (connection.session) return refuse_session(asked.scenario, connection.name);
  const Result<Duration> survive = survival(asked.path, scenario.value().duration);
  if (!survive.ok()) return survive.errors();
  std::optional<StrategyChoice> strategy = strategy_of(connection, products);
  if (!asked.strategies.empty()) {
    const Result<StrategyChoice> chosen = choose_strategy(asked, products);
    if (!chosen.ok()) return chosen.errors();
    strategy = chosen.value();
  }
  if (!strategy) {
    return mistake(fmt::format("{}: the connection \"{}\" sends no keepalives", asked.scenario,
                               connection.name),
                   "another connection, or --strategy to try one on it");
  }
  if (std::vector<Diagnostic> refused =
          refuse_pings_to_proxy(*strategy->product, scenario.value(), asked.scenario);
      !refused.empty()) {
    return refused;
  }
  Subject subject{std::move(document).value(), arguments.parse, position.value(), *strategy,
                  arguments.seed};
  // The strategy may not fit the connection.
  const Result<Scenario> tried = subject.at(strategy->usual());
  if (!tried.ok()) return tried.errors();
  return Question{std::move(subject), fmt::format("{} ({})", asked.scenario, connection.name),
                  survive.value(), std::nullopt};
}

// The probability in millionths.
std::optional<std::int64_t> parse_target(const std::string& text) {
  const std::optional<Ratio> ratio = parse_ratio(text);
  if (!ratio || ratio->denominator == 0) return std::nullopt;
  const double value =
      static_cast<double>(ratio->numerator) / static_cast<double>(ratio->denominator);
  const auto millionths = static_cast<std::int64_t>(std::llround(value * 1e6));
  if (millionths < 500'000 || millionths > 999'900) return std::nullopt;
  return millionths;
}

Result<AdviseOptions> options_of(const AdviseArguments& arguments, Duration survive) {
  AdviseOptions options;
  options.rules.survive = survive;
  options.rules.threads = arguments.jobs;
  const std::optional<std::int64_t> target = parse_target(arguments.target);
  if (!target) {
    return mistake(fmt::format("--target \"{}\" does not fit", arguments.target),
                   "a probability from 50% to 99.99%");
  }
  options.rules.target_millionths = *target;
  if (!arguments.notice_within.empty()) {
    options.notice_within = parse_duration(arguments.notice_within);
    if (!options.notice_within) {
      return mistake(fmt::format("--notice-within \"{}\" does not fit", arguments.notice_within),
                     "a span such as 2m");
    }
  }
  return options;
}

// The scenario with the recommended interval, as a test for others to run.
int write_scenario(const NewFile& file, const Question& question, const Advice& advice,
                   const std::optional<Duration>& notice_within) {
  const Recommendation& chosen = *advice.recommendation;
  const Duration interval = chosen.trial.interval;
  ScenarioDraft draft;
  draft.path = *question.path;
  draft.strategy = question.subject.strategy;
  draft.interval = interval;
  draft.duration = question.survive;
  draft.title = fmt::format("{} through {}", draft.strategy.label(interval), question.where);
  draft.lesson =
      fmt::format("An idle connection holds at intervals from {} to {}; {} leaves a margin.",
                  print_duration(advice.least->inside.interval),
                  print_duration(advice.most->inside.interval), print_duration(interval));
  draft.expects = true;
  draft.least_left = expected_margin(chosen.trial.tally.closest_call, interval);
  draft.lost_keepalives = std::min(chosen.endurance.lost, chosen.wanted_lost);
  if (notice_within && chosen.in_time && chosen.detection.known) {
    draft.noticed_within = *notice_within;
  } else if (notice_within) {
    draft.lesson += fmt::format(" That a crash is noticed within {} is not expected: none does so.",
                                print_duration(*notice_within));
  }
  return file.write(draft.json()) ? kHolds : kWrongInput;
}

Advice search(Question& question, AdviseOptions options, const Interruption& interruption) {
  StatusLine status;
  options.rules.stop = interruption.token();
  options.rules.leave = interruption.leave();
  options.rules.limited = interruption.limited();
  options.rules.progress = [&status](const std::string& what) { status.show("trying " + what); };
  Advice advice = advise_with_options(question.subject, options);
  advice.where = question.where;
  status.clear();
  return advice;
}

// Puts what the words name to what the options name; more than one strategy is too many.
std::vector<Diagnostic> read_question(AskedAbout& asked, Products& products) {
  if (std::vector<Diagnostic> errors = read_asked(asked, products); !errors.empty()) return errors;
  if (asked.strategies.size() < 2) return {};
  return mistake(fmt::format("advice is about one strategy; found \"{}\" and \"{}\"",
                             asked.strategies[0], asked.strategies[1]),
                 "a single one; `stayalive compare` puts several side by side");
}

// A server of HTTP and what stands before it: "nginx=75s aws-alb".  Empty: the words name another
// question.
Result<std::optional<WebQuestion>> server_asked_about(const AdviseArguments& arguments,
                                                      Products& products) {
  const std::size_t stations = arguments.asked.path.through ? 0 : 1;
  if (arguments.asked.words.size() != 1 + stations || !arguments.asked.strategies.empty())
    return std::optional<WebQuestion>{};
  return read_server_word(arguments.asked.words.front(), products);
}

int advise_on_server(WebQuestion question, AdviseArguments& arguments) {
  const bool by_chance = arguments.asked.path.jitter || arguments.asked.path.loss;
  if (by_chance || !arguments.notice_within.empty() || !arguments.write_scenario.empty() ||
      arguments.seed) {
    print_errors(mistake(
        "of a server only --through and --delay can be said: its edges are found without chance"));
    return kWrongInput;
  }
  PathOptions options = arguments.asked.path;
  if (!options.through) options.through = arguments.asked.words.back();
  const Result<PathSketch> path = sketch_path(options, arguments.parse);
  if (!path.ok()) {
    print_errors(path.errors());
    return kWrongInput;
  }
  question.path = path.value();
  question.parse = arguments.parse;
  if (!can_write_page(arguments.page)) return kWrongInput;
  const Result<WebAdvice> advice = advise_server(question);
  if (!advice.ok()) {
    print_errors(advice.errors());
    return kWrongInput;
  }
  Output(arguments.output).print(describe_web_advice(advice.value()));
  const bool written = write_page(arguments.page, [&](std::ostream& out, const std::string& by) {
    write_web_page(out, advice.value(), by);
  });
  if (!written) return kWrongInput;
  return advice.value().today.holds() ? kHolds : kFails;
}

int advise_on(AdviseArguments& arguments) {
  arguments.page.force = arguments.force;
  arguments.page.inputs = arguments.parse.profile_paths;
  Products products(arguments.parse.profile_paths);
  Result<std::optional<WebQuestion>> server = server_asked_about(arguments, products);
  if (!server.ok()) {
    print_errors(server.errors());
    return kWrongInput;
  }
  if (std::optional<WebQuestion> question = std::move(server).value())
    return advise_on_server(std::move(*question), arguments);
  if (const std::vector<Diagnostic> errors = read_question(arguments.asked, products);
      !errors.empty()) {
    print_errors(errors);
    return kWrongInput;
  }
  Result<Question> asked = arguments.asked.scenario.empty()
                               ? ask_about_path(arguments, products)
                               : ask_about_scenario(arguments, products);
  if (asked.ok() && !arguments.write_scenario.empty() && !asked.value().path) {
    asked = mistake("--write-scenario is for a path that is named by --through");
  }
  if (!asked.ok()) {
    print_errors(asked.errors());
    return kWrongInput;
  }
  const NewFile file(arguments.write_scenario, NewFile::Kind::Scenario, arguments.force,
                     arguments.parse.profile_paths);
  if (!arguments.asked.scenario.empty()) arguments.page.inputs.push_back(arguments.asked.scenario);
  if (!files_differ(
          {{"--write-scenario", arguments.write_scenario}, {"--html", arguments.page.file}}) ||
      !file.can_write() || !can_write_page(arguments.page))
    return kWrongInput;
  Question question = std::move(asked).value();
  question.subject.seed = arguments.seed;
  Result<AdviseOptions> options = options_of(arguments, question.survive);
  if (!options.ok()) {
    print_errors(options.errors());
    return kWrongInput;
  }
  AdviseOptions chosen = std::move(options).value();
  const std::optional<Duration> notice_within = chosen.notice_within;
  Interruption interruption(Interruption::Work::Study, arguments.time_limit);
  question.subject.parse.limits.reached = [&](const EarlyEnd& early) { interruption.reach(early); };
  const Result<Today> today = find_today(
      question.subject, question.survive,
      {arguments.jobs, interruption.token(), {}, interruption.leave(), interruption.limited()});
  Advice advice = search(question, std::move(chosen), interruption);
  if (today.ok()) advice.today = today.value();
  if (arguments.page.file.empty()) interruption.finish();
  Output(arguments.output).print(describe_advice(advice));
  const bool written = write_page(arguments.page, [&](std::ostream& out, const std::string& by) {
    write_advice_page(out, {question.subject, advice, interruption.token()}, by);
  });
  interruption.finish();
  if (!written) return kWrongInput;
  if (advice.interrupted) {
    say(interruption.early_end()->words() + ": the search is not over\n");
    return interruption.exit_code();
  }
  if (!advice.recommendation) return kFails;
  if (arguments.write_scenario.empty()) return kHolds;
  return write_scenario(file, question, advice, notice_within);
}

}  // namespace

void add_advise(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "advise", "Find the keepalive intervals that hold on a path, and say which one to use");
  auto arguments = std::make_shared<AdviseArguments>();
  command
      ->add_option("WHAT", arguments->asked.words,
                   "A strategy and the boxes and proxies on the path, short for --strategy and "
                   "--through; an HTTP server, perhaps with its keep-alive timeout, and what "
                   "stands before it; or a scenario file and the name of a connection in it")
      ->type_name("STRATEGY BOX,... | SERVER[=SPAN] BOX,... | SCENARIO [CONNECTION]");
  add_strategies(*command, arguments->asked,
                 "The program that keeps alive, perhaps with options: openssh, tcp,count=3 "
                 "(`stayalive products` lists them)",
                 "NAME[,OPTION=VALUE]...");
  add_path_options(*command, arguments->asked.path);
  command
      ->add_option("--target", arguments->target,
                   "Where chance is in play: the probability with which it has to hold")
      ->type_name("RATIO")
      ->capture_default_str();
  command
      ->add_option("--notice-within", arguments->notice_within,
                   "How soon the client has to notice that the server has crashed")
      ->type_name("SPAN");
  command
      ->add_option("--write-scenario", arguments->write_scenario,
                   "Write a scenario that expects the recommended interval to hold")
      ->type_name("FILE");
  add_html(*command, arguments->page);
  add_force(*command, arguments->force);
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_jobs(*command, arguments->jobs);
  add_time_limit(*command, arguments->time_limit);
  add_seed(*command, arguments->seed);
  add_profile_paths(*command, arguments->parse);
  add_run_limits(*command, arguments->parse);
  command->footer(
      "Exit code: 0 when there is an interval to recommend, 1 when none holds, 2 when the input is "
      "wrong,\n3 when a limit was reached before, 130 when interrupted, 143 when terminated; "
      "what is "
      "known by then is printed.\n\nExamples:\n"
      "  stayalive advise postgresql azure-lb\n"
      "  stayalive advise --strategy openssh --through openwrt,aws-nlb\n"
      "  stayalive advise websocket home-router,aws-alb\n"
      "  stayalive advise nginx=75s aws-alb\n"
      "  stayalive advise --strategy wireguard --through home-router --loss 1% --survive 1d\n"
      "  stayalive advise scenarios/ssh-behind-a-home-router.json every-1m");
  command->callback([arguments, &exit_code] { exit_code = advise_on(*arguments); });
}

}  // namespace stayalive
