// SPDX-License-Identifier: Apache-2.0
#include "report/population_json.h"

#include <nlohmann/json.hpp>

#include "report/blame_json.h"
#include "report/seconds_json.h"

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

Json messages_json(const MessageCounters& messages) {
  return Json{{"sent", messages.sent},
              {"delivered", messages.delivered},
              {"lost", messages.lost},
              {"unsent", messages.unsent}};
}

Json cause_json(const PopulationReport::Cause& cause) {
  const bool barred = cause.blame.kind == FaultKind::Drop;
  const bool flow = cause.blame.kind == FaultKind::Flow;
  return Json{{"who", cause.blame.who},
              {"reason", barred ? Json(cause.blame.reason) : Json(nullptr)},
              {"event", flow ? Json(flow_event_name(cause.blame.event)) : Json(nullptr)},
              {"timer", flow ? Json(cause.blame.timer) : Json(nullptr)},
              {"timeout", flow ? seconds_json(cause.blame.timeout) : Json(nullptr)},
              {"members", cause.members},
              {"deaths", cause.deaths}};
}

}  // namespace

Json population_json(const PopulationReport& population) {
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (population.outcomes[i] > 0)
      outcomes[std::string(kOutcomeNames[i])] = population.outcomes[i];
  }
  Json deaths = nullptr;
  if (population.first_deaths) {
    constexpr std::array<const char*, 5> kNames{"first", "p10", "median", "p90", "last"};
    deaths = Json::object();
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      deaths[kNames[i]] = seconds_json((*population.first_deaths)[i].time_since_epoch());
    }
  }
  Json causes = Json::array();
  for (const PopulationReport::Cause& cause : population.causes)
    causes.push_back(cause_json(cause));
  return Json{{"count", population.count},
              {"began", population.started},
              {"left", population.left},
              {"outcomes", outcomes},
              {"ever_forgotten", population.ever_forgotten},
              {"deaths", population.deaths},
              {"first_forgotten", deaths},
              {"blackhole_mean", seconds_json(population.blackhole_mean)},
              {"blackhole_most", seconds_json(population.blackhole_most)},
              {"causes", causes},
              {"messages", Json{{"client", messages_json(population.messages[0])},
                                {"server", messages_json(population.messages[1])}}}};
}

}  // namespace stayalive
