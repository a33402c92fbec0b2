// SPDX-License-Identifier: Apache-2.0
#include "study/advise/constraint.h"

#include <variant>

#include "scenario/profiles/profile_options.h"

namespace stayalive {
namespace {

const MiddleboxSpec* find_box(const Scenario& scenario, const std::string& name) {
  for (const Hop& hop : scenario.path) {
    const auto* box = std::get_if<MiddleboxSpec>(&hop);
    if (box != nullptr && box->name == name) return box;
  }
  return nullptr;
}

// Where the value of the box's timer comes from.
void quote_source(const MiddleboxSpec& box, Constraint& constraint) {
  const std::string key = "timeouts." + constraint.blame.timer;
  const ValueStatus status = status_of(box.statuses, key);
  constraint.profile = box.profile.name;
  constraint.status = status;
  const ProfileDocument* document = find_builtin_profile(box.profile.name);
  const SourcedValue* value = document == nullptr ? nullptr : document->find(key);
  if (value != nullptr && value->status == status) constraint.source = value->source;
}

TimePoint last_change(const SideReport& side) {
  return side.timeline.empty() ? kNever : side.timeline.back().at;
}

}  // namespace

std::string Constraint::key() const {
  return std::string(name(blame.kind)) + '|' + blame.who + '|' + blame.timer + '|' +
         (blame.kind == FaultKind::None ? words + refusal : "");
}

Constraint find_constraint(const Scenario& scenario, const ConnectionReport& report) {
  Constraint constraint;
  constraint.blame = report.blame;
  if (report.blame.kind == FaultKind::Flow) {
    const MiddleboxSpec* box = find_box(scenario, report.blame.who);
    if (box != nullptr) quote_source(*box, constraint);
  }
  // The words of the side that ended first are the cause; the other's only follow.
  const SideReport& client = report.sides[index(Role::Client)];
  const SideReport& server = report.sides[index(Role::Server)];
  const bool server_first = client.message.empty() ||
                            (!server.message.empty() && last_change(server) < last_change(client));
  constraint.words = server_first ? server.message : client.message;
  constraint.who = name(server_first ? Role::Server : Role::Client);
  return constraint;
}

}  // namespace stayalive
