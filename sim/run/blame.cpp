// SPDX-License-Identifier: Apache-2.0
#include "run/blame.h"

#include <variant>

namespace stayalive {

namespace {

std::string taken_up(const Profile& profile) {
  if (profile.tracker != TrackerKind::Linux) return "";
  return profile.netfilter.tcp_loose ? kPicksUp : kDoesNotPickUp;
}

}  // namespace

Blame blame_of(const Attribution& attribution, const Scenario& scenario) {
  Blame blame;
  if (attribution.cause == nullptr) return blame;
  const FaultCause& cause = *attribution.cause;
  blame.kind = cause.kind;
  blame.at = attribution.since;
  switch (cause.kind) {
    case FaultKind::None:
    case FaultKind::Server:  // known only after the run
      break;
    case FaultKind::Flow:
    case FaultKind::Drop:
    case FaultKind::Away:
      blame.who = std::get<MiddleboxSpec>(scenario.path[cause.where]).name;
      break;
    case FaultKind::Way:
      blame.who = scenario.alternatives[cause.where].name;
      break;
    case FaultKind::Link:
      blame.who = std::get<LinkConfig>(scenario.path[cause.where]).name;
      break;
    case FaultKind::Proxy:
      blame.who = std::get<ProxySpec>(scenario.path[cause.where]).name;
      if (cause.proxy_timer == ProxyTimer::None) break;
      blame.timer = name(cause.proxy_timer);
      blame.timeout = cause.timeout;
      break;
    case FaultKind::Host:
    case FaultKind::Asleep:
    case FaultKind::Address:
      blame.who = scenario.hosts[cause.where].name;
      break;
    case FaultKind::Peer:
    case FaultKind::Hung:
      blame.who = name(static_cast<Role>(cause.where));
      break;
  }
  if (cause.kind == FaultKind::Drop) blame.reason = name(cause.reason);
  if (cause.kind != FaultKind::Flow || !cause.ended) return blame;
  const auto& box = std::get<MiddleboxSpec>(scenario.path[cause.where]);
  blame.event = cause.event;
  blame.timer = name(cause.timer);
  blame.setting = setting_name(box.profile.tracker, cause.timer);
  blame.timeout = cause.timeout;
  if (cause.event == FlowEvent::Expired) {
    blame.because = reason_for(box.profile.tracker, cause.timer, box.profile.timeouts);
  }
  if (blame.timer.starts_with("tcp.")) blame.taken_up = taken_up(box.profile);
  blame.refreshed_at = cause.refreshed_at;
  blame.refreshed_from = cause.refreshed_from;
  blame.refreshed_by = cause.refreshed_by;
  return blame;
}

void blame_queue(ConnectionReport& report, const ConnectionRecord& record) {
  if (!record.queue_drops) return;
  for (const Role role : {Role::Client, Role::Server}) {
    SideReport& side = report.sides[index(role)];
    const bool lost = side.outcome && is_loss(*side.outcome, FaultKind::None);
    if (!lost || side.blame.kind != FaultKind::None) continue;
    if (record.queue_drops->last_at < record.heard_at[index(role)]) continue;
    side.blame.kind = FaultKind::Link;
    side.blame.who = record.queue_drops->link;
    side.blame.at = record.queue_drops->last_at;
    side.blame.reason = kQueueFull;
    // The other end can only say that this one had left.
    const FaultKind kind = report.blame.kind;
    if (kind == FaultKind::None || kind == FaultKind::Peer) report.blame = side.blame;
  }
}

namespace {

// Why a client that has lost its connection, or never had one, found no room; empty: that is not
// why.
Blame no_room(const AdmissionReport& admission, TimePoint heard_at) {
  const Admission& its = admission.figures;
  Blame blame;
  blame.who = admission.server;
  if (its.turned_away > 0) {
    blame.reason = kTurnedAway;
    blame.at = heard_at;
  } else if (its.dropped_syns + its.ignored > 0 && its.last_dropped_at >= heard_at) {
    blame.reason = kBacklogFull;
    blame.at = its.last_dropped_at;
  } else if (its.left_waiting > 0 || its.waiting > 0) {
    blame.reason = kNoWorker;
    blame.at = its.left_waiting > 0 ? its.last_left_waiting_at : heard_at;
  }
  if (!blame.reason.empty()) blame.kind = FaultKind::Server;
  return blame;
}

}  // namespace

void blame_server(ConnectionReport& report, TimePoint heard_at) {
  if (report.population) {
    // Of many sessions each was asked by itself.
    if (report.session) return;
    if (report.admission->kept_out == 0) return;
    PopulationReport::Cause cause;
    cause.blame.kind = FaultKind::Server;
    cause.blame.who = report.admission->server;
    cause.blame.reason = kBacklogFull;
    cause.members = report.admission->kept_out;
    report.population->causes.push_back(cause);
    if (report.blame.kind == FaultKind::None) report.blame = cause.blame;
    return;
  }
  SideReport& client = report.sides[index(Role::Client)];
  // Of a session of which nothing has come to be there is no outcome.
  const Outcome outcome = client.outcome.value_or(Outcome::Refused);
  if (!is_loss(outcome, FaultKind::None)) return;
  if (client.blame.kind != FaultKind::None && client.blame.kind != FaultKind::Peer) return;
  // Who never came in may have heard the kernel all the same.
  const bool refused = outcome == Outcome::Refused;
  const Blame blame = no_room(*report.admission, refused ? TimePoint{} : heard_at);
  if (blame.kind == FaultKind::None) return;
  client.blame = blame;
  const FaultKind kind = report.blame.kind;
  if (kind == FaultKind::None || kind == FaultKind::Peer) report.blame = blame;
}

}  // namespace stayalive
