// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "document/document.h"
#include "engine/trace.h"
#include "picture/passages.h"

namespace stayalive {

// Keeps what happened to one connection and tells it with the time in the left margin: `>` for
// packets towards the external side, `<` for those towards the internal side.  Exchanges that
// repeat are listed once and counted.  Records of other connections are ignored.
class Transcript final : public TraceSink {
 public:
  explicit Transcript(ConnectionId connection) : connection_(connection) {}
  void record(const TraceRecord& record, const std::string& where) override;

  // A line for each event.  full: every one, however often it repeats.
  std::vector<Block> blocks(bool full) const;

 private:
  struct Entry {
    TimePoint at;
    TraceKind kind = TraceKind::Event;
    std::string text;
    // Of the text without its numbers.
    std::uint32_t shape = 0;
  };
  void add_lines(std::vector<Block>& blocks, std::size_t begin, std::size_t end) const;

  ConnectionId connection_;
  std::vector<Entry> entries_;
  Shapes shapes_;
};

}  // namespace stayalive
