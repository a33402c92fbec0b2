// SPDX-License-Identifier: Apache-2.0
#include "picture/ladder/ladder_show.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "document/width.h"
#include "picture/instant.h"
#include "picture/ladder/ladder_text.h"

namespace stayalive {
namespace {

constexpr int kSlowest = -3;
constexpr int kFastest = 5;

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    lines.push_back(text.substr(from, end - from));
    if (end == std::string::npos) break;
    from = end + 1;
  }
  return lines;
}

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : "\n") + lines[i];
  return text;
}

int between(int from, int to, std::int64_t millionths) {
  return from + static_cast<int>((to - from) * millionths / 1'000'000);
}

}  // namespace

// Half a second more each time that it lasts ten times as long.
Duration LadderShow::span_of(std::size_t row) const {
  const Ladder::Row& its = ladder_.rows[row];
  if (!its.is_between()) return 700ms;
  Duration span = 500ms;
  for (Duration lasts = its.until - its.at; lasts >= 1s && span < 4s; lasts /= 10) span += 500ms;
  return span;
}

void LadderShow::advance(Duration real) {
  if (stands_still()) return;
  Duration left = speed_ < 0 ? real / (1 << -speed_) : real * (1 << speed_);
  while (left > Duration::zero()) {
    const Duration step = std::min(left, span_of(row_) - part_);
    part_ += step;
    left -= step;
    if (part_ < span_of(row_)) return;
    if (row_ + 1 == ladder_.rows.size()) return;
    ++row_;
    part_ = Duration::zero();
  }
}

void LadderShow::press(Key key) {
  const std::size_t last = ladder_.rows.size() - 1;
  switch (key) {
    case Key::Pause:
      paused_ = !paused_;
      return;
    case Key::Faster:
      speed_ = std::min(speed_ + 1, kFastest);
      return;
    case Key::Slower:
      speed_ = std::max(speed_ - 1, kSlowest);
      return;
    case Key::Forward:
      // What is not whole yet becomes so.
      if (part_ >= span_of(row_) || !ladder_.rows[row_].is_between())
        row_ = std::min(row_ + 1, last);
      part_ = span_of(row_);
      paused_ = true;
      return;
    case Key::Back:
      row_ -= std::min<std::size_t>(row_, 1);
      part_ = span_of(row_);
      paused_ = true;
      return;
    case Key::Begin:
      row_ = 0;
      part_ = Duration::zero();
      return;
    case Key::End:
      row_ = last;
      part_ = span_of(row_);
      return;
  }
}

// Of what lies between two rows, as much as the real time so far stands for.
Ladder::Row LadderShow::row_so_far() const {
  Ladder::Row row = ladder_.rows[row_];
  if (!row.is_between() || part_ >= span_of(row_)) return row;
  const std::int64_t millionths = part_ / (span_of(row_) / 1'000'000);
  row.until = row.at + (row.until - row.at) / 1'000'000 * millionths;
  if (row.kind == Ladder::Row::Kind::Pause) row.note.clear();
  for (Ladder::Cell& cell : row.cells) {
    cell.left = between(cell.before, cell.left, millionths);
    cell.after = row.kind == Ladder::Row::Kind::Pause ? cell.left : cell.after;
  }
  return row;
}

TimePoint LadderShow::now() const {
  const Ladder::Row row = row_so_far();
  return row.is_between() ? row.until : row.at;
}

std::size_t LadderShow::least_columns() const { return least_width(ladder_); }

std::string LadderShow::status(std::size_t columns) const {
  const std::string speed =
      speed_ < 0 ? fmt::format("1/{}", 1 << -speed_) : fmt::format("{}", 1 << speed_);
  const std::string state = ended() ? "the end" : paused_ ? "stopped" : "speed " + speed;
  std::string text = fmt::format("{}  {}", print_instant(now()), state);
  for (const char* key :
       {"space stop", "right/left step", "+/- speed", "b begin", "e end", "q quit"}) {
    if (display_width(text) + 3 + display_width(key) > columns) break;
    text += std::string(" | ") + key;
  }
  return shortened(text, columns);
}

std::string LadderShow::frame(std::size_t columns, std::size_t lines, const Style& style) const {
  if (columns < least_columns() || lines < kLeastLines) {
    std::vector<std::string> told =
        wrapped(fmt::format("This ladder needs {} columns and {} lines; there are {} and {}.  q "
                            "quits.",
                            least_columns(), kLeastLines, columns, lines),
                std::max<std::size_t>(columns, 1));
    told.resize(std::min(told.size(), std::max<std::size_t>(lines, 1)));
    return joined_lines(told);
  }
  Ladder so_far = ladder_;
  so_far.rows.resize(row_ + 1);
  so_far.rows.back() = row_so_far();
  const LadderLines text = ladder_lines(so_far, columns, style);
  std::vector<std::string> shown = split_lines(text.header);
  std::vector<std::string> rows;
  for (const std::string& row : text.rows) {
    for (std::string& line : split_lines(row)) rows.push_back(std::move(line));
  }
  // The newest ones that have room above the line of status.
  const std::size_t room = lines - std::min(lines, shown.size() + 1);
  const std::size_t from = rows.size() - std::min(rows.size(), room);
  shown.insert(shown.end(), rows.begin() + static_cast<std::ptrdiff_t>(from), rows.end());
  shown.resize(lines - 1);
  shown.push_back(style.strong(status(columns)));
  return joined_lines(shown);
}

}  // namespace stayalive
