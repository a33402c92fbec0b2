// SPDX-License-Identifier: Apache-2.0
#include "report/advice/window_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "document/width.h"
#include "picture/chart/svg_sheet.h"
#include "report/advice/failure.h"

namespace stayalive {
namespace {

constexpr int kWindowWidth = 900;
constexpr int kWindowLeft = 24;
constexpr int kWindowRight = 876;
constexpr int kBarTop = 96;
constexpr int kBarHeight = 34;
constexpr int kSentence = 17;

double seconds_of(Duration span) { return static_cast<double>(span / 1ms) / 1000; }

class WindowSheet {
 public:
  WindowSheet(std::ostream& out, const Advice& advice, const std::string& id)
      : advice_(advice),
        sentences_(sentences()),
        sheet_(out, {title(), told()}, kWindowWidth, height(), id) {
    const double least = seconds_of(advice.least ? advice.least->inside.interval : shown_first());
    const double most = seconds_of(advice.most ? advice.most->inside.interval : shown_last());
    from_ = std::max(least / 4, 0.1);
    to_ = std::max(most * 4, from_ * 16);
  }
  void write();

 private:
  std::string title() const { return "Which intervals hold through " + advice_.where; }
  std::string told() const {
    std::string all;
    for (const std::string& line : sentences_) all += line + "\n";
    return all;
  }
  int height() const { return 170 + kSentence * static_cast<int>(sentences_.size()); }
  // Where there is no window, what is known of.
  Duration shown_first() const {
    Duration first = kForever;
    for (const Failure& failure : advice_.contradiction)
      first = std::min(first, failure.trial.interval);
    return advice_.best ? std::min(first, advice_.best->interval) : first;
  }
  Duration shown_last() const {
    Duration last{};
    for (const Failure& failure : advice_.contradiction)
      last = std::max(last, failure.trial.interval);
    return advice_.best ? std::max(last, advice_.best->interval) : last;
  }
  std::vector<std::string> sentences() const;
  int x_of(Duration interval) const {
    const double part = std::log(seconds_of(interval) / from_) / std::log(to_ / from_);
    return kWindowLeft +
           static_cast<int>(std::lround((kWindowRight - kWindowLeft) * std::clamp(part, 0.0, 1.0)));
  }
  void write_field(int from, int to, const char* style, const std::string& words);
  void write_ticks();
  void write_recommended();

  const Advice& advice_;
  std::vector<std::string> sentences_;
  SvgSheet sheet_;
  double from_ = 1;
  double to_ = 1;
};

std::vector<std::string> WindowSheet::sentences() const {
  std::vector<std::string> all;
  const auto add = [&all](const IntervalTrial& trial, const Constraint& constraint) {
    const std::string text = fmt::format("{} does not hold: {}.", print_duration(trial.interval),
                                         failure_sentence(trial, constraint));
    for (std::string& line : wrapped(text, columns_in(kWindowWidth - 48)))
      all.push_back(std::move(line));
  };
  for (const std::optional<WindowEnd>* end : {&advice_.least, &advice_.most}) {
    if (*end && (*end)->outside) add(*(*end)->outside, (*end)->constraint);
  }
  for (const Failure& failure : advice_.contradiction) add(failure.trial, failure.constraint);
  return all;
}

void WindowSheet::write_field(int from, int to, const char* style, const std::string& words) {
  if (to <= from) return;
  sheet_.rect(from, kBarTop, to - from, kBarHeight, style, words);
  if (static_cast<int>(display_width(words)) * 7 + 8 > to - from) return;
  sheet_.text((from + to) / 2, kBarTop + 22, "mid", words);
}

// Intervals that people say, as many as have room.
void WindowSheet::write_ticks() {
  int free_from = 0;
  for (const Duration at : nice_intervals()) {
    if (seconds_of(at) < from_ || seconds_of(at) > to_) continue;
    const std::string label = print_duration(at);
    const int half = static_cast<int>(display_width(label)) * 4;
    const int x = x_of(at);
    if (x - half < free_from || x + half > kWindowWidth) continue;
    sheet_.line(x, kBarTop + kBarHeight, x, kBarTop + kBarHeight + 5, "edge");
    sheet_.text(x, kBarTop + kBarHeight + 20, "faint mid", label);
    free_from = x + half + 14;
  }
}

void WindowSheet::write_recommended() {
  if (!advice_.recommendation) return;
  const Duration interval = advice_.recommendation->trial.interval;
  const int x = x_of(interval);
  sheet_.line(x, kBarTop - 10, x, kBarTop + kBarHeight, "event");
  const bool late = x > kWindowWidth - 120;
  sheet_.text(late ? x + 4 : x - 4, kBarTop - 16, late ? "name end" : "name",
              "use " + print_duration(interval));
}

void WindowSheet::write() {
  sheet_.text(kWindowLeft, 28, "title", title(), columns_in((kWindowWidth - 48) * 3 / 4));
  sheet_.text(kWindowLeft, 48, "faint", advice_.asked().label(std::nullopt),
              columns_in(kWindowWidth - 48));
  if (advice_.least && advice_.most) {
    const bool shorter = advice_.least->outside.has_value();
    const bool longer = advice_.most->outside.has_value();
    const int from = x_of(advice_.least->inside.interval);
    const int to = x_of(advice_.most->inside.interval);
    write_field(kWindowLeft, from, shorter ? "h0" : "none",
                shorter ? "does not hold" : "too short for the product");
    write_field(from, std::max(to, from + 3), "h5",
                fmt::format("holds: {} to {}", print_duration(advice_.least->inside.interval),
                            print_duration(advice_.most->inside.interval)));
    write_field(std::max(to, from + 3), kWindowRight, longer ? "h0" : "none",
                longer ? "does not hold" : "not tried");
  } else {
    write_field(kWindowLeft, kWindowRight, "h0",
                advice_.best ? "none holds often enough" : "none holds");
  }
  write_ticks();
  write_recommended();
  int y = kBarTop + kBarHeight + 48;
  for (const std::string& line : sentences_) {
    sheet_.text(kWindowLeft, y, "faint", line);
    y += kSentence;
  }
  sheet_.end();
}

}  // namespace

bool has_window(const Advice& advice) {
  return (advice.least && advice.most) || !advice.contradiction.empty();
}

void write_window_svg(std::ostream& out, const Advice& advice, const std::string& id) {
  WindowSheet(out, advice, id).write();
}

}  // namespace stayalive
