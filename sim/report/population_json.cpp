// SPDX-License-Identifier: Apache-2.0
#include "report/population_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "document/seconds_json.h"
#include "report/blame_json.h"

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

Json messages_json(const MessageCounters& messages) {
  return Json{{"sent", messages.sent},
              {"delivered", messages.delivered},
              {"lost", messages.lost},
              {"unsent", messages.unsent}};
}

Json outcomes_json(const PopulationReport::Outcomes& counts) {
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (counts[i] > 0) outcomes[std::string(kOutcomeNames[i])] = counts[i];
  }
  return outcomes;
}

Json spread_json(const std::array<Duration, 5>& spans) {
  constexpr std::array<const char*, 5> kNames{"first", "p10", "median", "p90", "last"};
  Json spread = Json::object();
  for (std::size_t i = 0; i < kNames.size(); ++i) spread[kNames[i]] = seconds_json(spans[i]);
  return spread;
}

Json end_json(const PopulationReport::End& end) {
  Json errors = Json::object();
  for (std::size_t i = 1; i < kSocketErrors; ++i) {
    if (end.errors[i] > 0) errors[name(static_cast<SocketError>(i))] = end.errors[i];
  }
  return Json{{"outcomes", outcomes_json(end.outcomes)},
              {"noticed", end.noticed},
              {"noticed_after", end.delays ? spread_json(*end.delays) : Json(nullptr)},
              {"errors", errors}};
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
  Json deaths = nullptr;
  if (population.first_deaths) {
    std::array<Duration, 5> since_start{};
    for (std::size_t i = 0; i < since_start.size(); ++i)
      since_start[i] = (*population.first_deaths)[i].time_since_epoch();
    deaths = spread_json(since_start);
  }
  Json causes = Json::array();
  for (const PopulationReport::Cause& cause : population.causes)
    causes.push_back(cause_json(cause));
  Json json{{"count", population.count},
            {"began", population.started},
            {"left", population.left},
            {"outcomes", outcomes_json(population.outcomes)},
            {"fell", population.fell},
            {"ever_forgotten", population.ever_forgotten},
            {"deaths", population.deaths},
            {"first_forgotten", deaths},
            {"blackhole_mean", seconds_json(population.blackhole_mean)},
            {"blackhole_most", seconds_json(population.blackhole_most)},
            {"causes", causes},
            {"messages", Json{{"client", messages_json(population.messages[0])},
                              {"server", messages_json(population.messages[1])}}}};
  if (population.ends) {
    json["ends"] = Json{{"client", end_json((*population.ends)[0])},
                        {"server", end_json((*population.ends)[1])}};
  }
  return json;
}

}  // namespace stayalive
