// SPDX-License-Identifier: Apache-2.0
// What became of everybody, when the run is over.
#include <algorithm>
#include <utility>
#include <variant>

#include "base/check.h"
#include "run/blame.h"
#include "run/closest_call.h"
#include "run/lost_requests.h"
#include "run/session_sums.h"
#include "run/support.h"
#include "run/world.h"

namespace stayalive {

// A member that leaves messages unsent did not hold.  Those of the compact form end only where they
// are lost, and need no looking at.
void World::note_unsent(std::size_t connection) {
  if (!judged_[connection].sums) return;
  const auto members = roster_.members(connection);
  if (!members) return;
  for (std::size_t i = 0; i < members->count; ++i) {
    const std::size_t member = members->first + i;
    const ConnectionRecord& record =
        ledger_.record(ConnectionId{static_cast<std::uint32_t>(member)});
    for (const Role role : {Role::Client, Role::Server}) {
      const MessageBooks& books = record.messages[index(role)];
      const TimePoint first =
          std::min(books.unsent_at().value_or(kNever), books.refused_at().value_or(kNever));
      if (first < scenario_.connections[member].leaves)
        judged_[connection].sums->did_not_hold(static_cast<std::uint32_t>(i));
    }
  }
}

std::optional<ClosestCall> World::closest_call(std::size_t connection) const {
  const Roster::Members all = roster_.sockets(connection);
  ConnectionId first{static_cast<std::uint32_t>(all.first)};
  auto count = static_cast<std::uint32_t>(all.count);
  const PopulationSpec& many = scenario_.connections[connection].population;
  if (many.compact) {
    first = first_members_[connection];
    count = many.count;
  }
  std::optional<CloseCall> closest;
  std::size_t where = 0;
  for (std::size_t hop = 0; hop < boxes_.size(); ++hop) {
    if (!boxes_[hop]) continue;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto call = boxes_[hop]->closest_call(ConnectionId{first.value + i});
      if (!call || (closest && *call >= *closest)) continue;
      closest = call;
      where = hop;
    }
  }
  if (!closest) return std::nullopt;
  return closest_call_of(*closest, where, scenario_, connection);
}

ConnectionReport World::report(std::size_t connection) const {
  const Judged& its = judged_[connection];
  const ConnectionId id{static_cast<std::uint32_t>(connection)};
  ConnectionReport report;
  if (its.timeline) {
    report = its.timeline->report(ledger_.record(id), end_);
    blame_queue(report, ledger_.record(id));
    report.lost_requests = lost_requests_of(ledger_, connection, scenario_, hop_nodes_);
    for (const Role role : {Role::Client, Role::Server})
      report.sides[index(role)].close_give_up = ledger_.closest_give_up(id, role);
  } else if (its.session) {
    report = its.session->report(*sessions_[connection], ledger_, end_);
    report.lost_requests = lost_in_session(connection);
  } else if (its.sums) {
    report = report_of_many(connection);
  } else {
    report = report_of_sessions(connection);
  }
  admit(connection, report);
  report.ways = shares_of_ways(connection);
  report.closest_call = closest_call(connection);
  report.rests_on = supports_of(report, scenario_.connections[connection], scenario_);
  return report;
}

ConnectionReport World::report_of_many(std::size_t connection) const {
  std::array<SideCounters, 2> counters;
  std::array<MessageCounters, 2> messages;
  const auto members = roster_.members(connection);
  for (const Role role : {Role::Client, Role::Server}) {
    if (const auto& population = populations_[connection]) {
      counters[index(role)] = population->counters(role);
      messages[index(role)] = population->messages(role);
      continue;
    }
    for (std::size_t i = members->first; i < members->first + members->count; ++i) {
      const ConnectionRecord& record = ledger_.record(ConnectionId{static_cast<std::uint32_t>(i)});
      counters[index(role)] += record.counters[index(role)];
      messages[index(role)] += record.messages[index(role)].counters(end_);
    }
  }
  return judged_[connection].sums->report(counters, messages);
}

ConnectionReport World::report_of_sessions(std::size_t connection) const {
  const auto members = roster_.members(connection);
  SessionSums sums(scenario_, connection, members->first, end_);
  for (std::size_t i = members->first; i < members->first + members->count; ++i) {
    ConnectionReport member = judged_[i].session->report(*sessions_[i], ledger_, end_);
    admit(i, member);
    sums.add(member);
  }
  return sums.report();
}

// The client has its own at the session's number, proxies theirs at that of each place.
std::vector<LostRequestReport> World::lost_in_session(std::size_t connection) const {
  std::vector<LostRequestReport> all = lost_requests_of(ledger_, connection, scenario_, hop_nodes_);
  const Roster::Members places = roster_.places(connection).value_or(Roster::Members{});
  for (std::size_t i = 0; i < places.count; ++i) {
    for (LostRequestReport& its :
         lost_requests_of(ledger_, places.first + i, scenario_, hop_nodes_))
      all.push_back(std::move(its));
  }
  std::ranges::stable_sort(all, {}, &LostRequestReport::at);
  all.resize(std::min(all.size(), kMostLostRequests));
  return all;
}

