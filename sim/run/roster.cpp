// SPDX-License-Identifier: Apache-2.0
#include "run/roster.h"

#include <algorithm>
#include <string>

#include "run/address_plan.h"

namespace stayalive {
namespace {

bool has_members(const ConnectionSpec& connection) {
  return connection.population.count > 0 && !connection.population.compact;
}

// The connection of one that begins at `start`, in a run that ends at `end`.
ConnectionSpec member_of(const ConnectionSpec& all, TimePoint start, TimePoint end) {
  ConnectionSpec member = all;
  const Duration shift = start - all.start;
  member.population = {};
  member.start = start;
  member.leaves = later(start, all.population.stay);
  for (TrafficSpec& traffic : member.traffic) {
    traffic.at = later(traffic.at, shift);
    // Nobody writes for one that has gone, its server included.
    traffic.until = std::min(later(traffic.until, shift), member.leaves);
    // What repeats itself ends with the run, however late a member begins.
    if (traffic.every) traffic.until = std::min(traffic.until, end);
  }
  return member;
}

}  // namespace

Roster::Roster(const Scenario& scenario, std::uint64_t seed)
    : original_(scenario), first_(scenario.connections.size()) {
  const auto is_many = [](const ConnectionSpec& its) { return has_members(its) || its.session; };
  if (std::ranges::none_of(scenario.connections, is_many)) return;
  expanded_ = scenario;
  const AddressPlan plan = plan_addresses(scenario);
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    if (has_members(scenario.connections[i])) {
      expand(i, plan.populations[i].first_client, plan.populations[i].server, seed);
    } else if (scenario.connections[i].session) {
      add_places(i);
    }
  }
}

void Roster::add_places(std::size_t connection) {
  std::vector<ConnectionSpec>& connections = expanded_->connections;
  const ConnectionSpec session = connections[connection];
  first_.resize(std::max(first_.size(), connections.size()));
  first_[connection] = connections.size();
  for (std::uint32_t place = 0; place < session.session->size; ++place) {
    ConnectionSpec& its = connections.emplace_back(session);
    its.session.reset();
    its.place_of = connection;
    its.name = session.name + '[' + std::to_string(place) + ']';
  }
}

void Roster::expand(std::size_t connection, AddressId first_client, AddressId server,
                    std::uint64_t seed) {
  const ConnectionSpec& all = original_.connections[connection];
  std::vector<HostSpec>& hosts = expanded_->hosts;
  std::vector<ConnectionSpec>& connections = expanded_->connections;
  first_[connection] = connections.size();
  std::size_t server_position = all.server;
  if (!all.served_by) {
    server_position = hosts.size();
    hosts.push_back(original_.hosts[all.server]);
    hosts.back().address = server;
  }
  AddressId client = first_client;
  for (const TimePoint start : draw_starts(all.population, all.start, all.name, seed)) {
    ConnectionSpec member = member_of(all, start, later(kStart, original_.duration));
    member.name = all.name + '[' + std::to_string(connections.size() - first_[connection]) + ']';
    member.client = hosts.size();
    member.server = server_position;
    hosts.push_back(original_.hosts[all.client]);
    hosts.back().name = member.name;
    hosts.back().address = client;
    ++client.value;
    connections.push_back(std::move(member));
  }
  if (!all.session) return;
  const std::size_t end = connections.size();
  for (std::size_t member = first_[connection]; member < end; ++member) add_places(member);
}

std::optional<Roster::Members> Roster::members(std::size_t connection) const {
  const ConnectionSpec& spec = original_.connections[connection];
  if (!has_members(spec)) return std::nullopt;
  return Members{first_[connection], spec.population.count};
}

std::optional<Roster::Members> Roster::places(std::size_t connection) const {
  const ConnectionSpec& spec = scenario().connections[connection];
  if (!spec.session || spec.population.count > 0) return std::nullopt;
  return Members{first_[connection], spec.session->size};
}

Roster::Members Roster::sockets(std::size_t connection) const {
  if (const auto its = places(connection)) return *its;
  const auto all = members(connection);
  if (!all) return {connection, 1};
  const std::optional<SessionSpec>& session = original_.connections[connection].session;
  return session ? Members{first_[all->first], all->count * session->size} : *all;
}

}  // namespace stayalive
