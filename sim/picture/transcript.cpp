// SPDX-License-Identifier: Apache-2.0
#include "picture/transcript.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "picture/passages.h"

namespace stayalive {
namespace {

// Of the margin with the time, and before what follows a line that is broken.
constexpr std::size_t kTimeWidth = 12;
constexpr std::size_t kTextColumn = 29;

const char* mark(TraceKind kind) {
  switch (kind) {
    case TraceKind::Sent:
      return "sends";
    case TraceKind::Arrived:
      return "receives";
    case TraceKind::Forwarded:
      return "forwards";
    case TraceKind::Dropped:
      return "DROPS";
    case TraceKind::Answered:
      return "answers";
    case TraceKind::Event:
    case TraceKind::Timer:
    case TraceKind::Written:
      return "";
  }
  return "";
}

}  // namespace

void Transcript::record(const TraceRecord& record, const std::string& where) {
  // What watchers find concerns everybody.
  const bool watch = record.packet.protocol == Protocol::Watch;
  if (record.packet.notes.connection != connection_ && !watch) return;
  if (record.kind == TraceKind::Timer || record.kind == TraceKind::Written) return;
  ToldLine line{record.at, 0, record.kind, ""};
  const std::string who = where.empty() ? "on the way" : where;
  if (record.kind == TraceKind::Event) {
    line.text = fmt::format("{:<14} {}", who, record.detail);
  } else {
    line.text =
        fmt::format("{:<14} {} {:<8} {}  {}", who, record.towards == Side::External ? '>' : '<',
                    mark(record.kind), print_packet(record.packet), name(record.packet.notes.kind));
    if (!record.detail.empty()) line.text += "; " + record.detail;
  }
  if (full_) return all_.push_back(std::move(line));
  line.shape = shapes_.number_of(without_numbers(line.text));
  teller_.add(std::move(line));
}

void Transcript::add_lines(std::vector<Block>& blocks, const std::vector<ToldLine>& lines) {
  for (const ToldLine& line : lines) {
    const Tone tone = line.kind == TraceKind::Dropped ? Tone::Bad
                      : line.kind == TraceKind::Event ? Tone::Strong
                                                      : Tone::Plain;
    const std::string time = print_seconds(line.at);
    blocks.push_back(Line{{{time + "  " + line.text, tone}},
                          kTimeWidth - std::min(kTimeWidth, time.size()),
                          kTextColumn});
  }
}

std::size_t Transcript::held_bytes() const {
  constexpr std::size_t kText = 160;
  return (all_.size() + teller_.held()) * (sizeof(ToldLine) + kText);
}

std::vector<Block> Transcript::blocks() {
  if (!finished_) told_ = teller_.finish();
  finished_ = true;
  std::vector<Block> blocks;
  add_lines(blocks, all_);
  for (const ToldPassage& passage : told_) {
    add_lines(blocks, passage.first);
    if (passage.times == 1) continue;
    blocks.push_back(
        Line{{{fmt::format("... the same {} times more, {} apart at first, the last of them:",
                           passage.times - 1, print_duration(passage.period)),
               Tone::Faint}},
             kTimeWidth + 2,
             kTextColumn});
    add_lines(blocks, passage.last);
  }
  return blocks;
}

}  // namespace stayalive
