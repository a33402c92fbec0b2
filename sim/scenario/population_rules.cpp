// SPDX-License-Identifier: Apache-2.0
#include "scenario/population_rules.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "app/census.h"

namespace stayalive {

std::vector<std::string> reasons_against_compact(const Scenario& scenario,
                                                 const ConnectionSpec& spec) {
  std::vector<std::string> reasons;
  if (scenario.hosts[spec.client].side == Side::External)
    reasons.push_back("the clients are on the external side");
  if (spec.transport != Transport::Udp) reasons.push_back("the transport is tcp");
  if (spec.strategy != "silent" && spec.strategy != "keepalive")
    reasons.push_back("the strategy is " + spec.strategy);
  if (spec.strategy == "keepalive") {
    for (const std::string_view key : {"retries", "max_pings_without_data"}) {
      if (spec.options.count(key) > 0) reasons.push_back("the keepalive has " + std::string(key));
    }
    for (const std::string_view key : {"retry_interval", "give_up_after", "min_ping_interval"}) {
      if (spec.options.span(key) > Duration::zero())
        reasons.push_back("the keepalive has " + std::string(key));
    }
  }
  const TimePoint end = later(kStart, scenario.duration);
  const auto special = [&](const TrafficSpec& traffic) {
    return traffic.answer || traffic.give_up || traffic.until < end;
  };
  if (std::ranges::any_of(spec.traffic, special))
    reasons.emplace_back("the traffic has answer, give_up or until");
  if (spec.traffic.size() > kMostTrafficOfMany)
    reasons.push_back("there are more than " + std::to_string(kMostTrafficOfMany) +
                      " kinds of traffic");
  const auto boxes = std::ranges::count_if(
      scenario.path, [](const Hop& hop) { return std::holds_alternative<MiddleboxSpec>(hop); });
  if (boxes > static_cast<std::ptrdiff_t>(Census::kMostBoxes))
    reasons.push_back("there are more than " + std::to_string(Census::kMostBoxes) +
                      " middleboxes on the path");
  return reasons;
}

}  // namespace stayalive
