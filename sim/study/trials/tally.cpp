// SPDX-License-Identifier: Apache-2.0
#include "study/trials/tally.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "run/notice.h"

namespace stayalive {
void SpanStatistics::add(Duration span) {
  ++count;
  least = std::min(least, span);
  most = std::max(most, span);
  total_ms += span / 1ms;
}

Duration SpanStatistics::mean() const {
  if (count == 0) return Duration::zero();
  const auto runs = static_cast<std::int64_t>(count);
  return std::chrono::milliseconds((total_ms + runs / 2) / runs);
}

std::uint64_t Cost::per_day(std::uint64_t counted) const {
  if (time <= Duration::zero()) return 0;
  const double days =
      static_cast<double>(time.count()) / static_cast<double>(Duration(24h).count());
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(counted) / days));
}

Cost& Cost::operator+=(const Cost& more) {
  packets += more.packets;
  bytes += more.bytes;
  keepalives += more.keepalives;
  wakeups += more.wakeups;
  awake_us += more.awake_us;
  brief_awake_us += more.brief_awake_us;
  filling += more.filling;
  time = more.time >= kForever - time ? kForever : time + more.time;
  return *this;
}

Cost Cost::operator-(const Cost& before) const {
  Cost rest = *this;
  rest.packets -= before.packets;
  rest.bytes -= before.bytes;
  rest.keepalives -= before.keepalives;
  rest.wakeups -= before.wakeups;
  rest.awake_us -= before.awake_us;
  rest.brief_awake_us -= before.brief_awake_us;
  rest.filling -= before.filling;
  rest.time -= before.time;
  return rest;
}

std::optional<Duration> Cost::awake_per_day() const {
  // Members of populations that are records have no radio.
  if (time == Duration::zero() || (packets > 0 && awake_us == 0)) return std::nullopt;
  return std::chrono::seconds{per_day(awake_us) / 1'000'000};
}

void Tally::add(const ConnectionReport& report, Duration time, std::uint64_t seed) {
  if (runs == 0) {
    name = report.name;
    strategy = report.strategy;
  }
  CHECK(name == report.name, "only runs of the same connection are added up");
  if (!failed_seed && !stayalive::held(report)) {
    failed_seed = seed;
    blame = blame_for_loss(report);
  }
  const ClosestCall* margin = stayalive::held(report) ? margin_of(report) : nullptr;
  if (margin != nullptr && (!closest_call || margin->left < closest_call->left))
    closest_call = *margin;
  longest_run = std::max(longest_run, time);
  if (report.session) add_session(report);
  if (report.admission) add_admission(*report.admission, time);
  if (report.population) return add_members(report, time);
  ++runs;
  const TimePoint death = first_loss(report);
  const bool lived = death == kNever;
  if (lived) {
    ++held;
  } else {
    died.add(death - kStart);
    blackhole.add(std::max(report.sides[0].blackhole, report.sides[1].blackhole));
  }
  for (std::size_t role = 0; role < report.sides.size(); ++role) {
    const SideReport& side = report.sides[role];
    if (side.outcome) ++outcomes[role][static_cast<std::size_t>(*side.outcome)];
    if (const std::optional<Duration> span = time_to_notice(side)) noticed[role].add(*span);
    if (!lived && side.outcome == Outcome::Forgotten) ++unaware[role];
  }
  const SideCounters& client = report.sides[index(Role::Client)].counters;
  const SideCounters& server = report.sides[index(Role::Server)].counters;
  cost.packets += client.packets_sent + client.packets_received;
  cost.bytes += client.bytes_sent + client.bytes_received;
  cost.keepalives += client.keepalives + server.keepalives;
  cost.wakeups += client.wakeups;
  cost.awake_us += client.awake_us;
  cost.brief_awake_us += client.brief_awake_us;
  cost.filling += client.filling;
  cost.time = time >= kForever - cost.time ? kForever : cost.time + time;
}

void Tally::add_members(const ConnectionReport& report, Duration time) {
  const PopulationReport& population = *report.population;
  const std::uint64_t fell = population.fell;
  runs += population.started;
  held += population.started - fell;
  for (std::size_t role = 0; role < outcomes.size(); ++role) {
    const PopulationReport::Outcomes& counts =
        population.ends ? (*population.ends)[role].outcomes : population.outcomes;
    for (std::size_t i = 0; i < counts.size(); ++i) outcomes[role][i] += counts[i];
    unaware[role] += counts[static_cast<std::size_t>(Outcome::Forgotten)];
  }
  if (population.first_deaths) {
    died.add(population.first_deaths->front() - kStart);
    blackhole.add(population.blackhole_most);
  }
  const SideCounters& client = report.sides[index(Role::Client)].counters;
  const SideCounters& server = report.sides[index(Role::Server)].counters;
  cost.packets += client.packets_sent + client.packets_received;
  cost.bytes += client.bytes_sent + client.bytes_received;
  cost.keepalives += client.keepalives + server.keepalives;
  const auto members = static_cast<std::int64_t>(population.started);
  const Duration room = kForever - cost.time;
  cost.time = members > 0 && time >= room / members ? kForever : cost.time + time * members;
}

void Tally::add_session(const ConnectionReport& report) {
  if (!session) session.emplace();
  const MessageCounters& requests = report.sides[index(Role::Client)].messages;
  session->opened += report.session->sums.opened;
  session->asked += requests.asked;
  session->answered += requests.answered;
  session->failed += requests.failed;
  const PageFigures& pages = report.session->figures.pages;
  if (pages.loaded > 0) session->page_load.add(pages.longest_load);
}

void Tally::add_admission(const AdmissionReport& admission, Duration time) {
  if (!at_server) at_server.emplace();
  const Admission& figures = admission.figures;
  if (figures.longest_wait > Duration::zero()) at_server->longest_wait.add(figures.longest_wait);
  at_server->accepted += figures.accepted;
  at_server->waited += figures.waited;
  at_server->kept_out += admission.kept_out;
  at_server->turned_away += figures.turned_away;
  at_server->dropped_syns += figures.dropped_syns;
  at_server->most_served = std::max(at_server->most_served, admission.server_figures.most_served);
  at_server->served_us += admission.server_figures.served_ns / 1000;
  at_server->time = later(kStart + at_server->time, time) - kStart;
}

std::uint64_t ServerTally::mean_served() const {
  const auto all = static_cast<std::uint64_t>(time / 1us);
  return all == 0 ? 0 : served_us / (all / 1000 + 1);
}

}  // namespace stayalive
