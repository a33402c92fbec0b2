// SPDX-License-Identifier: Apache-2.0
#include "run/held.h"

#include <algorithm>

namespace stayalive {
namespace {

// When this side was through with its connection; kNever: it was not.
TimePoint first_end(const SideReport& side) {
  const auto ended = std::ranges::find_if(side.timeline, [](const Transition& transition) {
    return transition.outcome != Outcome::Alive && transition.outcome != Outcome::Remapped &&
           transition.outcome != Outcome::Forgotten;
  });
  return ended == side.timeline.end() ? kNever : ended->at;
}

}  // namespace

TimePoint first_loss(const SideReport& side) {
  TimePoint first = std::min(side.unsent_at.value_or(kNever), side.refused_at.value_or(kNever));
  for (const Transition& transition : side.timeline) {
    if (transition.at >= first) break;
    if (is_loss(transition.outcome, side.blame.kind)) first = transition.at;
  }
  return first;
}

TimePoint first_loss(const ConnectionReport& connection) {
  return std::min(first_loss(connection.sides[0]), first_loss(connection.sides[1]));
}

bool held(const ConnectionReport& connection) {
  if (connection.population) return connection.population->fell == 0;
  return first_loss(connection) == kNever;
}

Blame blame_for_loss(const ConnectionReport& connection) {
  if (connection.population || connection.blame.kind != FaultKind::None) return connection.blame;
  const auto& [client, server] = connection.sides;
  if (!client.unsent_at && !server.unsent_at) return connection.blame;
  const TimePoint client_ended = first_end(client);
  const TimePoint server_ended = first_end(server);
  // Of both at one instant, or of an end that has closed its sending direction only, the one whose
  // messages were not sent.
  const bool by_server =
      client_ended == server_ended ? !client.unsent_at.has_value() : server_ended < client_ended;
  Blame blame;
  blame.kind = FaultKind::Peer;
  blame.who = name(by_server ? Role::Server : Role::Client);
  blame.at = std::min(client_ended, server_ended);
  if (blame.at == kNever) blame.at = first_loss(connection);
  return blame;
}

}  // namespace stayalive
