// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "live/flow_book.h"
#include "live/live_clock.h"
#include "middlebox/middlebox.h"

namespace stayalive {

// Says what boxes do while it happens, a line each with the instant of their clock: a flow is
// opened, refreshed after a silence of some seconds, forgotten, and a packet is dropped or
// answered. So many lines a second of real time at most; how many were left out is said later.
class LiveLog {
 public:
  static constexpr std::uint32_t kMostLines = 50;
  static constexpr Duration kToldSilence = 5s;
  using Write = std::function<void(const std::string&)>;

  // boxes: their names.  book must outlive it.
  LiveLog(std::vector<std::string> boxes, const FlowBook& book, const LiveClock& clock,
          Write write);

  void processed(std::size_t box, Side from, const Packet& packet, const Verdict& verdict,
                 TimePoint now);
  void flow_changed(std::size_t box, const FlowNote& note, TimePoint now);
  void answered(std::size_t box, Side to, const Packet& packet, TimePoint now);
  // Something else that somebody asked for.
  void say(const std::string& what, TimePoint now);

 private:
  void line(TimePoint at, TimePoint now, const std::string& text);
  bool has_room(TimePoint now);
  std::string flow_name(ConnectionId flow, const Packet* packet) const;

  std::vector<std::string> boxes_;
  const FlowBook& book_;
  LiveClock clock_;
  Write write_;
  std::int64_t second_ = 0;  // of real time, and what was said in it
  std::uint32_t lines_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace stayalive
