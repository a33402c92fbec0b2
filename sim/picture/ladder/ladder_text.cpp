// SPDX-License-Identifier: Apache-2.0
#include "picture/ladder/ladder_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "document/brief.h"
#include "document/width.h"
#include "picture/instant.h"

namespace stayalive {
namespace {

constexpr std::size_t kTime = 14;       // of the margin with the times
constexpr std::size_t kTravel = 8;      // of the one with how long a packet took
constexpr std::size_t kTextNotes = 26;  // at least
constexpr std::size_t kLeastSpan = 5;   // between two columns
constexpr std::size_t kMostSpan = 17;   // enough for "─ control 1036 ▶"

// A line of columns that can be written to anywhere.
class Canvas {
 public:
  explicit Canvas(std::size_t width) : columns_(width, " ") {}
  void put(std::size_t at, const std::string& text) {
    for (const std::string& character : characters_of(text)) {
      if (at + display_width(character) > columns_.size()) return;
      columns_[at++] = character;
      // A wide character takes the column after it, too.
      if (display_width(character) > 1) columns_[at++].clear();
    }
  }
  std::string text() const {
    std::string all;
    for (const std::string& column : columns_) all += column;
    return all;
  }

 private:
  std::vector<std::string> columns_;
};

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

// "██▌   ": eight steps to a letter.
std::string bar(int permille, std::size_t width) {
  static const char* const kPart[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::size_t steps = (static_cast<std::size_t>(permille) * width * 8 + 500) / 1000;
  if (steps == 0 && permille > 0) steps = 1;
  std::string text = repeated("█", steps / 8) + kPart[steps % 8];
  return text + repeated(" ", width - display_width(text));
}

// Whether a packet ends on a line.
bool is_between_columns(const Ladder::Row& row) {
  return row.delivery == Journey::Delivery::Lost || row.delivery == Journey::Delivery::UnderWay;
}

class TextLadder {
 public:
  TextLadder(std::ostream& out, const Ladder& ladder, std::size_t width, const Style& style);
  void write();
  void write_header();
  void write_row(const Ladder::Row& row);
  void write_legend();

 private:
  bool is_host(std::size_t i) const { return ladder_.columns[i].is_line(); }
  std::size_t left(std::size_t i) const { return lefts_[i]; }
  std::size_t wide(std::size_t i) const { return is_host(i) ? 1 : bar_ + 2; }
  void draw_lanes(Canvas& canvas, const Ladder::Row& row, bool first) const;
  void draw_arrow(Canvas& canvas, const Ladder::Row& row, std::string& label) const;
  void draw_event(Canvas& canvas, const Ladder::Row& row) const;
  std::string margin(const Ladder::Row& row) const;
  std::string painted(const Ladder::Row& row, const std::string& text) const;

  std::ostream& out_;
  const Ladder& ladder_;
  Style style_;
  std::size_t bar_ = 6;  // letters of a timer
  std::size_t notes_ = 0;
  std::size_t notes_width_ = 0;
  std::vector<std::size_t> lefts_;
};

std::size_t boxes_of(const Ladder& ladder) { return ladder.columns.size() - 2; }

TextLadder::TextLadder(std::ostream& out, const Ladder& ladder, std::size_t width,
                       const Style& style)
    : out_(out), ladder_(ladder), style_(style) {
  const std::size_t spans = ladder.columns.size() - 1;
  if (boxes_of(ladder) > 1) bar_ = 4;
  const std::size_t fixed = kTime + kTravel + 1 + 2 + boxes_of(ladder) * (bar_ + 2) + 2;
  const std::size_t span = std::clamp((width - fixed - kTextNotes) / spans, kLeastSpan, kMostSpan);
  std::size_t at = kTime + kTravel + 1;
  for (std::size_t i = 0; i < ladder.columns.size(); ++i) {
    lefts_.push_back(at);
    at += wide(i) + span;
  }
  notes_ = at - span + 2;
  notes_width_ = width - notes_;
}

void TextLadder::write_header() {
  Canvas names(notes_ + notes_width_);
  Canvas roles(notes_ + notes_width_);
  bool any_role = false;
  for (std::size_t i = 0; i < ladder_.columns.size(); ++i) {
    const Ladder::Column& column = ladder_.columns[i];
    const std::size_t middle = left(i) + wide(i) / 2;
    const auto centred = [&](Canvas& canvas, const std::string& text) {
      const std::size_t room = wide(i) + kLeastSpan + 6;
      const std::string name = shortened_within(
          text, i + 1 < lefts_.size() && i > 0 ? std::min(lefts_[1] - lefts_[0], room + 8) : room);
      canvas.put(middle - std::min(middle, display_width(name) / 2), name);
    };
    centred(names, column.name);
    if (!column.role.empty() && column.role != column.name) {
      centred(roles, column.role);
      any_role = true;
    }
  }
  const auto line = [&](const Canvas& canvas, bool strong) {
    std::string text = canvas.text();
    text.erase(text.find_last_not_of(' ') + 1);
    out_ << (strong ? style_.strong(text) : style_.faint(text)) << '\n';
  };
  line(names, true);
  if (any_role) line(roles, false);
  Canvas links(notes_);
  for (std::size_t i = 0; i < ladder_.columns.size(); ++i) links.put(left(i) + wide(i) / 2, "│");
  for (std::size_t i = 0; i < ladder_.lines.size(); ++i) {
    const std::size_t from = left(i) + wide(i) / 2 + 1;
    const std::size_t to = left(i + 1) + wide(i + 1) / 2;
    const std::string name = shortened_within(ladder_.lines[i], to - from - 2);
    links.put(from + (to - from - display_width(name)) / 2, name);
  }
  line(links, false);
}

std::string TextLadder::margin(const Ladder::Row& row) const {
  if (row.kind == Ladder::Row::Kind::Packet || row.kind == Ladder::Row::Kind::Event ||
      row.kind == Ladder::Row::Kind::RunEnd) {
    const std::string at = print_instant(row.at);
    const bool moves = row.until > row.at;
    const std::string travel = moves ? "+" + brief(row.until - row.at) : "";
    return fmt::format("{:>{}} {:<{}}", at, kTime, travel, kTravel);
  }
  const std::string span = brief(row.until - row.at);
  if (row.kind == Ladder::Row::Kind::Pause) return fmt::format("{:>{}}", span + " later", kTime);
  if (row.until - row.at < 1ms) return fmt::format("{:>{}}", "...", kTime);
  return fmt::format("{:>{}}", "... " + span, kTime);
}

void TextLadder::draw_lanes(Canvas& canvas, const Ladder::Row& row, bool first) const {
  const bool between = row.is_between();
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Ladder::Cell& cell = row.cells[i];
    if (is_host(i)) {
      const char* lane = cell.state == Ladder::Cell::State::BlackHole ? "▒"
                         : cell.state == Ladder::Cell::State::Nothing ? "┊"
                                                                      : "│";
      canvas.put(left(i), between && cell.state == Ladder::Cell::State::Knows ? "┆" : lane);
    } else if (cell.state == Ladder::Cell::State::Knows) {
      canvas.put(left(i), "▕" + bar(cell.after, bar_) + "▏");
    } else if (cell.state == Ladder::Cell::State::Forgot && first) {
      canvas.put(left(i), "▕" + repeated("╳", bar_) + "▏");
    } else {
      canvas.put(left(i), "┊" + repeated(" ", bar_) + "┊");
    }
  }
}

// The label goes on the first line that the packet crosses, or stays where it does not fit.
void TextLadder::draw_arrow(Canvas& canvas, const Ladder::Row& row, std::string& label) const {
  const bool out = row.outward;
  const auto reach = [&](std::size_t a, std::size_t b, const std::string& head) {
    const std::size_t from = left(std::min(a, b)) + wide(std::min(a, b));
    const std::size_t to = left(std::max(a, b));
    const bool ends_there = head == "✕" || head == "┄";
    const std::size_t part =
        std::max((to - from) * 2 / 3, std::min(to - from - 1, display_width(label) + 4));
    const std::size_t size = ends_there ? part : to - from;
    const std::size_t begin = out ? from : to - size;
    canvas.put(begin, repeated("─", size));
    canvas.put(out ? begin + size - 1 : begin, head);
    if (label.empty() || display_width(label) + 3 > size) return;
    const std::string text = " " + label + " ";
    const std::size_t room = size - 1 - display_width(text);
    canvas.put(
        begin + (out ? std::min<std::size_t>(room, 2) : room + 1 - std::min<std::size_t>(room, 2)),
        text);
    label.clear();
  };
  const auto step = [&](std::size_t i) { return out ? i + 1 : i - 1; };
  for (std::size_t i = row.from; i != row.to; i = step(i)) {
    const bool last = step(i) == row.to;
    const bool into_host = is_host(step(i)) && !row.passes_by(step(i));
    reach(i, step(i), last || into_host ? (out ? "▶" : "◀") : "─");
  }
  for (const std::size_t other : row.passed_by) {
    if (is_host(other)) canvas.put(left(other), "┼");
  }
  if (row.delivery == Journey::Delivery::Lost) reach(row.to, step(row.to), "✕");
  if (row.delivery == Journey::Delivery::UnderWay) reach(row.to, step(row.to), "┄");
  if (row.from != row.to || is_between_columns(row)) {
    if (is_host(row.from) && row.cells[row.from].state != Ladder::Cell::State::BlackHole)
      canvas.put(left(row.from), out ? "├" : "┤");
  }
  if (row.delivery != Journey::Delivery::Dropped) return;
  canvas.put(is_host(row.to) ? left(row.to)
             : out           ? left(row.to)
                             : left(row.to) + wide(row.to) - 1,
             "✕");
}

void TextLadder::draw_event(Canvas& canvas, const Ladder::Row& row) const {
  if (row.from != row.to) {
    canvas.put((left(row.from) + wide(row.from) + left(row.to)) / 2 - 1,
               row.tone == Ladder::Tone::Good ? "──" : "╳╳");
  } else if (is_host(row.from)) {
    canvas.put(left(row.from), "●");
  }
}

std::string TextLadder::painted(const Ladder::Row& row, const std::string& text) const {
  switch (row.tone) {
    case Ladder::Tone::Bad:
      return style_.bad(text);
    case Ladder::Tone::Warn:
      return style_.warn(text);
    case Ladder::Tone::Good:
      return style_.good(text);
    case Ladder::Tone::Plain:
      break;
  }
  return row.is_between() ? style_.faint(text) : text;
}

void TextLadder::write_row(const Ladder::Row& row) {
  Canvas canvas(notes_);
  canvas.put(0, margin(row));
  draw_lanes(canvas, row, true);
  std::string label = row.label;
  if (row.kind == Ladder::Row::Kind::Packet) draw_arrow(canvas, row, label);
  if (row.kind == Ladder::Row::Kind::Event) draw_event(canvas, row);
  std::string note = row.note;
  if (!label.empty()) note = label + (note.empty() ? "" : ": " + note);
  if (row.kind == Ladder::Row::Kind::Repeat) note = "↻ " + note;
  std::vector<std::string> lines = wrapped(note, notes_width_);
  if (lines.empty()) lines.emplace_back();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) {
      canvas = Canvas(notes_);
      draw_lanes(canvas, row, false);
    }
    std::string text = canvas.text() + lines[i];
    text.erase(text.find_last_not_of(' ') + 1);
    out_ << painted(row, text) << '\n';
  }
}

