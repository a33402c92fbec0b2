// SPDX-License-Identifier: Apache-2.0
#include "scenario/sections/population_rules.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/check.h"
#include "strategy/strategy.h"

namespace stayalive {

namespace {

void add_reasons_of_streams(const Scenario& scenario, const ConnectionSpec& spec,
                            std::vector<std::string>& reasons) {
  for (const Role role : {Role::Client, Role::Server}) {
    if (spec.close_when_idle[index(role)] != kForever)
      reasons.emplace_back("its ends close when idle");
    if (spec.finishes_after_eof[index(role)])
      reasons.emplace_back("an end finishes after the end of file");
    if (spec.stays_after_eof[index(role)])
      reasons.emplace_back("an end stays after the end of file");
  }
  if (spec.tls) reasons.emplace_back("it uses TLS");
  if (spec.reconnect) reasons.emplace_back("its client connects anew");
  if (std::ranges::any_of(scenario.path,
                          [](const Hop& hop) { return std::holds_alternative<ProxySpec>(hop); }))
    reasons.emplace_back("there is a proxy on the path");
}

}  // namespace

std::vector<std::string> reasons_against_compact(const Scenario& scenario,
                                                 const ConnectionSpec& spec) {
  std::vector<std::string> reasons;
  if (scenario.hosts[spec.client].side == Side::External)
    reasons.emplace_back("the clients are on the external side");
  if (scenario.private_sources == PrivateSources::OneWay)
    reasons.emplace_back("servers have no route back to private addresses");
  if (!spec.listens) reasons.emplace_back("nobody listens");
  if (spec.session) reasons.emplace_back("each client has several connections side by side");
  if (spec.served_by) reasons.emplace_back("its server serves others, too");
  const bool tcp = spec.transport == Transport::Tcp;
  const StrategyKind* kind = find_strategy(spec.strategy);
  CHECK(kind != nullptr, "a connection has a strategy of the registry");
  const CompactForm& form = kind->compact;
  if (!form.over(spec.transport)) {
    reasons.push_back("the strategy is " + spec.strategy + " over " + name(spec.transport));
  } else if (form.reasons_against != nullptr) {
    for (std::string& reason : form.reasons_against(spec.options))
      reasons.push_back(std::move(reason));
  }
  if (spec.server_discards_strangers)
    reasons.emplace_back("the server throws away what comes from elsewhere");
  if (spec.answers_follow) reasons.emplace_back("answers follow their requests");
  if (tcp) add_reasons_of_streams(scenario, spec, reasons);
  const TimePoint end = later(kStart, scenario.duration);
  const auto special = [&](const TrafficSpec& traffic) {
    return traffic.answer || traffic.give_up || traffic.until < end;
  };
  if (std::ranges::any_of(spec.traffic, special))
    reasons.emplace_back("the traffic has answer, give_up or until");
  if (spec.traffic.size() > kMostTrafficOfMany)
    reasons.push_back("there are more than " + std::to_string(kMostTrafficOfMany) +
                      " kinds of traffic");
  if (!scenario.alternatives.empty()) reasons.emplace_back("there are alternatives on the path");
  const auto boxes = std::ranges::count_if(
      scenario.path, [](const Hop& hop) { return std::holds_alternative<MiddleboxSpec>(hop); });
  if (boxes > static_cast<std::ptrdiff_t>(kMostBoxesOfMany))
    reasons.push_back("there are more than " + std::to_string(kMostBoxesOfMany) +
                      " middleboxes on the path");
  return reasons;
}

}  // namespace stayalive
