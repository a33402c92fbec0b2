// SPDX-License-Identifier: Apache-2.0
#include "run/disturbances.h"

#include <optional>

namespace stayalive {
namespace {

Judge::Disturbance begin_of(const EventSpec& event, FaultKind kind) {
  Judge::Disturbance disturbance;
  disturbance.fault.from = event.at;
  disturbance.fault.since = event.at;
  disturbance.cause.kind = kind;
  disturbance.cause.where = static_cast<std::uint32_t>(event.target);
  return disturbance;
}

// The way is closed for a while; nobody's state is gone.
Judge::Disturbance closure(const EventSpec& event, FaultKind kind) {
  Judge::Disturbance disturbance = begin_of(event, kind);
  disturbance.fault.until = later(event.at, event.span);
  disturbance.fault.forgets = false;
  return disturbance;
}

// In one way of a group it concerns those that go there.
void place(const Scenario& scenario, Judge::Disturbance& disturbance) {
  const std::optional<WayPlace> its = way_of(scenario, disturbance.cause.where);
  if (!its) return;
  disturbance.group = static_cast<std::uint32_t>(its->group);
  disturbance.way = static_cast<std::uint32_t>(its->way);
}

// What the other end says reaches the kernel, and nobody reads it.
Judge::Disturbance hung(const EventSpec& event) {
  Judge::Disturbance disturbance = closure(event, FaultKind::Hung);
  disturbance.cause.where = static_cast<std::uint32_t>(event.role);
  disturbance.fault.concerns = {event.role == Role::Server, event.role == Role::Client};
  return disturbance;
}

std::optional<Judge::Disturbance> disturbance_of_host(const EventSpec& event,
                                                      const ConnectionSpec& spec) {
  const bool of_client = event.target == spec.client;
  if (!of_client && event.target != spec.server) return std::nullopt;
  switch (event.kind) {
    case EventKind::Suspend:
      return closure(event, FaultKind::Asleep);
    case EventKind::Crash:
    case EventKind::Reboot: {
      Judge::Disturbance disturbance = begin_of(event, FaultKind::Host);
      disturbance.fault.concerns = {!of_client, of_client};
      disturbance.until_opening = true;
      disturbance.until_opened = of_client ? Role::Client : Role::Server;
      disturbance.least_until = later(event.at, event.span);
      return disturbance;
    }
    case EventKind::Replace: {
      // The old instance is gone with all that it knew; to a server over UDP that answers whoever
      // asks, this makes a difference only until the new one is there.
      if (of_client) return std::nullopt;
      if (spec.transport == Transport::Udp) return closure(event, FaultKind::Host);
      Judge::Disturbance disturbance = begin_of(event, FaultKind::Host);
      disturbance.fault.concerns = {true, false};
      disturbance.until_opening = true;
      disturbance.until_opened = Role::Server;
      disturbance.least_until = later(event.at, event.span);
      return disturbance;
    }
    case EventKind::ChangeAddress: {
      // A datagram leaves from the new address and tells it; a client's next socket has it.  To a
      // server nobody tells the way: its clients go on sending to where it was.
      if (of_client && spec.transport == Transport::Udp) return std::nullopt;
      Judge::Disturbance disturbance = begin_of(event, FaultKind::Address);
      disturbance.until_opening = of_client;
      return disturbance;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<Judge::Disturbance> disturbances_of(const Scenario& scenario, std::size_t connection) {
  std::vector<Judge::Disturbance> disturbances;
  for (const EventSpec& event : scenario.events) {
    if (event.kind == EventKind::Cut) {
      disturbances.push_back(closure(event, FaultKind::Link));
      place(scenario, disturbances.back());
      continue;
    }
    if (event.kind == EventKind::Hang) {
      if (event.target == connection) disturbances.push_back(hung(event));
      continue;
    }
    if (event.kind == EventKind::TakeOver) {
      // With no span nothing is ever stopped.
      if (event.span == Duration::zero()) continue;
      disturbances.push_back(closure(event, FaultKind::Away));
      place(scenario, disturbances.back());
      continue;
    }
    const bool of_host = event.kind == EventKind::Suspend || event.kind == EventKind::Crash ||
                         event.kind == EventKind::Reboot || event.kind == EventKind::Replace ||
                         event.kind == EventKind::ChangeAddress;
    // Members of populations have hosts of their own, to which nothing happens; but they may share
    // a server with others.
    const ConnectionSpec& spec = scenario.connections[connection];
    const bool shared = spec.served_by && event.target == spec.server;
    if (!of_host || (spec.population.count > 0 && !shared)) continue;
    if (auto its = disturbance_of_host(event, spec)) disturbances.push_back(*its);
  }
  return disturbances;
}

}  // namespace stayalive
