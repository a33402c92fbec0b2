// SPDX-License-Identifier: Apache-2.0
#include "run/population_verdict.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <variant>

#include "base/check.h"

namespace stayalive {
namespace {

const MiddleboxSpec& box_at(const Scenario& scenario, std::uint32_t position) {
  for (const Hop& hop : scenario.path) {
    const auto* box = std::get_if<MiddleboxSpec>(&hop);
    if (box != nullptr && position-- == 0) return *box;
  }
  CHECK(false, "the books name only boxes of the path");
  return std::get<MiddleboxSpec>(scenario.path.front());
}

std::vector<PopulationReport::Cause> causes_of(const Scenario& scenario,
                                               const Census::Summary& summary) {
  std::vector<PopulationReport::Cause> causes;
  for (const auto& [cause, toll] : summary.causes) {
    PopulationReport::Cause entry;
    entry.members = toll.members;
    entry.deaths = toll.deaths;
    if (cause.box == DeathCause::kServer) {
      entry.blame.kind = FaultKind::Peer;
      entry.blame.who = name(Role::Server);
    } else {
      const MiddleboxSpec& box = box_at(scenario, cause.box);
      entry.blame.kind = FaultKind::Flow;
      entry.blame.who = box.name;
      entry.blame.event = cause.event;
      entry.blame.timer = name(cause.timer);
      entry.blame.setting = setting_name(box.profile.tracker, cause.timer);
      entry.blame.timeout = cause.timeout;
    }
    causes.push_back(entry);
  }
  for (const auto& [cause, members] : summary.barred) {
    PopulationReport::Cause entry;
    entry.blame.kind = FaultKind::Drop;
    entry.blame.who = box_at(scenario, cause.box).name;
    entry.blame.reason = name(cause.why);
    entry.members = members;
    causes.push_back(entry);
  }
  sort_causes(causes);
  return causes;
}

PopulationReport::End end_of(const Census::End& counted) {
  PopulationReport::End end;
  end.outcomes = counted.outcomes;
  end.errors = counted.errors;
  end.noticed = counted.noticed;
  if (!counted.delays.empty()) end.delays = spread_of(counted.delays);
  return end;
}

PopulationReport report_of(const Scenario& scenario, const Population& population) {
  const Census::Summary& summary = population.census().summary();
  PopulationReport report;
  report.count = summary.count;
  report.started = summary.started;
  report.left = summary.left;
  report.outcomes = summary.outcomes;
  report.fell = summary.ever_forgotten + summary.cut_short +
                summary.outcomes[static_cast<std::size_t>(Outcome::Refused)];
  report.ever_forgotten = summary.ever_forgotten;
  report.deaths = summary.deaths;
  if (!summary.first_deaths.empty()) report.first_deaths = spread_of(summary.first_deaths);
  report.blackhole_most = summary.blackhole_most;
  report.blackhole_mean = mean_blackhole(summary.blackhole_ms, summary.started);
  report.causes = causes_of(scenario, summary);
  if (population.census().connects())
    report.ends = {end_of(summary.ends[0]), end_of(summary.ends[1])};
  for (const Role role : {Role::Client, Role::Server}) {
    const Population::Messages& messages = population.messages(role);
    MessageCounters& counters = report.messages[index(role)];
    counters.sent = messages.sent;
    counters.delivered = messages.delivered;
    counters.lost = messages.sent - messages.delivered;
    counters.unsent = messages.unsent;
  }
  return report;
}

std::optional<Outcome> worst(const PopulationReport::Outcomes& outcomes) {
  std::optional<Outcome> worst;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcomes[i] > 0) worst = worse(worst.value_or(outcome), outcome);
  }
  return worst;
}

}  // namespace

void sort_causes(std::vector<PopulationReport::Cause>& causes) {
  std::stable_sort(causes.begin(), causes.end(), [](const auto& a, const auto& b) {
    if (a.members != b.members) return a.members > b.members;
    if (a.deaths != b.deaths) return a.deaths > b.deaths;
    return std::tie(a.blame.who, a.blame.timer) < std::tie(b.blame.who, b.blame.timer);
  });
}

Duration mean_blackhole(std::int64_t total_ms, std::uint64_t started) {
  if (started == 0) return Duration::zero();
  return std::chrono::milliseconds(total_ms / static_cast<std::int64_t>(started));
}

ConnectionReport report_as_one(const Scenario& scenario, std::size_t connection,
                               PopulationReport population,
                               const std::array<SideCounters, 2>& counters) {
  const ConnectionSpec& spec = scenario.connections[connection];
  ConnectionReport report;
  report.name = spec.name;
  report.strategy = spec.strategy;
  report.transport = name(spec.transport);
  report.population = std::move(population);
  const std::optional<Outcome> outcome = worst(report.population->outcomes);
  report.outcome = outcome.value_or(Outcome::Closed);
  if (!report.population->causes.empty()) report.blame = report.population->causes.front().blame;
  for (const Role role : {Role::Client, Role::Server}) {
    SideReport& side = report.sides[index(role)];
    side.host = scenario.hosts[role == Role::Client ? spec.client : spec.server].name;
    const auto& ends = report.population->ends;
    side.outcome = ends ? worst((*ends)[index(role)].outcomes) : outcome;
    if (const auto& deaths = report.population->first_deaths) side.forgotten_at = deaths->front();
    side.blackhole = report.population->blackhole_most;
    side.counters = counters[index(role)];
    side.messages = report.population->messages[index(role)];
    side.blame = report.blame;
  }
  return report;
}

ConnectionReport judge_population(const Scenario& scenario, const World& world,
                                  std::size_t connection) {
  const Population& population = *world.population(connection);
  return report_as_one(scenario, connection, report_of(scenario, population),
                       {population.counters(Role::Client), population.counters(Role::Server)});
}

}  // namespace stayalive
