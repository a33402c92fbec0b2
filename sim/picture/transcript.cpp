// SPDX-License-Identifier: Apache-2.0
#include "picture/transcript.h"

#include <fmt/format.h>

#include "base/text.h"
#include "picture/passages.h"

namespace stayalive {
namespace {

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
  Line line{record.at, record.kind, ""};
  const std::string who = where.empty() ? "on the way" : where;
  if (record.kind == TraceKind::Event) {
    line.text = fmt::format("{:<14} {}", who, record.detail);
  } else {
    line.text =
        fmt::format("{:<14} {} {:<8} {}  {}", who, record.towards == Side::External ? '>' : '<',
                    mark(record.kind), print_packet(record.packet), name(record.packet.notes.kind));
    if (!record.detail.empty()) line.text += "; " + record.detail;
  }
  line.shape = shapes_.number_of(without_numbers(line.text));
  lines_.push_back(std::move(line));
}

void Transcript::print_lines(std::ostream& out, std::size_t begin, std::size_t end,
                             const Style& style) const {
  for (std::size_t i = begin; i < end; ++i) {
    const Line& line = lines_[i];
    const std::string text = fmt::format("{:>12}  {}", print_seconds(line.at), line.text);
    out << (line.kind == TraceKind::Dropped ? style.bad(text)
            : line.kind == TraceKind::Event ? style.strong(text)
                                            : text)
        << '\n';
  }
}

void Transcript::print(std::ostream& out, bool full, const Style& style) const {
  if (full) return print_lines(out, 0, lines_.size(), style);
  std::vector<StoryLine> lines;
  lines.reserve(lines_.size());
  for (const Line& line : lines_) lines.push_back({line.at, line.shape});
  for (const Passage& passage : find_passages(lines)) {
    print_lines(out, passage.begin, passage.end, style);
    if (passage.times == 1) continue;
    out << style.faint(fmt::format(
               "{:>12}  ... the same {} times more, {} apart at first, the last of them:", "",
               passage.times - 1, print_duration(passage.period)))
        << '\n';
    print_lines(out, passage.last_begin, passage.last_end, style);
  }
}

}  // namespace stayalive
