// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <string>
#include <vector>

#include "document/table.h"
#include "engine/trace.h"
#include "picture/passages.h"

namespace stayalive {

// Keeps what happened to one connection and prints it with the time in the left margin: `>` for
// packets towards the external side, `<` for those towards the internal side.  Exchanges that
// repeat are listed once and counted.  Records of other connections are ignored.
class Transcript final : public TraceSink {
 public:
  explicit Transcript(ConnectionId connection) : connection_(connection) {}
  void record(const TraceRecord& record, const std::string& where) override;

  // full: every line, however often it repeats.
  void print(std::ostream& out, bool full, const Style& style) const;

 private:
  struct Line {
    TimePoint at;
    TraceKind kind = TraceKind::Event;
    std::string text;
    // Of the text without its numbers.
    std::uint32_t shape = 0;
  };
  void print_lines(std::ostream& out, std::size_t begin, std::size_t end, const Style& style) const;

  ConnectionId connection_;
  std::vector<Line> lines_;
  Shapes shapes_;
};

}  // namespace stayalive
