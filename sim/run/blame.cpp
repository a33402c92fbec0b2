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
      break;
    case FaultKind::Flow:
    case FaultKind::Drop:
    case FaultKind::Away:
      blame.who = std::get<MiddleboxSpec>(scenario.path[cause.where]).name;
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

}  // namespace stayalive