// How it came into a server that serves others, too, and whether that is to blame.
void World::admit(std::size_t connection, ConnectionReport& report) const {
  if (!scenario_.connections[connection].served_by) return;
  report.admission = admission(connection);
  TimePoint heard_at{};
  const Roster::Members all = roster_.sockets(connection);
  for (std::size_t i = all.first; i < all.first + all.count; ++i) {
    const ConnectionRecord& record = ledger_.record(ConnectionId{static_cast<std::uint32_t>(i)});
    heard_at = std::max(heard_at, record.heard_at[index(Role::Client)]);
  }
  blame_server(report, heard_at);
}

// Of itself, of its members or of its places.
AdmissionReport World::admission(std::size_t connection) const {
  const Server& server = *servers_[*scenario_.connections[connection].served_by];
  AdmissionReport report;
  report.server = server.spec().name;
  report.server_figures = server.figures();
  report.server_figures.served_ns = server.served_ns(end_);
  const Roster::Members all = roster_.sockets(connection);
  for (std::size_t i = all.first; i < all.first + all.count; ++i) {
    const Party& party = *parties_[i * 2 + index(Role::Server)];
    Admission its = party.admission;
    its.longest_wait = std::max(its.longest_wait, server.waiting_of(party, end_));
    if (its.dropped_syns > 0 && its.came_in() == 0) ++report.kept_out;
    report.figures += its;
  }
  return report;
}

std::vector<ServerReport> World::server_reports() const {
  std::vector<ServerReport> reports;
  for (const Server* server : servers_) {
    const ServerSpec& spec = server->spec();
    ServerReport& its = reports.emplace_back();
    its.name = spec.name;
    its.host = scenario_.hosts[spec.host].name;
    its.profile = spec.profile;
    its.rules = spec.rules;
    its.figures = server->figures();
    its.figures.served_ns = server->served_ns(end_);
    its.served = server->serving();
    its.time = end_ - kStart;
  }
  for (std::size_t i = 0; i < roster_.named(); ++i) {
    if (!scenario_.connections[i].served_by) continue;
    const AdmissionReport admitted = admission(i);
    ServerReport& its = reports[*scenario_.connections[i].served_by];
    its.sums += admitted.figures;
    its.kept_out += admitted.kept_out;
  }
  return reports;
}

// Of all that a connection stands for.
std::vector<WayShare> World::shares_of_ways(std::size_t connection) const {
  std::vector<WayShare> shares;
  for (const AlternativesSpec& group : scenario_.alternatives) {
    for (const AlternativesSpec::Way& way : group.ways) shares.push_back({group.name, way.name});
  }
  const Roster::Members all = roster_.sockets(connection);
  for (std::size_t i = all.first; i < all.first + all.count; ++i) {
    const ConnectionRecord& record = ledger_.record(ConnectionId{static_cast<std::uint32_t>(i)});
    for (std::size_t way = 0; way < record.by_way.size(); ++way) {
      for (const Side side : {Side::Internal, Side::External})
        shares[way].packets[index(side)] += record.by_way[way][index(side)];
    }
  }
  return shares;
}

std::vector<AlternativesReport> World::alternatives_reports() const {
  std::vector<AlternativesReport> reports;
  std::size_t first = 0;
  for (std::size_t group = 0; group < forks_.size(); ++group) {
    AlternativesReport& report = reports.emplace_back(
        report_alternatives(scenario_, group, {forks_[group][0].get(), forks_[group][1].get()}));
    for (std::size_t way = 0; way < report.ways.size(); ++way) {
      for (std::size_t i = 0; i < scenario_.connections.size(); ++i) {
        const ConnectionRecord& record =
            ledger_.record(ConnectionId{static_cast<std::uint32_t>(i)});
        if (record.by_way.size() <= first + way) continue;
        for (const Side side : {Side::Internal, Side::External})
          report.ways[way].packets[index(side)] += record.by_way[first + way][index(side)];
      }
    }
    first += report.ways.size();
  }
  return reports;
}

std::vector<LinkReport> World::link_reports() const {
  std::vector<LinkReport> reports;
  for (const Hop& hop : scenario_.path) {
    const auto* config = std::get_if<LinkConfig>(&hop);
    if (config == nullptr || config->rate.bits_per_second == 0) continue;
    const LinkPair* pair = path_->find_link(config->name);
    CHECK(pair != nullptr, "each line of the scenario is on the path");
    reports.push_back(
        {config->name, config->queue, {pair->inbound.dropped(), pair->outbound.dropped()}});
  }
  return reports;
}

}  // namespace stayalive
