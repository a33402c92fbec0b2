// SPDX-License-Identifier: Apache-2.0
#include "study/advise/shipped_default.h"

#include <array>

#include "base/check.h"
#include "run/run.h"
#include "scenario/document.h"
#include "scenario/products/strategy_choice.h"
#include "study/advise/scenario_draft.h"
#include "study/trials/tally.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 5> kCommonBoxes{"home-router", "carrier-nat", "azure-lb",
                                                       "aws-nlb", "gcp-vpc-firewall"};

std::optional<Duration> died_behind(const StrategyChoice& choice, std::string_view box) {
  ScenarioDraft draft;
  draft.path.boxes.push_back({std::string(box), std::string(box), {}});
  draft.strategy = choice;
  draft.interval = choice.as_shipped();
  draft.duration = kShippedSpan;
  const Result<ScenarioDocument> document = ScenarioDocument::parse(draft.json(), "");
  CHECK(document.ok(), "a draft is JSON");
  const Result<Scenario> scenario = document.value().scenario({}, {});
  CHECK(scenario.ok(), "a product at its default is a right scenario");
  const ConnectionReport report = run(scenario.value()).connections.front();
  Tally tally;
  tally.add(report, kShippedSpan, scenario.value().seed);
  if (tally.held == tally.runs) return std::nullopt;
  return tally.died.least;
}

}  // namespace

std::vector<std::string_view> common_boxes() { return {kCommonBoxes.begin(), kCommonBoxes.end()}; }

ShippedDefault try_as_shipped(const Product& product) {
  const StrategyChoice choice = choose(product);
  ShippedDefault shipped{&product, choice.as_shipped(), {}};
  for (const std::string_view box : kCommonBoxes) {
    shipped.behind.push_back({box, died_behind(choice, box)});
  }
  return shipped;
}

}  // namespace stayalive
