// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "document/document.h"
#include "engine/trace.h"
#include "picture/passage_teller.h"
#include "picture/passages.h"

namespace stayalive {

// Keeps what is to be told of one connection, and tells it with the time in the left margin: `>`
// for packets towards the external side, `<` for those towards the internal side.  Exchanges that
// repeat are listed once and counted.  Records of other connections are ignored.
class Transcript final : public TraceSink {
 public:
  // full: every event is kept and told, however often it repeats.
  explicit Transcript(ConnectionId connection, bool full = false)
      : connection_(connection), full_(full) {}
  void record(const TraceRecord& record, const std::string& where) override;

  // A line for each event.  Nothing is recorded any more.
  std::vector<Block> blocks();
  std::size_t held_bytes() const override;

 private:
  static void add_lines(std::vector<Block>& blocks, const std::vector<ToldLine>& lines);

  ConnectionId connection_;
  bool full_;
  std::vector<ToldLine> all_;  // where all are told
  PassageTeller teller_;
  std::vector<ToldPassage> told_;
  bool finished_ = false;
  Shapes shapes_;
};

}  // namespace stayalive
