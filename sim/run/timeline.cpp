// SPDX-License-Identifier: Apache-2.0
#include "run/timeline.h"

#include <utility>

#include "run/blame.h"

namespace stayalive {

Timeline::Timeline(const Scenario& scenario, std::size_t connection) : scenario_(scenario) {
  const ConnectionSpec& spec = scenario.connections[connection];
  report_.name = spec.name;
  report_.strategy = spec.played_as();
  report_.transport = name(spec.transport);
  for (const Role role : {Role::Client, Role::Server}) {
    report_.sides[index(role)].host =
        scenario.hosts[role == Role::Client ? spec.client : spec.server].name;
  }
}

void Timeline::happened(std::uint32_t, Role role, const SideEvent& event) {
  SideReport& side = report_.sides[index(role)];
  if (event.kind == SideEvent::Kind::Opened && !side.opened_at) side.opened_at = event.at;
  const bool lost = event.kind == SideEvent::Kind::Noticed || event.kind == SideEvent::Kind::Rested;
  if (lost && event.outcome != Outcome::Closed) ++side.losses;
  bool& rests = rests_[index(role)];
  if (event.kind == SideEvent::Kind::Noticed) ++side.reconnects;
  if (event.kind == SideEvent::Kind::Opening && std::exchange(rests, false)) ++side.reconnects;
  if (event.kind == SideEvent::Kind::Rested) rests = true;
  const bool over = event.kind == SideEvent::Kind::Noticed ||
                    event.kind == SideEvent::Kind::Rested || event.kind == SideEvent::Kind::Ended ||
                    event.kind == SideEvent::Kind::HostDown;
  if (!over) return;
  side.message = event.ending.message;
  side.exit_code = event.ending.exit_code;
  side.error = event.error;
}

void Timeline::became(std::uint32_t, Role role, Outcome outcome, TimePoint at,
                      const SideEvent* event) {
  SideReport& side = report_.sides[index(role)];
  side.timeline.push_back({at, outcome, event == nullptr ? "" : event->ending.message});
  if (outcome == Outcome::Forgotten) ++side.times_forgotten;
}

void Timeline::concluded(std::uint32_t, const ConnectionResult& result) {
  for (std::size_t role = 0; role < report_.sides.size(); ++role) {
    SideReport& side = report_.sides[role];
    side.outcome = result.sides[role].outcome;
    side.forgotten_at = result.sides[role].forgotten_at;
    side.noticed_at = result.sides[role].noticed_at;
    side.blackhole = result.sides[role].blackhole;
    side.blame = blame_of(result.sides[role].blame, scenario_);
  }
  report_.outcome = result.outcome;
  report_.blame = blame_of(result.blame, scenario_);
}

ConnectionReport Timeline::report(const ConnectionRecord& record, TimePoint end) const {
  ConnectionReport report = report_;
  for (const Role role : {Role::Client, Role::Server}) {
    const MessageBooks& messages = record.messages[index(role)];
    report.sides[index(role)].counters = record.counters_by(end, role);
    report.sides[index(role)].messages = messages.counters(end);
    report.sides[index(role)].unsent_at = messages.unsent_at();
    report.sides[index(role)].refused_at = messages.refused_at();
  }
  return report;
}

}  // namespace stayalive
