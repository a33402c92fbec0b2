// SPDX-License-Identifier: Apache-2.0
#include "report/advice/comparison_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "picture/chart/chart_scale.h"
#include "report/advice/notice.h"
#include "report/counted.h"

namespace stayalive {
namespace {

// Whether it stands anywhere: it is noticed some time, and what it costs is known.
bool is_placed(const ComparisonRow& row) {
  return row.detection.known && row.detection.crash[index(Role::Client)].always &&
         row.tally.cost.time > Duration::zero();
}
double noticed_seconds(const ComparisonRow& row) {
  return static_cast<double>(row.detection.crash[index(Role::Client)].worst / 1ms) / 1000;
}
double bytes_of(const ComparisonRow& row) {
  return static_cast<double>(row.tally.cost.per_day(row.tally.cost.bytes));
}

}  // namespace

std::optional<Chart> draw_comparison(const Comparison& comparison) {
  std::vector<double> spans;
  std::vector<double> costs;
  std::string absent;
  for (const ComparisonRow& row : comparison.rows) {
    if (!is_placed(row)) {
      absent += (absent.empty() ? "" : ", ") + row.label;
      continue;
    }
    spans.push_back(noticed_seconds(row));
    costs.push_back(bytes_of(row));
  }
  if (spans.empty()) return std::nullopt;
  const ChartScale across(spans, true);
  const ChartScale up(costs, true);
  ChartPanel panel{"What it costs, against how soon the client notices that the server is gone",
                   "hollow: the connection did not hold",
                   {"from the crash to being noticed, at most", {}},
                   {"bytes a day, of the client", {}}};
  panel.x.ticks = span_ticks(across, *std::ranges::max_element(spans));
  panel.y.ticks = number_ticks(up);
  for (const ComparisonRow& row : comparison.rows) {
    if (!is_placed(row)) continue;
    const int y = up.place(bytes_of(row));
    const bool held = row.tally.held == row.tally.runs;
    panel.series.push_back(
        {row.label,
         {{across.place(noticed_seconds(row)), y, y, y, held, "",
           fmt::format("{}: {} to notice, {:.0f} bytes a day", row.label,
                       notice_text(row.detection.crash[index(Role::Client)]), bytes_of(row))}}});
  }
  Chart chart;
  chart.title = "Through " + comparison.where;
  chart.subtitle = "runs of " + print_duration(comparison.span);
  chart.panels.push_back(std::move(panel));
  if (!absent.empty())
    chart.caption.push_back("Not drawn, because it is never noticed or ends before: " + absent);
  for (const ChartSeries& series : chart.panels.front().series)
    chart.description += series.points.front().tip + "\n";
  return chart;
}

}  // namespace stayalive