void TextLadder::write_legend() {
  bool holes = false;
  bool lost = false;
  for (const Ladder::Row& row : ladder_.rows) {
    lost = lost || row.delivery == Journey::Delivery::Dropped ||
           row.delivery == Journey::Delivery::Lost;
    for (const Ladder::Cell& cell : row.cells)
      holes = holes || cell.state == Ladder::Cell::State::BlackHole;
  }
  std::string text;
  if (boxes_of(ladder_) > 0) text += "▕██▌ ▏ what is left of the idle timer   ";
  if (lost) text += "✕ ends here   ";
  if (holes) text += "▒ believes in a dead connection   ";
  text.erase(text.find_last_not_of(' ') + 1);
  for (const std::string& line : wrapped(text, notes_ + notes_width_)) {
    out_ << '\n' << style_.faint(line) << '\n';
  }
}

void TextLadder::write() {
  write_header();
  for (const Ladder::Row& row : ladder_.rows) write_row(row);
  write_legend();
}

}  // namespace

std::size_t least_width(const Ladder& ladder) {
  const std::size_t boxes = boxes_of(ladder);
  return kTime + kTravel + 1 + 2 + 2 + boxes * (boxes > 1 ? 6 : 8) +
         (ladder.columns.size() - 1) * kLeastSpan + kTextNotes;
}

void write_ladder_text(std::ostream& out, const Ladder& ladder, std::size_t width,
                       const Style& style) {
  TextLadder(out, ladder, std::max(width, least_width(ladder)), style).write();
}

LadderLines ladder_lines(const Ladder& ladder, std::size_t width, const Style& style) {
  const auto part = [&](const auto& write) {
    std::ostringstream out;
    TextLadder text(out, ladder, std::max(width, least_width(ladder)), style);
    write(text);
    return out.str();
  };
  LadderLines lines;
  lines.header = part([](TextLadder& text) { text.write_header(); });
  lines.legend = part([](TextLadder& text) { text.write_legend(); });
  for (const Ladder::Row& row : ladder.rows)
    lines.rows.push_back(part([&row](TextLadder& text) { text.write_row(row); }));
  return lines;
}

}  // namespace stayalive
