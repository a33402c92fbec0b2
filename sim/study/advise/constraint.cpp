// SPDX-License-Identifier: Apache-2.0
#include "study/advise/constraint.h"

#include <variant>

#include "scenario/profiles/profile_options.h"
#include "scenario/profiles/proxies.h"
#include "scenario/profiles/proxy_options.h"

namespace stayalive {
namespace {

// The hop of this kind that has the name; nullptr where there is none.
template <class Spec>
const Spec* find_hop(const Scenario& scenario, const std::string& name) {
  for (const Hop& hop : scenario.path) {
    const auto* spec = std::get_if<Spec>(&hop);
    if (spec != nullptr && spec->name == name) return spec;
  }
  return nullptr;
}

// Where the value of the timer comes from.
void quote_source(const std::string& profile, const SourcedFile* file, const std::string& key,
                  ValueStatus status, Constraint& constraint) {
  constraint.profile = profile;
  constraint.status = status;
  const SourcedValue* value = file == nullptr ? nullptr : file->find(key);
  if (value != nullptr && value->status == status) constraint.source = value->source;
}

void quote_timer(const Scenario& scenario, const Blame& blame, Constraint& constraint) {
  if (const auto* box = find_hop<MiddleboxSpec>(scenario, blame.who);
      box != nullptr && blame.kind == FaultKind::Flow) {
    const std::string key = "timeouts." + blame.timer;
    quote_source(box->profile.name, find_builtin_profile(box->profile.name), key,
                 status_of(box->statuses, key), constraint);
  }
  const auto* proxy = find_hop<ProxySpec>(scenario, blame.who);
  if (proxy != nullptr && !proxy->profile.empty() && !blame.timer.empty()) {
    quote_source(proxy->profile, find_builtin_proxy(proxy->profile), blame.timer,
                 proxy_status_of(proxy->statuses, blame.timer), constraint);
  }
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
  quote_timer(scenario, report.blame, constraint);
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
