// SPDX-License-Identifier: Apache-2.0
#include "report/transcript.h"

#include <fmt/format.h>

#include "base/text.h"

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
      return "";
  }
  return "";
}

// Runs of digits become one sign, so that two keepalives look alike.
std::string without_numbers(const std::string& text) {
  std::string shape;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) {
      shape += c;
    } else if (shape.empty() || shape.back() != '#') {
      shape += '#';
    }
  }
  return shape;
}

}  // namespace

void Transcript::record(const TraceRecord& record, const std::string& where) {
  if (record.packet.connection != connection_) return;
  Line line{record.at, record.kind, "", ""};
  const std::string who = where.empty() ? "on the way" : where;
  if (record.kind == TraceKind::Event) {
    line.text = fmt::format("{:<14} {}", who, record.detail);
  } else {
    line.text =
        fmt::format("{:<14} {} {:<8} {}  {}", who, record.towards == Side::External ? '>' : '<',
                    mark(record.kind), print_packet(record.packet), name(record.packet.kind));
    if (!record.detail.empty()) line.text += "; " + record.detail;
  }
  line.shape = without_numbers(line.text);
  lines_.push_back(std::move(line));
}

std::vector<Transcript::Exchange> Transcript::exchanges() const {
  std::vector<Exchange> found;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (i == 0 || lines_[i].at - lines_[i - 1].at >= 1s) found.push_back({i, i, ""});
    found.back().end = i + 1;
    found.back().shape += lines_[i].shape + '\n';
  }
  return found;
}

void Transcript::print_lines(std::ostream& out, const Exchange& exchange,
                             const Style& style) const {
  for (std::size_t i = exchange.begin; i < exchange.end; ++i) {
    const Line& line = lines_[i];
    const std::string text = fmt::format("{:>12}  {}", print_seconds(line.at), line.text);
    out << (line.kind == TraceKind::Dropped ? style.bad(text)
            : line.kind == TraceKind::Event ? style.strong(text)
                                            : text)
        << '\n';
  }
}

void Transcript::print(std::ostream& out, bool full, const Style& style) const {
  const std::vector<Exchange> all = exchanges();
  for (std::size_t i = 0; i < all.size();) {
    std::size_t same = i + 1;
    while (same < all.size() && all[same].shape == all[i].shape) ++same;
    const std::size_t repeats = same - i;
    if (full || repeats <= 3) {
      for (; i < same; ++i) print_lines(out, all[i], style);
      continue;
    }
    print_lines(out, all[i], style);
    out << style.faint(fmt::format(
               "{:>12}  ... the same {} times more, {} apart at first, the last of them:", "",
               repeats - 1, print_duration(lines_[all[i + 1].begin].at - lines_[all[i].begin].at)))
        << '\n';
    print_lines(out, all[same - 1], style);
    i = same;
  }
}

}  // namespace stayalive
