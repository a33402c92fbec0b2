// SPDX-License-Identifier: Apache-2.0
#include "scenario/population_rules.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "app/census.h"

namespace stayalive {

namespace {

void add_reasons_against_streams(const Scenario& scenario, const ConnectionSpec& spec,
                                 std::vector<std::string>& reasons) {
  for (const Role role : {Role::Client, Role::Server}) {
    if (spec.close_when_idle[index(role)] != kForever)
      reasons.push_back("a population whose ends close when idle is not modelled");
    if (spec.finishes_after_eof[index(role)])
      reasons.push_back("a population that finishes after the end of file is not modelled");
  }
  if (std::ranges::any_of(scenario.path,
                          [](const Hop& hop) { return std::holds_alternative<ProxySpec>(hop); }))
    reasons.push_back("a population through a proxy is not modelled");
}

}  // namespace

std::vector<std::string> reasons_against_many(const Scenario& scenario,
                                              const ConnectionSpec& spec) {
  std::vector<std::string> reasons;
  if (scenario.hosts[spec.client].side == Side::External)
    reasons.push_back("the members of a population are on the internal side of the path");
  const bool tcp = spec.transport == Transport::Tcp;
  const std::string_view pings = tcp ? "tcp_keepalive" : "keepalive";
  if (spec.strategy != "silent" && spec.strategy != pings) {
    reasons.push_back("a population over " + std::string(name(spec.transport)) +
                      " with the strategy " + spec.strategy + " is not modelled");
  }
  if (tcp) add_reasons_against_streams(scenario, spec, reasons);
  if (!tcp && spec.strategy == "keepalive") {
    for (const std::string_view key : {"retries", "max_pings_without_data"}) {
      if (spec.options.count(key) > 0)
        reasons.push_back("a population whose keepalive has " + std::string(key) +
                          " is not modelled");
    }
    for (const std::string_view key : {"retry_interval", "give_up_after", "min_ping_interval"}) {
      if (spec.options.span(key) > Duration::zero())
        reasons.push_back("a population whose keepalive has " + std::string(key) +
                          " is not modelled");
    }
  }
  const TimePoint end = later(kStart, scenario.duration);
  for (const TrafficSpec& traffic : spec.traffic) {
    if (traffic.answer || traffic.give_up || traffic.until < end)
      reasons.push_back("traffic of a population is without answer, give_up and until");
  }
  if (spec.traffic.size() > kMostTrafficOfMany)
    reasons.push_back("a population has at most " + std::to_string(kMostTrafficOfMany) +
                      " kinds of traffic");
  const auto boxes = std::ranges::count_if(
      scenario.path, [](const Hop& hop) { return std::holds_alternative<MiddleboxSpec>(hop); });
  if (boxes > static_cast<std::ptrdiff_t>(Census::kMostBoxes))
    reasons.push_back("a population crosses at most " + std::to_string(Census::kMostBoxes) +
                      " middleboxes");
  return reasons;
}

}  // namespace stayalive
