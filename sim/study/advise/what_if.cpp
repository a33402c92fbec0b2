// SPDX-License-Identifier: Apache-2.0
#include "study/advise/what_if.h"

#include <variant>

#include "run/support.h"

namespace stayalive {
namespace {

MiddleboxSpec* box_in(Scenario& scenario, const std::string& name) {
  for (Hop& hop : scenario.path) {
    auto* box = std::get_if<MiddleboxSpec>(&hop);
    if (box != nullptr && box->name == name) return box;
  }
  return nullptr;
}

// key: of on_expiry or of a NextSegmentRule.
void turn(Profile& profile, std::string_view key) {
  Netfilter& netfilter = profile.netfilter;
  if (key == "on_expiry") {
    const bool silent = profile.on_expiry == ExpiryAction::Silent;
    profile.on_expiry = silent ? ExpiryAction::ResetBoth : ExpiryAction::Silent;
  } else if (key == "stray_internal") {
    const bool drops = profile.stray_internal == StrayInternal::Drop;
    profile.stray_internal = drops ? StrayInternal::Reset : StrayInternal::Drop;
  } else if (key == "stray_external") {
    const bool drops = profile.stray_external == StrayExternal::Drop;
    profile.stray_external = drops ? StrayExternal::Reset : StrayExternal::Drop;
  } else if (key == "netfilter.input") {
    const bool drops =
        netfilter.input == InputPolicy::Drop || netfilter.input == InputPolicy::DropInvalid;
    netfilter.input = drops ? InputPolicy::Accept : InputPolicy::Drop;
  } else if (key == "netfilter.forward") {
    const bool stateful = netfilter.forward == ForwardPolicy::Stateful;
    netfilter.forward = stateful ? ForwardPolicy::Accept : ForwardPolicy::Stateful;
  } else if (key == "netfilter.tcp_loose") {
    netfilter.tcp_loose = !netfilter.tcp_loose;
  }
}

Support as_it_is(const MiddleboxSpec& box, const Support& value) {
  if (value.key == "on_expiry") return support_by_expiry(box);
  const bool inside = value.key == "stray_internal" || value.key == "netfilter.tcp_loose";
  return support_by_next_packet(box, inside ? Side::Internal : Side::External);
}

}  // namespace

std::vector<Support> after_expiry_of(const Scenario& scenario, std::size_t connection,
                                     const ConnectionReport& report) {
  std::vector<Support> supports = supports_of(report, scenario.connections[connection], scenario);
  if (supports.empty()) return supports;
  Scenario copy = scenario;
  const MiddleboxSpec* box = box_in(copy, supports.front().who);
  if (box == nullptr) return supports;  // a proxy has told both ends
  const bool tcp = scenario.connections[connection].transport == Transport::Tcp;
  supports.resize(2);  // the timer, and what happens at expiry
  if (tcp && box->profile.on_expiry == ExpiryAction::ResetBoth) return supports;
  if (tcp) supports.push_back(support_by_next_packet(*box, Side::Internal));
  supports.push_back(support_by_next_packet(*box, Side::External));
  return supports;
}

Scenario with_turned(const Scenario& scenario, const Support& value) {
  Scenario turned = scenario;
  if (MiddleboxSpec* box = box_in(turned, value.who)) turn(box->profile, value.key);
  return turned;
}

std::vector<TurnedValue> turn_round(const Scenario& quiet, std::size_t connection,
                                    const Death& death, const std::stop_token& stop) {
  std::vector<TurnedValue> all;
  const bool tcp = quiet.connections[connection].transport == Transport::Tcp;
  for (const Support& value : death.rests_on) {
    if (is_sourced(value.status) || value.key.starts_with("timeouts.")) continue;
    // At expiry a box tells only the ends of TCP connections.
    if (value.key == "on_expiry" && !tcp) continue;
    Scenario other = with_turned(quiet, value);
    const MiddleboxSpec* box = box_in(other, value.who);
    if (box == nullptr) continue;  // the value is a proxy's: which timer ran out
    TurnedValue turned;
    turned.value = value;
    turned.turned = as_it_is(*box, value).words;
    turned.next = next_messages(other, connection, death.asked_at, stop);
    turned.changes = turned.next != death.next;
    all.push_back(std::move(turned));
  }
  return all;
}

}  // namespace stayalive
