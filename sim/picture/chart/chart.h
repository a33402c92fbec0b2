// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

// Charts as data: what is drawn where, in thousandths of the plot's width and height, with all
// words.  The writer (chart_svg.h) adds nothing to it.
namespace stayalive {

struct ChartAxis {
  struct Tick {
    int at = 0;
    std::string label;
  };
  std::string title;
  std::vector<Tick> ticks;
};

struct ChartPoint {
  int x = 0;
  int y = 0;
  // Between them it lies with a confidence of 95 %; both y where nothing is known of that.
  int low = 0;
  int high = 0;
  bool filled = true;
  std::string label{};  // beside it
  std::string tip{};    // for who points at it
};

struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;
};

struct ChartCell {
  int share = 0;  // of what it shows, in thousandths; -1: not known
  std::string text;
  std::string tip;
};

struct ChartPanel {
  std::string title;
  std::string note{};  // below the title
  ChartAxis x;
  ChartAxis y;
  std::vector<ChartSeries> series{};  // of curves
  // Of a heat map, instead: row by row from the bottom, as many in each as x has ticks.
  std::vector<ChartCell> cells{};
};

struct Chart {
  std::string title;
  std::string subtitle;
  std::string description;  // for who does not see it
  std::vector<ChartPanel> panels;
  std::vector<std::string> caption;  // sentences below
};

}  // namespace stayalive
