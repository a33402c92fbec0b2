// SPDX-License-Identifier: Apache-2.0
#include "report/comparison_json.h"

#include "picture/blame_text.h"
#include "report/notice_json.h"
#include "study/trials/confidence.h"

namespace stayalive {

void write_comparison_json(std::ostream& out, const Comparison& comparison) {
  using Json = nlohmann::ordered_json;
  Json rows = Json::array();
  for (const ComparisonRow& row : comparison.rows) {
    const Tally& tally = row.tally;
    const Interval likely = confidence(tally.held, tally.runs);
    Json held{{"runs", tally.runs}, {"held", tally.held}};
    held["probability"] =
        row.chance ? Json{{"low", likely.low}, {"high", likely.high}} : Json(nullptr);
    const bool died = tally.died.count > 0;
    rows.push_back({{"strategy", row.label},
                    {"transport", row.transport},
                    {"holds", held},
                    {"died_after", died ? seconds_json(tally.died.least) : Json(nullptr)},
                    {"blame", died ? Json(short_blame(tally.blame)) : Json(nullptr)},
                    {"notices", detection_json(row.detection)},
                    {"per_day", cost_json(tally.cost)}});
  }
  const Json document{
      {"format", "stayalive-comparison"},    {"version", 1},
      {"through", comparison.where},         {"duration", seconds_json(comparison.span)},
      {"complete", !comparison.interrupted}, {"rows", rows}};
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace stayalive
