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
  if (record.packet.notes.connection != connection_) return;
  if (record.kind == TraceKind::Timer || record.kind == TraceKind::Written) return;
  Entry entry{record.at, record.kind, ""};
  const std::string who = where.empty() ? "on the way" : where;
  if (record.kind == TraceKind::Event) {
    entry.text = fmt::format("{:<14} {}", who, record.detail);
  } else {
    entry.text =
        fmt::format("{:<14} {} {:<8} {}  {}", who, record.towards == Side::External ? '>' : '<',
                    mark(record.kind), print_packet(record.packet), name(record.packet.notes.kind));
    if (!record.detail.empty()) entry.text += "; " + record.detail;
  }
  entry.shape = shapes_.number_of(without_numbers(entry.text));
  entries_.push_back(std::move(entry));
}

void Transcript::add_lines(std::vector<Block>& blocks, std::size_t begin, std::size_t end) const {
  for (std::size_t i = begin; i < end; ++i) {
    const Entry& entry = entries_[i];
    const Tone tone = entry.kind == TraceKind::Dropped ? Tone::Bad
                      : entry.kind == TraceKind::Event ? Tone::Strong
                                                       : Tone::Plain;
    const std::string time = print_seconds(entry.at);
    blocks.push_back(Line{{{time + "  " + entry.text, tone}},
                          kTimeWidth - std::min(kTimeWidth, time.size()),
                          kTextColumn});
  }
}

std::vector<Block> Transcript::blocks(bool full) const {
  std::vector<Block> blocks;
  if (full) {
    add_lines(blocks, 0, entries_.size());
    return blocks;
  }
  std::vector<StoryLine> lines;
  lines.reserve(entries_.size());
  for (const Entry& entry : entries_) lines.push_back({entry.at, entry.shape});
  for (const Passage& passage : find_passages(lines)) {
    add_lines(blocks, passage.begin, passage.end);
    if (passage.times == 1) continue;
    blocks.push_back(
        Line{{{fmt::format("... the same {} times more, {} apart at first, the last of them:",
                           passage.times - 1, print_duration(passage.period)),
               Tone::Faint}},
             kTimeWidth + 2,
             kTextColumn});
    add_lines(blocks, passage.last_begin, passage.last_end);
  }
  return blocks;
}

}  // namespace stayalive
