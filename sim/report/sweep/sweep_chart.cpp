// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "document/brief.h"
#include "picture/blame_text.h"
#include "picture/chart/chart_scale.h"
#include "picture/chart/chart_svg.h"
#include "report/counted.h"
#include "report/sweep/axis_unit.h"
#include "report/sweep/sweep_story.h"
#include "study/sweep/boundary.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

// More curves, and more maps, nobody tells apart.
constexpr std::size_t kMostCurves = 2 * kCurveColours;
constexpr std::size_t kMostMaps = 6;

// Where the values of an axis stand: by their size where they have one, else one after the other.
// apart: in the middle of cells of one width.
ChartAxis value_axis(const Axis& axis, const std::string& title, bool cells) {
  ChartAxis drawn{title, {}};
  const AxisUnit unit = unit_of(axis);
  std::vector<double> numbers;
  for (const JsonValue& value : axis.values) {
    const std::optional<double> number = number_of(value, unit);
    if (number) numbers.push_back(*number);
  }
  const auto count = static_cast<int>(axis.values.size());
  const bool measured = !cells && static_cast<int>(numbers.size()) == count &&
                        *std::ranges::max_element(numbers) > *std::ranges::min_element(numbers);
  const ChartScale scale(measured ? numbers : std::vector<double>(), false);
  for (int i = 0; i < count; ++i) {
    const auto n = static_cast<std::size_t>(i);
    const int at = measured    ? scale.place(numbers[n])
                   : cells     ? (2 * i + 1) * 500 / count
                   : count > 1 ? i * 1000 / (count - 1)
                               : 500;
    drawn.ticks.push_back({at, label(axis.values[n])});
  }
  return drawn;
}

ChartAxis share_axis() {
  ChartAxis axis{"runs that held", {}};
  for (int percent = 0; percent <= 100; percent += 25)
    axis.ticks.push_back({percent * 10, std::to_string(percent) + " %"});
  return axis;
}

std::string held_words(const Tally& tally) {
  if (tally.runs == 1) return tally.held == 1 ? "holds" : "does not hold";
  return fmt::format("held in {} of {}", tally.held, counted(tally.runs, "run"));
}

std::string tip_of(const Tally& tally, const std::string& where) {
  const std::string blame = tally.held < tally.runs ? short_blame(tally.blame) : "";
  return fmt::format("{} at {}: {}{}{}", tally.name, where, held_words(tally),
                     blame.empty() ? "" : "; ", blame);
}

std::optional<Duration> noticed(const Tally& tally) {
  std::optional<Duration> soonest;
  for (const SpanStatistics& its : tally.noticed) {
    if (its.count > 0 && (!soonest || its.mean() < *soonest)) soonest = its.mean();
  }
  return soonest;
}

class SweepChart {
 public:
  explicit SweepChart(const Sweep& sweep) : sweep_(sweep), names_(axis_names(sweep)) {
    for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
      if (sweep.axes[i].values.size() > 1) varied_.push_back(i);
    }
    for (const SweepPoint& point : sweep.points)
      connections_ = std::max(connections_, point.connections.size());
  }
  Result<Chart> draw() const;

 private:
  const Tally* tally(std::size_t point, std::size_t connection) const {
    const SweepPoint& its = sweep_.points[point];
    return its.done && connection < its.connections.size() ? &its.connections[connection] : nullptr;
  }
  std::string connection_name(std::size_t connection) const;
  std::string value_at(std::size_t axis, std::size_t point) const {
    return label(sweep_.axes[axis].values[sweep_.place(point)[axis]]);
  }
  ChartPanel survival() const;
  std::optional<ChartPanel> cost() const;
  ChartPanel map(std::size_t connection) const;

  const Sweep& sweep_;
  std::vector<std::string> names_;
  std::vector<std::size_t> varied_;
  std::size_t connections_ = 0;
};

std::string SweepChart::connection_name(std::size_t connection) const {
  for (std::size_t i = 0; i < sweep_.points.size(); ++i) {
    if (const Tally* its = tally(i, connection)) return its->name;
  }
  return "";
}

ChartPanel SweepChart::survival() const {
  const std::size_t axis = varied_.front();
  ChartPanel panel{"How often a connection held, over " + names_[axis],
                   "the band: where the probability lies with a confidence of 95 %",
                   value_axis(sweep_.axes[axis], names_[axis], false), share_axis()};
  bool chance = false;
  for (std::size_t connection = 0; connection < std::min(connections_, kMostCurves); ++connection) {
    ChartSeries series{connection_name(connection), {}};
    for (std::size_t point = 0; point < sweep_.points.size(); ++point) {
      const Tally* its = tally(point, connection);
      if (its == nullptr || its->runs == 0) continue;
      chance = chance || its->runs > 1;
      const double share = static_cast<double>(its->held) / static_cast<double>(its->runs);
      const Interval likely =
          its->runs > 1 ? confidence(its->held, its->runs) : Interval{share, share};
      series.points.push_back({panel.x.ticks[sweep_.place(point)[axis]].at, thousandths_of(share),
                               thousandths_of(likely.low), thousandths_of(likely.high),
                               mostly_held(*its), "", tip_of(*its, value_at(axis, point))});
    }
    std::ranges::stable_sort(series.points, {}, &ChartPoint::x);
    panel.series.push_back(std::move(series));
  }
  if (!chance) panel.note = "nothing depends on chance: one run of each point";
  if (connections_ > kMostCurves)
    panel.note += fmt::format("; {} of {} connections are drawn", kMostCurves, connections_);
  return panel;
}

