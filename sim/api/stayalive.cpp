// SPDX-License-Identifier: Apache-2.0
#include "api/stayalive.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "api/request.h"
#include "base/text.h"
#include "document/print/safe_stream.h"
#include "document/style.h"
#include "picture/journeys.h"
#include "picture/ladder/ladder.h"
#include "picture/ladder/ladder_svg.h"
#include "picture/ladder/ladder_text.h"
#include "report/profiles.h"
#include "report/run/run.h"
#include "report/sweep/sweep.h"
#include "run/estimate.h"
#include "run/run.h"
#include "scenario/profiles/unknown_profile.h"
#include "study/sweep/sweep.h"

namespace stayalive::api {
namespace {

// The scenario as it would be run: with the options in place, and not hopeless.
Result<Scenario> read_runnable(std::string_view text, const Options& options) {
  const Result<ParseOptions> parse = parse_options(options);
  if (!parse.ok()) return parse.errors();
  Result<Scenario> scenario = parse_scenario(text, options.file, parse.value());
  if (!scenario.ok()) return scenario;
  if (std::vector<Diagnostic> refused = refuse_hopeless(scenario.value()); !refused.empty())
    return refused;
  return scenario;
}

// The position of the connection that can be drawn.
Result<std::uint32_t> find_drawable(const Scenario& scenario, const std::string& name) {
  std::vector<std::string_view> names;
  Diagnostic mistake;
  mistake.file = scenario.file;
  for (std::uint32_t i = 0; i < scenario.connections.size(); ++i) {
    const ConnectionSpec& connection = scenario.connections[i];
    names.push_back(connection.name);
    const bool only = name.empty() && scenario.connections.size() == 1;
    if (!only && connection.name != name) continue;
    if (connection.population.count == 0 && !connection.session) return i;
    mistake.message =
        fmt::format("a ladder shows a single connection; \"{}\" stands for several", name);
    return std::vector<Diagnostic>{mistake};
  }
  mistake.allowed = join_choices(names);
  mistake.message =
      name.empty() ? "say which connection" : fmt::format("there is no connection \"{}\"", name);
  mistake.suggestion = closest_word(name, names);
  return std::vector<Diagnostic>{mistake};
}

Drawing draw(std::string_view text, const std::string& connection, const Options& options,
             std::size_t width) {
  const Result<Scenario> read = read_runnable(text, options);
  if (!read.ok()) return refusal<Drawing>(read.errors());
  const Scenario& scenario = read.value();
  const Result<std::uint32_t> found = find_drawable(scenario, connection);
  if (!found.ok()) return refusal<Drawing>(found.errors());
  Journeys journeys(ConnectionId{found.value()}, stations_of(scenario, found.value()));
  const RunReport report =
      stayalive::run(scenario, {.seed = options.seed, .trace = &journeys, .stop = options.stop});
  const Ladder drawn = draw_ladder(scenario, found.value(), journeys, report);
  std::stringbuf lines;
  SafeStream safe(lines, false);
  std::ostream out(&safe);
  write_ladder_text(out, drawn, std::max(width, least_width(drawn)), Style(false));
  safe.finish();
  std::ostringstream picture;
  write_ladder_svg(picture, drawn);
  return {lines.str(), picture.str(), {}};
}

Result<SweepRequest> sweep_request(const SweepOptions& options, const ParseOptions& parse) {
  SweepRequest request;
  request.runs = options.seeds;
  request.seed = options.seed;
  request.parse = parse;
  std::vector<Diagnostic> errors;
  constexpr std::uint64_t kMostRuns = 1'000'000;
  if (options.seeds < 1 || options.seeds > kMostRuns) {
    errors.emplace_back();
    errors.back().message = fmt::format("there cannot be {} runs of a point", options.seeds);
    errors.back().allowed = fmt::format("1 to {}", kMostRuns);
  }
  for (const std::string& text : options.axes) {
    const Result<Axis> axis = parse_axis(text);
    if (axis.ok()) {
      request.axes.push_back(axis.value());
    } else {
      errors.insert(errors.end(), axis.errors().begin(), axis.errors().end());
    }
  }
  if (!errors.empty()) return errors;
  return request;
}

Answer sweep_over(std::string_view text, const SweepOptions& options) {
  const Result<ParseOptions> parse = parse_options(options);
  if (!parse.ok()) return refusal<Answer>(parse.errors());
  const Result<SweepRequest> request = sweep_request(options, parse.value());
  if (!request.ok()) return refusal<Answer>(request.errors());
  const Result<ScenarioDocument> document =
      ScenarioDocument::parse(std::string(text), options.file);
  if (!document.ok()) return refusal<Answer>(document.errors());
  Result<Sweep> plan = plan_sweep(document.value(), request.value(), options.jobs);
  if (!plan.ok()) return refusal<Answer>(plan.errors());
  Sweep sweep = std::move(plan).value();
  JobOptions jobs;
  jobs.threads = options.jobs;
  jobs.stop = jobs.leave = options.stop;
  const std::vector<Diagnostic> errors = run_sweep(document.value(), request.value(), sweep, jobs);
  if (!errors.empty()) return refusal<Answer>(errors);
  return {json_of(describe_sweep(sweep)), {}};
}

}  // namespace

std::string version() { return STAYALIVE_VERSION; }

std::string Mistake::text() const {
  return to_string(Diagnostic{file, line, column, pointer, message, allowed, suggestion});
}

Answer run(std::string_view scenario, const Options& options) {
  return made_by<Answer>([&]() -> Answer {
    const Result<Scenario> read = read_runnable(scenario, options);
    if (!read.ok()) return refusal<Answer>(read.errors());
    const RunReport report =
        stayalive::run(read.value(), {.seed = options.seed, .stop = options.stop});
    return {json_of(describe_runs({&report, 1})), {}};
  });
}

Answer sweep(std::string_view scenario, const SweepOptions& options) {
  return made_by<Answer>([&] { return sweep_over(scenario, options); });
}

Drawing ladder(std::string_view scenario, const std::string& connection, const Options& options,
               std::size_t width) {
  return made_by<Drawing>([&] { return draw(scenario, connection, options, width); });
}

Answer profiles() {
  return made_by<Answer>([]() -> Answer {
    return {json_of(describe_profiles(builtin_profiles(), builtin_proxies(), builtin_servers(),
                                      builtin_pools())),
            {}};
  });
}

Answer profile(const std::string& name) {
  return made_by<Answer>([&]() -> Answer {
    if (const ProfileDocument* box = find_builtin_profile(name))
      return {json_of(describe_profile(*box)), {}};
    if (const ProxyDocument* proxy = find_builtin_proxy(name))
      return {json_of(describe_proxy(*proxy)), {}};
    if (const ServerDocument* server = find_builtin_server(name))
      return {json_of(describe_server(*server)), {}};
    if (const PoolDocument* pool = find_builtin_pool(name))
      return {json_of(describe_pool(*pool)), {}};
    return refusal<Answer>({unknown_profile(name, builtin_names())});
  });
}

std::string scenario_schema() { return stayalive::scenario_schema(); }

}  // namespace stayalive::api
