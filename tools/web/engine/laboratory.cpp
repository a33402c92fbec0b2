// SPDX-License-Identifier: Apache-2.0
#include "laboratory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <stop_token>
#include <utility>

#include "base/guarded.h"
#include "base/text.h"
#include "document/print/formats.h"
#include "ladder_tree.h"
#include "picture/chart/chart_svg.h"
#include "picture/chart/run_chart.h"
#include "picture/ladder/ladder_svg.h"
#include "report/advice/advice.h"
#include "report/products.h"
#include "report/profiles.h"
#include "report/run/run.h"
#include "report/sweep/sweep.h"
#include "report/sweep/sweep_chart.h"
#include "request.h"
#include "run/estimate.h"
#include "run/run.h"
#include "scenario/profiles/unknown_profile.h"
#include "study/advise/asked_connection.h"
#include "study/advise/choice_of_connection.h"
#include "study/advise/option_search.h"
#include "study/sweep/sweep.h"

namespace stayalive {
namespace {

std::vector<Diagnostic> page_mistake(std::string message, std::string allowed = {}) {
  Diagnostic mistake;
  mistake.message = std::move(message);
  mistake.allowed = std::move(allowed);
  return {mistake};
}

std::string printed(const Document& document, const char* format, std::size_t width) {
  std::ostringstream text;
  make_printer(format, text, {width, false})->print(document);
  return text.str();
}

Result<Scenario> read_page_scenario(const PageRequest& request) {
  Result<Scenario> scenario = parse_scenario(request.scenario, PageRequest::kFile, request.parse());
  if (!scenario.ok()) return scenario;
  std::vector<Diagnostic> refused = refuse_hopeless(scenario.value());
  if (!refused.empty()) return refused;
  return scenario;
}

Tree entry_tree(const std::string& name, const std::string& title) {
  return Tree::record({{"name", name}, {"title", title}});
}

// Of proxies, servers, pools and products.
template <class Documents>
Tree names_tree(const Documents& documents) {
  Tree names = Tree::list();
  for (const auto* document : documents) names.add(entry_tree(document->name, document->title));
  return names;
}

Tree box_names_tree() {
  Tree names = Tree::list();
  for (const ProfileDocument* box : builtin_profiles()) {
    names.add(entry_tree(box->profile.name, box->profile.title));
  }
  return names;
}

Result<Tree> tell_about(const PageRequest& /*request*/, const Progress& /*progress*/) {
  return Tree::record({{"version", STAYALIVE_VERSION},
                       {"schema", scenario_schema()},
                       {"profiles", box_names_tree()},
                       {"proxies", names_tree(builtin_proxies())},
                       {"servers", names_tree(builtin_servers())},
                       {"pools", names_tree(builtin_pools())},
                       {"products", names_tree(builtin_products())}});
}

Result<Tree> show_profile(const PageRequest& request, const Progress& /*progress*/) {
  const std::string& name = request.name;
  if (const ProfileDocument* box = find_builtin_profile(name)) return describe_profile(*box).data();
  if (const ProxyDocument* proxy = find_builtin_proxy(name)) return describe_proxy(*proxy).data();
  if (const ServerDocument* server = find_builtin_server(name))
    return describe_server(*server).data();
  if (const PoolDocument* pool = find_builtin_pool(name)) return describe_pool(*pool).data();
  return std::vector<Diagnostic>{unknown_profile(name, builtin_names())};
}

Result<Tree> show_product(const PageRequest& request, const Progress& /*progress*/) {
  const Product* product = find_builtin_product(request.name);
  if (product == nullptr) return page_mistake("there is no product " + quote(request.name));
  return describe_product(try_as_shipped(*product)).data();
}

bool is_drawable(const ConnectionSpec& connection) {
  return connection.population.count == 0 && !connection.session;
}

Result<Tree> check(const PageRequest& request, const Progress& /*progress*/) {
  const Result<Scenario> read = read_page_scenario(request);
  if (!read.ok()) return read.errors();
  const Scenario& scenario = read.value();
  Tree connections = Tree::list();
  Products products;
  for (const ConnectionSpec& connection : scenario.connections) {
    const bool advisable = is_drawable(connection) && strategy_of(connection, products).has_value();
    connections.add(Tree::record({{"name", connection.name},
                                  {"drawable", is_drawable(connection)},
                                  {"advisable", advisable}}));
  }
  return Tree::record({{"title", scenario.title},
                       {"duration", scenario.duration},
                       {"connections", std::move(connections)}});
}

Result<Tree> run_page(const PageRequest& request, const Progress& /*progress*/) {
  const Result<Scenario> read = read_page_scenario(request);
  if (!read.ok()) return read.errors();
  const RunReport report = run(read.value(), {.seed = request.seed});
  std::ostringstream chart;
  write_run_svg(chart, read.value(), report);
  const Document document = describe_runs({&report, 1});
  return Tree::record(
      {{"result", document.data()}, {"csv", printed(document, "csv", 0)}, {"svg", chart.str()}});
}

Result<Tree> draw_page(const PageRequest& request, const Progress& /*progress*/) {
  const Result<Scenario> read = read_page_scenario(request);
  if (!read.ok()) return read.errors();
  const Scenario& scenario = read.value();
  const Result<std::size_t> found = find_connection(scenario, request.connection);
  if (!found.ok()) return found.errors();
  const auto position = static_cast<std::uint32_t>(found.value());
  const ConnectionSpec& connection = scenario.connections[position];
  if (!is_drawable(connection)) {
    return page_mistake(fmt::format("a ladder shows a single connection; \"{}\" stands for several",
                                    connection.name));
  }
  Journeys journeys(ConnectionId{position}, stations_of(scenario, position));
  const RunReport report = run(scenario, {.seed = request.seed, .trace = &journeys});
  const Ladder ladder = draw_ladder(scenario, position, journeys, report);
  std::ostringstream drawing;
  write_ladder_svg(drawing, ladder);
  return Tree::record({{"ladder", ladder_tree(ladder)}, {"svg", drawing.str()}});
}

Result<Tree> sweep_page(const PageRequest& request, const Progress& progress) {
  SweepRequest asked;
  asked.runs = request.runs;
  asked.seed = request.seed;
  asked.parse = request.parse();
  for (const std::string& text : request.axes) {
    const Result<Axis> axis = parse_axis(text);
    if (!axis.ok()) return axis.errors();
    asked.axes.push_back(axis.value());
  }
  const Result<ScenarioDocument> document =
      ScenarioDocument::parse(request.scenario, PageRequest::kFile);
  if (!document.ok()) return document.errors();
  Result<Sweep> plan = plan_sweep(document.value(), asked);
  if (!plan.ok()) return plan.errors();
  Sweep sweep = std::move(plan).value();
  const std::size_t total = sweep.points.size();
  JobOptions jobs;
  jobs.finished = [&](std::size_t, std::size_t done) {
    if (progress) progress("points", done, total);
  };
  if (std::vector<Diagnostic> errors = run_sweep(document.value(), asked, sweep, jobs);
      !errors.empty()) {
    return errors;
  }
  Tree charts;
  if (const Result<Chart> chart = draw_sweep(sweep); chart.ok()) {
    std::ostringstream drawing;
    write_chart_svg(drawing, chart.value());
    charts = drawing.str();
  }
  const Document described = describe_sweep(sweep);
  return Tree::record({{"result", described.data()},
                       {"csv", printed(described, "csv", 0)},
                       {"svg", std::move(charts)}});
}

// The span of a field of the page, or the fallback where it is empty.
Result<Duration> span_of(const std::string& what, const std::string& text, Duration fallback) {
  if (text.empty()) return fallback;
  const std::optional<Duration> span = parse_duration(text);
  constexpr Duration kLongest = 36500 * 24h;
  if (span && *span >= 1s && *span <= kLongest) return *span;
  return page_mistake(fmt::format("{} \"{}\" does not fit", what, text),
                      "a span from 1s to 36500d, such as 30m");
}

Result<Subject> subject_of(const PageRequest& request, Products& products, ParseOptions parse,
                           Duration& duration) {
  Result<ScenarioDocument> document = ScenarioDocument::parse(request.scenario, PageRequest::kFile);
  if (!document.ok()) return document.errors();
  const Result<Scenario> read = document.value().scenario({}, parse);
  if (!read.ok()) return read.errors();
  const Scenario& scenario = read.value();
  duration = scenario.duration;
  const Result<std::size_t> position = find_connection(scenario, request.connection);
  if (!position.ok()) return position.errors();
  const ConnectionSpec& connection = scenario.connections[position.value()];
  if (connection.population.count > 0) return refuse_many(PageRequest::kFile, connection.name);
  if (connection.session) return refuse_session(PageRequest::kFile, connection.name);
  const std::optional<StrategyChoice> strategy = strategy_of(connection, products);
  if (!strategy) {
    return page_mistake(fmt::format("the connection \"{}\" sends no keepalives", connection.name),
                        "another connection");
  }
  if (std::vector<Diagnostic> refused =
          refuse_pings_to_proxy(*strategy->product, scenario, PageRequest::kFile);
      !refused.empty()) {
    return refused;
  }
  Subject subject{std::move(document).value(), std::move(parse), position.value(), *strategy,
                  request.seed};
  const Result<Scenario> tried = subject.at(strategy->usual());
  if (!tried.ok()) return tried.errors();
  return subject;
}

Result<Tree> advise_page(const PageRequest& request, const Progress& progress) {
  Products products;
  std::stop_source reached;
  ParseOptions parse = request.parse();
  parse.limits.reached = [&reached](const EarlyEnd&) { reached.request_stop(); };
  Duration duration{};
  Result<Subject> found = subject_of(request, products, std::move(parse), duration);
  if (!found.ok()) return found.errors();
  Subject subject = std::move(found).value();
  const Result<Duration> survive = span_of("how long it has to hold", request.survive, duration);
  const Result<Duration> notice = span_of("how soon to notice", request.notice_within, 1s);
  if (!survive.ok()) return survive.errors();
  if (!notice.ok()) return notice.errors();
  AdviseOptions options;
  options.rules.survive = survive.value();
  options.rules.stop = options.rules.leave = options.rules.limited = reached.get_token();
  options.rules.progress = [&progress](const std::string& what) {
    if (progress) progress("trying " + what, 0, 0);
  };
  if (!request.notice_within.empty()) options.notice_within = notice.value();
  JobOptions jobs;
  jobs.stop = jobs.leave = jobs.limited = reached.get_token();
  const Result<Today> today = find_today(subject, survive.value(), jobs);
  const std::string name = request.connection;
  Advice advice = advise_with_options(subject, options);
  advice.where = name.empty() ? "this scenario" : "this scenario (" + name + ")";
  if (today.ok()) advice.today = today.value();
  const Document document = describe_advice(advice);
  return Tree::record({{"result", document.data()},
                       {"csv", printed(document, "csv", 0)},
                       {"text", printed(document, "text", 80)}});
}

struct Question {
  std::string_view ask;
  Result<Tree> (*answer)(const PageRequest& request, const Progress& progress);
};
constexpr std::array<Question, 8> kQuestions = {{{"about", tell_about},
                                                 {"profile", show_profile},
                                                 {"product", show_product},
                                                 {"check", check},
                                                 {"run", run_page},
                                                 {"ladder", draw_page},
                                                 {"sweep", sweep_page},
                                                 {"advise", advise_page}}};

Result<Tree> answer_tree(std::string_view text, const Progress& progress) {
  const Result<PageRequest> request = read_request(text);
  if (!request.ok()) return request.errors();
  const auto found = std::ranges::find(kQuestions, request.value().ask, &Question::ask);
  if (found == kQuestions.end()) {
    return page_mistake("there is no question " + quote(request.value().ask));
  }
  return found->answer(request.value(), progress);
}

Tree mistakes_tree(const std::vector<Diagnostic>& diagnostics) {
  Tree mistakes = Tree::list();
  for (const Diagnostic& mistake : diagnostics) {
    mistakes.add(Tree::record({{"line", mistake.line},
                               {"column", mistake.column},
                               {"pointer", mistake.pointer},
                               {"message", mistake.message},
                               {"allowed", mistake.allowed},
                               {"suggestion", mistake.suggestion},
                               {"text", to_string(mistake)}}));
  }
  return mistakes;
}

}  // namespace

std::string answer(std::string_view request, const Progress& progress) {
  Result<Tree> made = Tree();
  std::vector<Diagnostic> failed = guarded("", [&] { made = answer_tree(request, progress); });
  if (failed.empty()) failed = made.errors();
  const bool wrong = !failed.empty();
  Tree tree = Tree::record(
      {{wrong ? "mistakes" : "result", wrong ? mistakes_tree(failed) : std::move(made).value()}});
  return printed({[&tree] { return tree; }, {}}, "json", 0);
}

}  // namespace stayalive
