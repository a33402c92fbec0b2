// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/packet.h"
#include "study/advise/path_sketch.h"
#include "study/replay/replayed_flow.h"

namespace stayalive {

// Writes down what the programs of one flow said, and makes a scenario of it: the messages at their
// instants, the TCP keepalives that were found, and how it was closed.  Segments of one side within
// a hundredth of a second are one message; what TCP repeats or probes is none.
class FlowRecorder {
 public:
  // So many messages at most, those that follow each other at the same distance counting as one.
  static constexpr std::size_t kMostMessages = 10'000;

  // at: since the beginning of the flow, in order.
  void add(TimePoint at, Side from, const Packet& packet);
  // Why it cannot be one is an error.
  Result<std::string> scenario(const ReplayedFlow& flow, const PathSketch& path,
                               const std::string& capture) const;

 private:
  // A message, or several at the same distance.
  struct Said {
    TimePoint at;
    Side from = Side::Internal;
    std::uint32_t bytes = 0;
    std::uint32_t times = 1;
    Duration every{};
    TimePoint last;  // of the last one
  };
  struct Closing {
    TimePoint at;
    Side from = Side::Internal;
    bool reset = false;
  };
  void say(TimePoint at, Side from, std::uint32_t bytes);
  void end_message();
  static std::string traffic_json(const Said& said);
  std::string strategy_json(const ReplayedFlow& flow) const;

  std::vector<Said> said_;
  std::optional<Said> open_;  // the message that may go on
  std::array<std::optional<std::uint32_t>, 2> next_{};
  std::optional<Closing> closing_;
  bool too_many_ = false;
  bool too_large_ = false;  // a datagram
  std::uint16_t server_port_ = 0;
};

}  // namespace stayalive
