// SPDX-License-Identifier: Apache-2.0
#include "run/support.h"

#include <algorithm>
#include <variant>

#include "base/text.h"
#include "scenario/profiles/after_expiry.h"
#include "scenario/profiles/profile_options.h"
#include "scenario/profiles/proxy_options.h"

namespace stayalive {
namespace {

const MiddleboxSpec* box_named(const Scenario& scenario, const std::string& name) {
  for (const Hop& hop : scenario.path) {
    const auto* box = std::get_if<MiddleboxSpec>(&hop);
    if (box != nullptr && box->name == name) return box;
  }
  return nullptr;
}

const ProxySpec* proxy_named(const Scenario& scenario, const std::string& name) {
  for (const Hop& hop : scenario.path) {
    const auto* proxy = std::get_if<ProxySpec>(&hop);
    if (proxy != nullptr && proxy->name == name) return proxy;
  }
  return nullptr;
}

Support support_by_timer(const MiddleboxSpec& box, const Blame& blame) {
  const std::string key = "timeouts." + blame.timer;
  const std::string span = print_duration(blame.timeout);
  return {box.name, key, span, blame.timer + " of " + span, status_of(box.statuses, key)};
}

// Whether what this side sent after the flow had ended shows in the verdict.
bool met_the_box_again(const SideReport& side, TimePoint ended) {
  return (side.noticed_at && *side.noticed_at > ended) || side.messages.lost > 0;
}

bool was_taken_up(const ConnectionReport& report) {
  const SideReport& client = report.sides[index(Role::Client)];
  const SideReport& server = report.sides[index(Role::Server)];
  const bool lives = report.outcome == Outcome::Alive || report.outcome == Outcome::Remapped;
  return lives && client.times_forgotten + server.times_forgotten > 0 &&
         client.reconnects + server.reconnects == 0;
}

}  // namespace

Support support_by_expiry(const MiddleboxSpec& box) {
  const bool silent = box.profile.on_expiry == ExpiryAction::Silent;
  const std::string words = silent ? "silent at expiry" : "RST to both ends at expiry";
  return {box.name, "on_expiry", silent ? "silent" : "reset-both", words,
          status_of(box.statuses, "on_expiry")};
}

Support support_by_next_packet(const MiddleboxSpec& box, Side from) {
  const NextSegmentRule next = next_segment(box.profile, from);
  const std::string where = from == Side::Internal ? "inside" : "outside";
  return {box.name, std::string(next.key), std::string(name(next.fate)),
          "the next packet from " + where + ": " + std::string(name(next.fate)),
          status_of(box.statuses, next.key)};
}

std::vector<Support> supports_of(const ConnectionReport& report, const ConnectionSpec& connection,
                                 const Scenario& scenario) {
  const Blame& blame = report.blame;
  if (blame.kind == FaultKind::Proxy && !blame.timer.empty()) {
    const ProxySpec* proxy = proxy_named(scenario, blame.who);
    if (proxy == nullptr) return {};
    const std::string span = print_duration(blame.timeout);
    return {{proxy->name, blame.timer, span, blame.timer + " of " + span,
             proxy_status_of(proxy->statuses, blame.timer)}};
  }
  if (blame.kind != FaultKind::Flow || blame.event != FlowEvent::Expired) return {};
  const MiddleboxSpec* box = box_named(scenario, blame.who);
  if (box == nullptr) return {};
  std::vector<Support> supports{support_by_timer(*box, blame), support_by_expiry(*box)};
  // Whoever was told at that moment sends nothing more.
  const bool tcp = connection.transport == Transport::Tcp;
  if (tcp && box->profile.on_expiry == ExpiryAction::ResetBoth) return supports;
  const bool taken_up = was_taken_up(report);
  for (const Role role : {Role::Client, Role::Server}) {
    const Side side =
        scenario.hosts[role == Role::Client ? connection.client : connection.server].side;
    // Over UDP the next packet from inside opens a new flow whatever the box's rule.
    if (!tcp && side == Side::Internal) continue;
    const bool revives = taken_up && side == Side::Internal;
    if (!revives && !met_the_box_again(report.sides[index(role)], blame.at)) continue;
    supports.push_back(support_by_next_packet(*box, side));
  }
  return supports;
}

const Support* weakest(const std::vector<Support>& supports) {
  const auto less_sure = [](const Support& a, const Support& b) { return a.status < b.status; };
  const auto found = std::max_element(supports.begin(), supports.end(), less_sure);
  return found == supports.end() ? nullptr : &*found;
}

}  // namespace stayalive
