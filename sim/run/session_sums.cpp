// SPDX-License-Identifier: Apache-2.0
#include "run/session_sums.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "run/held.h"
#include "run/population_figures.h"

namespace stayalive {
namespace {

bool same_cause(const Blame& a, const Blame& b) {
  const auto key = [](const Blame& blame) {
    return std::tie(blame.kind, blame.who, blame.timer, blame.event, blame.timeout, blame.reason);
  };
  return key(a) == key(b);
}

// The figures of all sessions together; of pages the first load is that of the first member.
void add_pages(PageFigures& all, const PageFigures& its) {
  if (all.loaded == 0) all.first_load = its.first_load;
  all.begun += its.begun;
  all.loaded += its.loaded;
  all.failed += its.failed;
  all.missed += its.missed;
  all.longest_load = std::max(all.longest_load, its.longest_load);
  all.all_loads += its.all_loads;
}

void add_end(PopulationReport::End& end, std::vector<Duration>& delays, const SideReport& side) {
  if (side.noticed_at && side.opened_at) {
    ++end.noticed;
    if (side.forgotten_at && *side.forgotten_at <= *side.noticed_at)
      delays.push_back(*side.noticed_at - *side.forgotten_at);
  }
  if (!side.outcome) return;
  ++end.outcomes[static_cast<std::size_t>(*side.outcome)];
  if (is_through(*side.outcome)) ++end.errors[static_cast<std::size_t>(side.error)];
}

}  // namespace

SessionSums::SessionSums(const Scenario& everybody, std::size_t connection, std::size_t first,
                         TimePoint end)
    : scenario_(everybody), connection_(connection), next_(first), end_(end) {
  const ConnectionSpec& spec = scenario_.connections[connection_];
  report_.name = spec.name;
  report_.strategy = spec.strategy;
  report_.transport = name(spec.transport);
  report_.session.emplace();
  report_.population.emplace().count = spec.population.count;
  const std::array<PopulationReport::End, 2> ends{};
  report_.population->ends = ends;
}

void SessionSums::add(const ConnectionReport& member) {
  const ConnectionSpec& spec = scenario_.connections[next_++];
  if (spec.start >= end_) return;
  PopulationReport& all = *report_.population;
  ++all.started;
  const bool left = spec.leaves <= end_;
  if (left) {
    ++all.left;
  } else {
    ++all.outcomes[static_cast<std::size_t>(member.outcome)];
  }
  const auto& [client, server] = member.sides;
  const std::uint32_t times = std::max(client.times_forgotten, server.times_forgotten);
  const bool refused = member.outcome == Outcome::Refused && client.counters.packets_sent > 0;
  const bool fell = refused || !held(member);
  if (fell) ++all.fell;
  if (fell && member.blame.kind != FaultKind::None) add_cause(member.blame, times);
  add_death(member, times);
  for (std::size_t role = 0; role < member.sides.size(); ++role) {
    if (!left) add_end((*all.ends)[role], delays_[role], member.sides[role]);
    report_.sides[role].counters += member.sides[role].counters;
    report_.sides[role].messages += member.sides[role].messages;
  }
  add_session(*member.session);
}

void SessionSums::add_death(const ConnectionReport& member, std::uint32_t times) {
  PopulationReport& all = *report_.population;
  const auto& [client, server] = member.sides;
  const TimePoint death =
      std::min(client.forgotten_at.value_or(kNever), server.forgotten_at.value_or(kNever));
  if (death != kNever) {
    ++all.ever_forgotten;
    first_deaths_.push_back(death);
  }
  all.deaths += times;
  const Duration blackhole = std::max(client.blackhole, server.blackhole);
  all.blackhole_most = std::max(all.blackhole_most, blackhole);
  blackhole_ms_ += blackhole / 1ms;
}

void SessionSums::add_session(const SessionReport& member) {
  SessionReport& all = *report_.session;
  all.product = member.product;
  all.page = member.page;
  all.open += member.open;
  all.figures.refused += member.figures.refused;
  all.figures.most_open = std::max(all.figures.most_open, member.figures.most_open);
  all.figures.waited += member.figures.waited;
  all.figures.longest_wait = std::max(all.figures.longest_wait, member.figures.longest_wait);
  all.figures.failed_waiting += member.figures.failed_waiting;
  all.figures.checks_failed += member.figures.checks_failed;
  add_pages(all.figures.pages, member.figures.pages);
  all.sums += member.sums;
}

ConnectionReport SessionSums::report() const {
  const ConnectionSpec& spec = scenario_.connections[connection_];
  ConnectionReport report = report_;
  PopulationReport& all = *report.population;
  if (all.started > 0)
    all.blackhole_mean =
        std::chrono::milliseconds(blackhole_ms_ / static_cast<std::int64_t>(all.started));
  all.first_deaths = spread_of(first_deaths_);
  sort_causes(all.causes);
  report.outcome = worst_outcome(all.outcomes).value_or(Outcome::Closed);
  if (!all.causes.empty()) report.blame = all.causes.front().blame;
  for (const Role role : {Role::Client, Role::Server}) {
    PopulationReport::End& end = (*all.ends)[index(role)];
    end.delays = spread_of(delays_[index(role)]);
    SideReport& side = report.sides[index(role)];
    side.host = scenario_.hosts[role == Role::Client ? spec.client : spec.server].name;
    side.outcome = worst_outcome(end.outcomes);
    if (all.first_deaths) side.forgotten_at = all.first_deaths->front();
    side.blackhole = all.blackhole_most;
    side.blame = report.blame;
    all.messages[index(role)] = side.messages;
  }
  return report;
}

void SessionSums::add_cause(const Blame& blame, std::uint64_t deaths) {
  PopulationReport& all = *report_.population;
  auto known = std::ranges::find_if(
      all.causes, [&](const PopulationReport::Cause& its) { return same_cause(its.blame, blame); });
  if (known == all.causes.end()) {
    Blame alike = blame;
    // When it happened belongs to one member alone.
    alike.at = alike.refreshed_at = {};
    all.causes.push_back({alike, 0, 0});
    known = std::prev(all.causes.end());
  }
  ++known->members;
  known->deaths += deaths;
}

}  // namespace stayalive
