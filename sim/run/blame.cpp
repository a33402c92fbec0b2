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

}  // namespace stayalive
