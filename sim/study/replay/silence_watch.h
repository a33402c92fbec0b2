// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "net/side.h"
#include "study/replay/replayed_flow.h"

namespace stayalive {

// Watches one flow of a capture for the way in which forgetting shows: a silence, and behind it a
// packet that is answered with RST or never.
class SilenceWatch {
 public:
  struct Packet {
    TimePoint at;
    Side from = Side::Internal;
    bool reset = false;
    bool asks = false;  // its end waits for an answer to it
  };
  // Shorter ones are no idle timeout's.
  static constexpr Duration kLeast = 5s;

  // both: whether both ends had sent before it.  datagrams: those that are never answered prove
  // nothing unless others were.
  void add(const Packet& packet, bool both, bool datagrams);
  // At the end of the capture.
  std::optional<BrokenFlow> broken() const;
  Duration survived() const { return survived_; }

 private:
  struct Question {
    Side from = Side::Internal;
    Duration silence{};
    TimePoint at;
    TimePoint last_at;
    std::uint32_t repeats = 0;
  };
  void answer(const Packet& packet);

  std::optional<TimePoint> last_at_;
  std::optional<Question> question_;
  std::optional<BrokenFlow> broken_;
  Duration survived_{};
  std::uint32_t answered_ = 0;
  bool datagrams_ = false;
};

}  // namespace stayalive