// Empty where no end had anything to notice.
std::optional<ChartPanel> SweepChart::cost() const {
  const std::size_t axis = varied_.front();
  std::vector<double> spans;
  std::vector<double> costs;
  for (std::size_t point = 0; point < sweep_.points.size(); ++point) {
    for (std::size_t connection = 0; connection < connections_; ++connection) {
      const Tally* its = tally(point, connection);
      if (its == nullptr || !noticed(*its)) continue;
      spans.push_back(static_cast<double>(*noticed(*its) / 1ms) / 1000);
      costs.push_back(static_cast<double>(its->cost.per_day(its->cost.bytes)));
    }
  }
  if (spans.empty()) return std::nullopt;
  const ChartScale across(spans, true);
  const ChartScale up(costs, true);
  ChartPanel panel{
      "What it costs, against how soon an end notices that it is dead",
      "each point is a value of " + names_[axis] + "; hollow: the connection did not hold there",
      {"from being dead to being noticed, by the end that is sooner", {}},
      {"bytes a day, of the client", {}}};
  panel.x.ticks = span_ticks(across, *std::ranges::max_element(spans));
  panel.y.ticks = number_ticks(up);
  for (std::size_t connection = 0; connection < std::min(connections_, kMostCurves); ++connection) {
    ChartSeries series{connection_name(connection), {}};
    for (std::size_t point = 0; point < sweep_.points.size(); ++point) {
      const Tally* its = tally(point, connection);
      if (its == nullptr || !noticed(*its)) continue;
      const int y = up.place(static_cast<double>(its->cost.per_day(its->cost.bytes)));
      series.points.push_back({across.place(static_cast<double>(*noticed(*its) / 1ms) / 1000), y, y,
                               y, mostly_held(*its), value_at(axis, point),
                               tip_of(*its, value_at(axis, point))});
    }
    panel.series.push_back(std::move(series));
  }
  return panel;
}

ChartPanel SweepChart::map(std::size_t connection) const {
  const std::size_t up = varied_[0];
  const std::size_t across = varied_[1];
  ChartPanel panel{connection_name(connection), "",
                   value_axis(sweep_.axes[across], names_[across], true),
                   value_axis(sweep_.axes[up], names_[up], true)};
  const std::size_t columns = panel.x.ticks.size();
  panel.cells.resize(columns * panel.y.ticks.size(), {-1, "", "not run"});
  for (std::size_t point = 0; point < sweep_.points.size(); ++point) {
    const Tally* its = tally(point, connection);
    if (its == nullptr || its->runs == 0) continue;
    const std::vector<std::size_t> place = sweep_.place(point);
    const std::string where = fmt::format("{} {}, {} {}", names_[up], value_at(up, point),
                                          names_[across], value_at(across, point));
    panel.cells[place[up] * columns + place[across]] = {
        thousandths_of(static_cast<double>(its->held) / static_cast<double>(its->runs)),
        its->runs > 1    ? fmt::format("{}/{}", its->held, its->runs)
        : its->held == 1 ? "yes"
                         : "no",
        tip_of(*its, where)};
  }
  return panel;
}

Result<Chart> SweepChart::draw() const {
  if (varied_.empty() || varied_.size() > 2) {
    Diagnostic mistake;
    mistake.message =
        varied_.empty()
            ? "a chart shows how something varies, and no axis has several values"
            : fmt::format(
                  "a chart shows one axis or two; {} vary: {}", varied_.size(),
                  join_choices(std::vector<std::string_view>(names_.begin(), names_.end())));
    mistake.allowed = "one value for the others, as in --axis PATH=30s";
    return std::vector<Diagnostic>{mistake};
  }
  Chart chart;
  chart.title = sweep_.title.empty() ? sweep_.file : sweep_.title;
  chart.subtitle = counted(sweep_.points.size(), "point");
  if (sweep_.done() < sweep_.points.size())
    chart.subtitle += fmt::format(", {} of them done", sweep_.done());
  for (std::size_t i = 0; i < sweep_.axes.size(); ++i) {
    if (sweep_.axes[i].values.size() == 1)
      chart.subtitle += fmt::format("; {} {}", names_[i], label(sweep_.axes[i].values.front()));
  }
  if (varied_.size() == 1) {
    chart.panels.push_back(survival());
    if (std::optional<ChartPanel> costs = cost()) {
      chart.panels.push_back(std::move(*costs));
    } else {
      chart.caption.push_back(
          "No connection died and was noticed to be dead, so that there is no "
          "time until that to compare with what it costs.");
    }
    const std::vector<std::string> told = tell_axis(sweep_, varied_.front());
    chart.caption.insert(chart.caption.begin(), told.begin(), told.end());
  } else {
    for (std::size_t i = 0; i < std::min(connections_, kMostMaps); ++i)
      chart.panels.push_back(map(i));
    chart.caption.push_back(
        "In each field: in how many runs the connection held.  Empty fields were not run.");
    if (connections_ > kMostMaps)
      chart.caption.push_back(
          fmt::format("{} of {} connections are drawn.", kMostMaps, connections_));
  }
  return chart;
}

}  // namespace

Result<Chart> draw_sweep(const Sweep& sweep) {
  Result<Chart> chart = SweepChart(sweep).draw();
  if (!chart.ok()) return chart;
  Chart drawn = std::move(chart).value();
  for (const std::string& sentence : drawn.caption) drawn.description += sentence + "\n";
  return drawn;
}

}  // namespace stayalive
