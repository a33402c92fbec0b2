// SPDX-License-Identifier: Apache-2.0
#include "report/advice_json.h"

#include <nlohmann/json.hpp>

#include "report/advice_text.h"
#include "report/notice_json.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

const char* answer_name(IntervalTrial::Answer answer) {
  switch (answer) {
    case IntervalTrial::Answer::Holds:
      return "holds";
    case IntervalTrial::Answer::Fails:
      return "fails";
    case IntervalTrial::Answer::Undecided:
      return "undecided";
    case IntervalTrial::Answer::Refused:
      return "refused";
  }
  return "fails";
}

Json trial_json(const IntervalTrial& trial, bool chance) {
  const Interval likely = confidence(trial.tally.held, trial.tally.runs);
  Json json{{"interval", seconds_json(trial.interval)},
            {"answer", answer_name(trial.answer)},
            {"duration", seconds_json(trial.span)},
            {"runs", trial.tally.runs},
            {"held", trial.tally.held}};
  json["probability"] = chance ? Json{{"low", likely.low}, {"high", likely.high}} : Json(nullptr);
  if (trial.holds()) json["per_day"] = cost_json(trial.tally.cost);
  return json;
}

Json failure_json(const IntervalTrial& trial, const Constraint& constraint, bool chance) {
  Json json = trial_json(trial, chance);
  const Blame& blame = constraint.blame;
  json["because"] = failure_sentence(trial, constraint);
  json["who"] = text_or_null(blame.who);
  json["timer"] = text_or_null(blame.timer);
  json["timeout"] = blame.timer.empty() ? Json(nullptr) : seconds_json(blame.timeout);
  json["profile"] = text_or_null(constraint.profile);
  json["status"] = text_or_null(constraint.status);
  json["source"] = text_or_null(constraint.source);
  return json;
}

Json end_json(const std::optional<WindowEnd>& end, bool chance) {
  if (!end) return nullptr;
  Json json = trial_json(end->inside, chance);
  json["beyond"] =
      end->outside ? failure_json(*end->outside, end->constraint, chance) : Json(nullptr);
  return json;
}

Json recommendation_json(const Advice& advice) {
  if (!advice.recommendation) return nullptr;
  const Recommendation& chosen = *advice.recommendation;
  Json json = trial_json(chosen.trial, advice.chance);
  json["strategy"] = advice.strategy.label(chosen.trial.interval);
  json["margin"] = {{"lost_keepalives", chosen.endurance.lost},
                    {"outage", seconds_json(chosen.endurance.outage)},
                    {"longest_outage_tried", chosen.endurance.endless},
                    {"late_percent", chosen.late_percent},
                    {"as_wanted", chosen.full_margin}};
  json["notices"] = detection_json(chosen.detection);
  json["in_time"] = chosen.in_time;
  Json pastes = Json::array();
  for (const auto& [where, lines] : advice.strategy.pastes(chosen.trial.interval)) {
    pastes.push_back({{"where", where}, {"lines", lines}});
  }
  json["paste"] = pastes;
  return json;
}

}  // namespace

void write_advice_json(std::ostream& out, const Advice& advice) {
  Json contradiction = Json::array();
  for (const Failure& failure : advice.contradiction) {
    contradiction.push_back(failure_json(failure.trial, failure.constraint, advice.chance));
  }
  Json beyond_hole = Json::array();
  for (const Duration interval : advice.beyond_hole) beyond_hole.push_back(seconds_json(interval));
  const double target = static_cast<double>(advice.rules.target_millionths) / 1e6;
  const Json document{{"format", "stayalive-advice"},
                      {"version", 1},
                      {"strategy", advice.strategy.label(std::nullopt)},
                      {"through", advice.where},
                      {"survive", seconds_json(advice.rules.survive)},
                      {"target", advice.chance ? Json(target) : Json(nullptr)},
                      {"runs", advice.runs},
                      {"complete", !advice.interrupted},
                      {"recommended", recommendation_json(advice)},
                      {"shortest", end_json(advice.least, advice.chance)},
                      {"longest", end_json(advice.most, advice.chance)},
                      {"unlimited", advice.unlimited},
                      {"beyond_hole", beyond_hole},
                      {"contradiction", contradiction},
                      {"simplified", std::string(advice.strategy.recipe->note)}};
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace stayalive
