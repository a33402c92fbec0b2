// SPDX-License-Identifier: Apache-2.0
#include "picture/ladder/ladder_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "document/brief.h"
#include "document/width.h"
#include "picture/instant.h"
#include "picture/svg_root.h"

namespace stayalive {
namespace {

constexpr int kMargin = 130;  // for the times
constexpr int kSvgNotes = 350;
constexpr int kHead = 118;
constexpr int kLine = 15;  // of text
constexpr int kBar = 28;   // of a timer
// Where in a row an arrow begins, and how far it falls from a column to the next.
constexpr int kArrow = 15;
constexpr int kFall = 6;
constexpr std::size_t kNoteLetters = 46;

const char* tone_class(Ladder::Tone tone) {
  switch (tone) {
    case Ladder::Tone::Good:
      return "good";
    case Ladder::Tone::Warn:
      return "warn";
    case Ladder::Tone::Bad:
      return "bad";
    case Ladder::Tone::Plain:
      break;
  }
  return "plain";
}

constexpr const char* kStyle = R"(
text { font: 12px ui-sans-serif, system-ui, "DejaVu Sans", sans-serif; fill: #24292f }
.paper { fill: #ffffff } .title { font-size: 16px; font-weight: 600 }
.name { font-weight: 600; text-anchor: middle }
.mid { text-anchor: middle } .time { text-anchor: end }
.faint, .time, .line { fill: #6e7781 } .bad { fill: #cf222e }
.warn { fill: #9a6700 } .good { fill: #1a7f37 }
.lane { stroke: #8c959f; stroke-width: 2 } .none { stroke: #d0d7de; stroke-dasharray: 2 5 }
.hole { fill: #cf222e; opacity: .22 } .frame { fill: #f6f8fa; stroke: #d0d7de }
.bar { fill: #2da44e; opacity: .75 } .arrow { fill: none; stroke: #0969da; stroke-width: 1.6 }
.head { fill: #0969da } .arrow.bad { stroke: #cf222e }
.head.bad { fill: #cf222e } .head.warn { fill: #9a6700 } .arrow.warn { stroke: #9a6700 }
.cross { stroke: #cf222e; stroke-width: 2.4 } .dot { fill: #0969da } .dot.bad { fill: #cf222e }
.dot.warn { fill: #9a6700 } .dot.good { fill: #1a7f37 }
@media screen and (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .paper { fill: #0d1117 } .faint, .time, .line { fill: #9198a1 }
  .bad { fill: #ff7b72 } .warn { fill: #d29922 } .frame { fill: #161b22; stroke: #3d444d }
  .none { stroke: #3d444d } .bar { fill: #3fb950 } .arrow { stroke: #58a6ff }
  .head { fill: #58a6ff } .arrow.bad, .cross { stroke: #ff7b72 } .arrow.warn { stroke: #d29922 }
  .head.bad { fill: #ff7b72 } .head.warn { fill: #d29922 }
  .hole { fill: #ff7b72; opacity: .3 } .dot { fill: #58a6ff } .dot.bad { fill: #ff7b72 }
  .good, .dot.good { fill: #3fb950 } .dot.warn { fill: #d29922 }
}
)";

class SvgLadder {
 public:
  SvgLadder(std::ostream& out, const Ladder& ladder, std::string id);
  void write();

 private:
  bool is_host(std::size_t i) const { return ladder_.columns[i].is_line(); }
  int middle(std::size_t i) const { return kMargin + 20 + static_cast<int>(i) * pitch_; }
  int edge(std::size_t i, bool right) const {
    return middle(i) + (is_host(i) ? 0 : right ? kBar / 2 : -kBar / 2);
  }
  int height(const Ladder::Row& row) const;
  void text(int x, int y, const char* style, const std::string& words);
  void write_head();
  void write_row(const Ladder::Row& row, int y);
  void write_lane(const Ladder::Row& row, std::size_t i, int y, int bottom);
  void write_bar(int x, int y, int from, int bottom, int to);
  int turn(const Ladder::Row& row, std::size_t i, int y, int bottom) const;
  void write_level(const Ladder::Row& row, std::size_t i, int y, int bottom);
  void write_arrow(const Ladder::Row& row, int y);
  void write_stretch(const Ladder::Row& row, std::size_t a, std::size_t b, int y, bool head);
  void write_cross(int x, int y);
  void write_event(const Ladder::Row& row, int y);
  void write_notes(const Ladder::Row& row, int y);

  std::ostream& out_;
  const Ladder& ladder_;
  std::string id_;
  int pitch_;
  int notes_;
  int width_;
  bool labelled_ = false;  // the arrow at hand has its label
};

SvgLadder::SvgLadder(std::ostream& out, const Ladder& ladder, std::string id)
    : out_(out), ladder_(ladder), id_(std::move(id)) {
  pitch_ = ladder.columns.size() > 3 ? 150 : 190;
  notes_ = middle(ladder.columns.size() - 1) + 34;
  width_ = notes_ + kSvgNotes;
}

int SvgLadder::height(const Ladder::Row& row) const {
  const int lines = static_cast<int>(wrapped(row.note, kNoteLetters).size());
  const int least = row.kind == Ladder::Row::Kind::Packet ? 34 : row.is_between() ? 46 : 30;
  return std::max(least, lines * kLine + 14);
}

void SvgLadder::text(int x, int y, const char* style, const std::string& words) {
  out_ << fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>\n", x, y, style,
                      svg_text(words));
}

void SvgLadder::write_head() {
  text(16, 28, "title", shortened(ladder_.title, static_cast<std::size_t>(width_ / 10)));
  text(16, 48, "faint", ladder_.summary);
  const auto most = static_cast<std::size_t>(pitch_ / 8 - 1);
  for (std::size_t i = 0; i < ladder_.columns.size(); ++i) {
    const Ladder::Column& column = ladder_.columns[i];
    text(middle(i), 80, "name", shortened_within(column.name, most));
    if (column.role != column.name) text(middle(i), 96, "faint mid", column.role);
  }
  const auto line_most = static_cast<std::size_t>((pitch_ - kBar) / 7 - 1);
  for (std::size_t i = 0; i < ladder_.lines.size(); ++i) {
    text((middle(i) + middle(i + 1)) / 2, kHead - 8, "line mid",
         shortened_within(ladder_.lines[i], line_most));
  }
}

// A piece of a bar, narrowing or not.  Widths are tenths of a pixel: what is left of a timer hardly
// changes within an exchange, and must not look as if it did.
void SvgLadder::write_bar(int x, int y, int from, int bottom, int to) {
  if ((from == 0 && to == 0) || y == bottom) return;
  const auto tenths_of = [](int permille) { return permille * (kBar - 2) / 100; };
  const auto tenths = [](int count) {
    return count % 10 == 0 ? fmt::format("{}", count / 10)
                           : fmt::format("{}.{}", count / 10, count % 10);
  };
  out_ << fmt::format("<path class=\"bar\" d=\"M{0} {1}h{2}L{3} {4}H{0}z\"/>\n", x, y,
                      tenths(tenths_of(from)), tenths(10 * x + tenths_of(to)), bottom);
}

// Where in a row the timer of a column changes: where an arrow reaches it or an event stands, and
// at the end of what lies between two rows.
int SvgLadder::turn(const Ladder::Row& row, std::size_t i, int y, int bottom) const {
  if (row.is_between()) return bottom;
  if (row.kind != Ladder::Row::Kind::Packet) return y + kArrow;
  const auto [near, far] = std::minmax(row.from, row.to);
  if (i < near || i > far) return y;
  return y + kArrow + kFall * static_cast<int>(row.outward ? i - row.from : row.from - i);
}

// What is left of a timer: narrowing as it runs down, a saw where it is refreshed again and again.
void SvgLadder::write_level(const Ladder::Row& row, std::size_t i, int y, int bottom) {
  const Ladder::Cell& cell = row.cells[i];
  const int x = edge(i, false) + 1;
  if (row.kind == Ladder::Row::Kind::Repeat || row.kind == Ladder::Row::Kind::Omitted) {
    constexpr int kTeeth = 4;
    for (int n = 0; n < kTeeth; ++n) {
      write_bar(x, y + (bottom - y) * n / kTeeth, std::max(cell.before, cell.after),
                y + (bottom - y) * (n + 1) / kTeeth, cell.after);
    }
    return;
  }
  if (cell.left == cell.after) return write_bar(x, y, cell.before, bottom, cell.after);
  const int changes = turn(row, i, y, bottom);
  write_bar(x, y, cell.before, changes, cell.left);
  write_bar(x, changes, cell.after, bottom, cell.after);
}

void SvgLadder::write_lane(const Ladder::Row& row, std::size_t i, int y, int bottom) {
  const Ladder::Cell::State state = row.cells[i].state;
  if (is_host(i)) {
    if (state == Ladder::Cell::State::BlackHole) {
      out_ << fmt::format("<rect class=\"hole\" x=\"{}\" y=\"{}\" width=\"18\" height=\"{}\"/>\n",
                          middle(i) - 9, y, bottom - y);
    }
    out_ << fmt::format("<path class=\"lane{}\" d=\"M{} {}V{}\"/>\n",
                        state == Ladder::Cell::State::Nothing ? " none" : "", middle(i), y, bottom);
    return;
  }
  write_level(row, i, y, bottom);
}

void SvgLadder::write_cross(int x, int y) {
  out_ << fmt::format("<path class=\"cross\" d=\"M{} {}l12 12m0 -12l-12 12\"/>\n", x - 6, y - 6);
}

void SvgLadder::write_stretch(const Ladder::Row& row, std::size_t a, std::size_t b, int y,
                              bool head) {
  const bool lost = !head && row.delivery == Journey::Delivery::Lost && a == row.to;
  const bool short_of_it =
      lost || (!head && row.delivery == Journey::Delivery::UnderWay && a == row.to);
  const int from = edge(a, row.outward);
  int to = edge(b, !row.outward);
  const int sign = row.outward ? 1 : -1;
  if (short_of_it) to = from + sign * (pitch_ - kBar) * 2 / 3;
  const char* tone = tone_class(row.tone);
  const int tip = head ? to - sign * 8 : to;
  out_ << fmt::format("<path class=\"arrow {}\" d=\"M{} {}L{} {}\"/>\n", tone, from, y, tip,
                      y + kFall);
  if (head) {
    out_ << fmt::format("<path class=\"head {}\" d=\"M{} {}l{} -4v8z\"/>\n", tone, to, y + kFall,
                        -9 * sign);
  }
  if (lost) write_cross(to, y + kFall);
  if (labelled_) return;
  labelled_ = true;
  const auto most = static_cast<std::size_t>((pitch_ - kBar) / 7);
  text((from + edge(b, !row.outward)) / 2, y - 3, (std::string(tone) + " mid").c_str(),
       shortened(row.label, most));
}

void SvgLadder::write_arrow(const Ladder::Row& row, int y) {
  labelled_ = false;
  const auto step = [&](std::size_t i) { return row.outward ? i + 1 : i - 1; };
  for (std::size_t i = row.from; i != row.to; i = step(i)) {
    write_stretch(row, i, step(i), y,
                  step(i) == row.to || (is_host(step(i)) && !row.passes_by(step(i))));
    y += kFall;
  }
  const bool on_a_line =
      row.delivery == Journey::Delivery::Lost || row.delivery == Journey::Delivery::UnderWay;
  if (on_a_line) write_stretch(row, row.to, step(row.to), y, false);
  if (row.delivery == Journey::Delivery::Dropped) write_cross(middle(row.to), y);
}

void SvgLadder::write_notes(const Ladder::Row& row, int y) {
  int at = y + (row.is_between() ? 27 : 19);
  const std::string style = row.is_between() ? "faint" : tone_class(row.tone);
  const std::string sign = row.kind == Ladder::Row::Kind::Repeat ? "↻ " : "";
  for (const std::string& line : wrapped(sign + row.note, kNoteLetters)) {
    text(notes_, at, style.c_str(), line);
    at += kLine;
  }
}

void SvgLadder::write_event(const Ladder::Row& row, int y) {
  const int x = (middle(row.from) + middle(row.to)) / 2;
  const bool breaks = row.from != row.to ? row.tone != Ladder::Tone::Good
                                         : row.cells[row.from].state == Ladder::Cell::State::Forgot;
  if (breaks) return write_cross(x, y);
  out_ << fmt::format("<circle class=\"dot {}\" cx=\"{}\" cy=\"{}\" r=\"5\"/>\n",
                      tone_class(row.tone), x, y);
}

void SvgLadder::write_row(const Ladder::Row& row, int y) {
  const int bottom = y + height(row);
  for (std::size_t i = 0; i < row.cells.size(); ++i) write_lane(row, i, y, bottom);
  if (row.is_between()) {
    const std::string span = row.until - row.at < 1ms ? "" : " " + brief(row.until - row.at);
    text(kMargin, y + 27, "time",
         row.kind == Ladder::Row::Kind::Pause ? span + " later" : "…" + span);
  } else {
    text(kMargin, y + 19, "time", print_instant(row.at));
  }
  if (row.kind == Ladder::Row::Kind::Packet) write_arrow(row, y + kArrow);
  if (row.kind == Ladder::Row::Kind::Event) write_event(row, y + kArrow);
  write_notes(row, y);
}

void SvgLadder::write() {
  int bottom = kHead;
  for (const Ladder::Row& row : ladder_.rows) bottom += height(row);
  std::vector<std::string> caption;
  for (const std::string& sentence : ladder_.story) {
    for (std::string& line : wrapped(sentence, static_cast<std::size_t>((width_ - 32) / 7)))
      caption.push_back(std::move(line));
  }
  const int total = bottom + 34 + static_cast<int>(caption.size()) * 17;
  std::string story;
  for (const std::string& sentence : ladder_.story) story += sentence + "\n";
  begin_svg(out_, {ladder_.title, story, width_, total, kStyle, id_});
  out_ << fmt::format("<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n", width_, total);
  write_head();
  for (std::size_t i = 0; i < ladder_.columns.size(); ++i) {
    if (is_host(i)) continue;
    out_ << fmt::format("<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
                        edge(i, false), kHead, kBar, bottom - kHead);
  }
  int y = kHead;
  for (const Ladder::Row& row : ladder_.rows) {
    write_row(row, y);
    y += height(row);
  }
  y += 28;
  for (const std::string& line : caption) {
    text(16, y, "faint", line);
    y += 17;
  }
  out_ << "</svg>\n";
}

}  // namespace

void write_ladder_svg(std::ostream& out, const Ladder& ladder, const std::string& id) {
  SvgLadder(out, ladder, id).write();
}

}  // namespace stayalive
