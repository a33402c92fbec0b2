// SPDX-License-Identifier: Apache-2.0
#include "picture/chart/chart_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "document/width.h"
#include "picture/chart/svg_sheet.h"

namespace stayalive {
namespace {

constexpr int kSheetWidth = 900;
constexpr int kLeft = 120;   // of a plot, for what stands at its ticks
constexpr int kRight = 680;  // behind it are the names of the curves
constexpr int kPlot = 220;   // its height
constexpr int kCellHeight = 30;
constexpr int kAbove = 58;  // of a panel, with its title and its note
constexpr int kBelow = 64;  // with the ticks and the title of the axis
constexpr int kTop = 66;
constexpr int kCaptionLine = 17;
constexpr int kNamePitch = 16;

class SvgChart {
 public:
  SvgChart(std::ostream& out, const Chart& chart, const std::string& id)
      : chart_(chart),
        caption_(caption_lines(chart)),
        sheet_(out, {chart.title, chart.description}, kSheetWidth, height(), id) {}
  void write();

 private:
  static std::vector<std::string> caption_lines(const Chart& chart);
  int height() const;
  static int right_of(const ChartPanel& panel) {
    return panel.cells.empty() ? kRight : kSheetWidth - 24;
  }
  static int plot_height(const ChartPanel& panel);
  static std::string numbered(const char* letter, std::size_t series) {
    return letter + std::to_string(series % kCurveColours);
  }
  void write_panel(const ChartPanel& panel, int top);
  void write_axes(const ChartPanel& panel, int top, int bottom);
  void write_band(const ChartSeries& series, std::size_t number);
  void write_curve(const ChartSeries& series, std::size_t number);
  bool has_room(int x, int y);
  void write_names(const ChartPanel& panel);
  void write_cells(const ChartPanel& panel, int top, int bottom);
  int x_of(int thousandths) const { return kLeft + (right_ - kLeft) * thousandths / 1000; }
  int y_of(int thousandths) const { return bottom_ - (bottom_ - top_) * thousandths / 1000; }
  // Curves that coincide lie beside each other.
  int beside(std::size_t number) const {
    return 2 * static_cast<int>(number % kCurveColours) -
           static_cast<int>(std::min(curves_, kCurveColours)) + 1;
  }

  const Chart& chart_;
  std::vector<std::string> caption_;
  SvgSheet sheet_;
  // Of the panel at hand.
  int top_ = 0;
  int bottom_ = 0;
  int right_ = kRight;
  std::size_t curves_ = 0;
  std::vector<std::pair<int, int>> labels_;
};

std::vector<std::string> SvgChart::caption_lines(const Chart& chart) {
  std::vector<std::string> lines;
  for (const std::string& sentence : chart.caption) {
    for (std::string& line : wrapped(sentence, columns_in(kSheetWidth - 32)))
      lines.push_back(std::move(line));
  }
  return lines;
}

int SvgChart::plot_height(const ChartPanel& panel) {
  if (panel.cells.empty()) return kPlot;
  return kCellHeight * static_cast<int>(std::max<std::size_t>(panel.y.ticks.size(), 1));
}

int SvgChart::height() const {
  int total = kTop + 20 + kCaptionLine * static_cast<int>(caption_.size());
  for (const ChartPanel& panel : chart_.panels) total += kAbove + plot_height(panel) + kBelow;
  return total;
}

void SvgChart::write_axes(const ChartPanel& panel, int top, int bottom) {
  const bool heat = !panel.cells.empty();
  for (const ChartAxis::Tick& tick : panel.y.ticks) {
    if (!heat) sheet_.line(kLeft, y_of(tick.at), right_, y_of(tick.at), "grid");
    sheet_.text(kLeft - 8, y_of(tick.at) + 4, "faint end", tick.label, columns_in(kLeft - 16));
  }
  // So many labels as have room beside each other.
  const int room = (right_ - kLeft) / std::max(static_cast<int>(panel.x.ticks.size()), 1);
  int free_from = 0;
  for (const ChartAxis::Tick& tick : panel.x.ticks) {
    const int x = x_of(tick.at);
    if (!heat) sheet_.line(x, bottom, x, bottom + 4, "edge");
    const std::string label = shortened(tick.label, heat ? columns_in(std::max(room, 28)) : 14);
    const int half = static_cast<int>(display_width(label)) * 4;
    if (x - half < free_from) continue;
    sheet_.text(x, bottom + 21, "faint mid", label);
    free_from = x + half + 6;
  }
  if (!heat) sheet_.path(fmt::format("M{} {}V{}H{}", kLeft, top, bottom, right_), "edge");
  sheet_.text((kLeft + right_) / 2, bottom + 41, "mid", panel.x.title, columns_in(right_ - kLeft));
  sheet_.text(16, top - 8, "faint", panel.y.title, columns_in(400));
}

void SvgChart::write_band(const ChartSeries& series, std::size_t number) {
  const bool known = std::ranges::any_of(
      series.points, [](const ChartPoint& point) { return point.low != point.high; });
  if (!known || series.points.size() < 2) return;
  std::string steps;
  for (const ChartPoint& point : series.points)
    steps += fmt::format("{}{} {}", steps.empty() ? "M" : "L", x_of(point.x), y_of(point.high));
  for (auto point = series.points.rbegin(); point != series.points.rend(); ++point)
    steps += fmt::format("L{} {}", x_of(point->x), y_of(point->low));
  sheet_.path(steps + "z", "band " + numbered("f", number));
}

void SvgChart::write_curve(const ChartSeries& series, std::size_t number) {
  const int shift = beside(number);
  std::string steps;
  for (const ChartPoint& point : series.points) {
    steps +=
        fmt::format("{}{} {}", steps.empty() ? "M" : "L", x_of(point.x), y_of(point.y) + shift);
  }
  sheet_.path(steps, "curve " + numbered("c", number));
  for (const ChartPoint& point : series.points) {
    const int x = x_of(point.x);
    const int y = y_of(point.y) + shift;
    if (point.filled) {
      sheet_.dot(x, y, 3, numbered("f", number), point.tip);
    } else {
      sheet_.dot(x, y, 4, "hollow " + numbered("c", number), point.tip);
    }
    if (point.label.empty() || !has_room(x, y)) continue;
    const bool at_the_edge = x + 7 * static_cast<int>(display_width(point.label)) + 8 > right_;
    sheet_.text(at_the_edge ? x - 7 : x + 7, y - 6, at_the_edge ? "faint end" : "faint",
                point.label, 12);
  }
}

// Whether a label beside a point would lie on no other; then it counts as there.
bool SvgChart::has_room(int x, int y) {
  constexpr int kAcross = 52;
  constexpr int kDown = 14;
  for (const auto& [other_x, other_y] : labels_) {
    if (std::abs(x - other_x) < kAcross && std::abs(y - other_y) < kDown) return false;
  }
  labels_.emplace_back(x, y);
  return true;
}

// Beside the ends of the curves, and not one on the other.
void SvgChart::write_names(const ChartPanel& panel) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    if (!panel.series[i].points.empty()) order.push_back(i);
  }
  const auto end_of = [&](std::size_t i) {
    return y_of(panel.series[i].points.back().y) + beside(i);
  };
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return end_of(a) < end_of(b); });
  int y = top_ - kNamePitch;
  // From the top, as low as the curve is, but so that all have room.
  for (std::size_t n = 0; n < order.size(); ++n) {
    const int lowest = bottom_ - kNamePitch * static_cast<int>(order.size() - 1 - n);
    y = std::max(y + kNamePitch, std::min(end_of(order[n]), lowest));
    sheet_.line(right_ + 8, y, right_ + 26, y, "curve " + numbered("c", order[n]));
    sheet_.name(right_ + 32, y + 4, "plain", panel.series[order[n]].name,
                columns_in(kSheetWidth - right_ - 40));
  }
}

void SvgChart::write_cells(const ChartPanel& panel, int top, int bottom) {
  const auto columns = static_cast<int>(panel.x.ticks.size());
  const auto rows = static_cast<int>(panel.y.ticks.size());
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const ChartCell& cell = panel.cells[static_cast<std::size_t>(row) * panel.x.ticks.size() +
                                          static_cast<std::size_t>(column)];
      const int x = kLeft + (right_ - kLeft) * column / columns;
      const int next = kLeft + (right_ - kLeft) * (column + 1) / columns;
      const int y = bottom - (bottom - top) * (row + 1) / rows;
      const std::string style =
          cell.share < 0 ? "none" : "h" + std::to_string(std::min(cell.share * 6 / 1000, 5));
      sheet_.rect(x + 1, y + 1, next - x - 2, kCellHeight - 2, style, cell.tip);
      const std::size_t room = columns_in(next - x - 4);
      if (display_width(cell.text) > room) continue;
      sheet_.text((x + next) / 2, y + kCellHeight / 2 + 4, "mid", cell.text);
    }
  }
}

void SvgChart::write_panel(const ChartPanel& panel, int top) {
  sheet_.text(16, top + 14, "name", panel.title, columns_in(kSheetWidth - 32));
  if (!panel.note.empty())
    sheet_.text(16, top + 31, "faint", panel.note, columns_in(kSheetWidth - 32));
  top_ = top + kAbove;
  bottom_ = top_ + plot_height(panel);
  right_ = right_of(panel);
  curves_ = panel.series.size();
  labels_.clear();
  if (!panel.cells.empty()) write_cells(panel, top_, bottom_);
  write_axes(panel, top_, bottom_);
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    // Bands that coincide are drawn once.
    const auto same = [&](const ChartSeries& other) {
      return std::ranges::equal(other.points, panel.series[i].points,
                                [](const ChartPoint& a, const ChartPoint& b) {
                                  return a.x == b.x && a.low == b.low && a.high == b.high;
                                });
    };
    const auto before = panel.series.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::none_of(panel.series.begin(), before, same)) write_band(panel.series[i], i);
  }
  for (std::size_t i = 0; i < panel.series.size(); ++i) write_curve(panel.series[i], i);
  write_names(panel);
}

void SvgChart::write() {
  sheet_.text(16, 28, "title", chart_.title, columns_in((kSheetWidth - 32) * 3 / 4));
  sheet_.text(16, 48, "faint", chart_.subtitle, columns_in(kSheetWidth - 32));
  int y = kTop;
  for (const ChartPanel& panel : chart_.panels) {
    write_panel(panel, y);
    y += kAbove + plot_height(panel) + kBelow;
  }
  y += 8;
  for (const std::string& line : caption_) {
    sheet_.text(16, y, "faint", line);
    y += kCaptionLine;
  }
  sheet_.end();
}

}  // namespace

void write_chart_svg(std::ostream& out, const Chart& chart, const std::string& id) {
  SvgChart(out, chart, id).write();
}

}  // namespace stayalive
