// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <limits>

#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// How many segments may be in flight: slow start and CUBIC with HyStart as Linux has them
// (net/ipv4/tcp_cubic.c, RFC 9438).  While fewer than sixteen segments are allowed and none is
// lost, all of it is slow start.  A pause, in which everything is acknowledged, begins CUBIC's
// curve anew.
class CongestionWindow {
 public:
  // What an acknowledgment tells.  Positions are those of the stream.
  struct News {
    std::uint32_t segments = 0;   // acknowledged as a whole
    std::uint32_t in_flight = 0;  // before it came
    std::uint64_t position = 0;   // of the first octet that is not acknowledged
    std::uint64_t next = 0;       // of the first octet that has not been sent
    Duration latest{};    // how long ago the latest of them was sent; zero where that is not known
    Duration shortest{};  // the shortest round trip so far
  };

  void start(std::uint32_t segments);
  std::uint32_t segments() const { return segments_; }
  void on_acknowledged(const News& news, TimePoint now);
  // Later segments arrived: one was lost.
  void on_loss();
  // A retransmission timeout: one segment may follow those that are still in flight.
  // `fresh`: it is the first of its episode.
  void on_timeout(std::uint32_t in_flight, bool fresh);
  // The timeout was needless.
  void undo_timeout();
  // Something is sent after a pause.
  void on_pause();
  // The same after a pause.
  CongestionWindow after_pause() const {
    CongestionWindow other = *this;
    other.on_pause();
    return other;
  }
  void walk(StateWalk& walk);

  friend auto operator<=>(const CongestionWindow&, const CongestionWindow&) = default;

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  // One round trip of slow start, in which HyStart looks for signs of a queue.
  struct Round {
    TimePoint start = kNever;  // kNever outside of any
    TimePoint last_ack = kNever;
    Duration shortest{};  // round trip in it
    std::uint64_t end = 0;
    std::uint32_t samples = 0;
    friend auto operator<=>(const Round&, const Round&) = default;
  };
  // CUBIC's curve since the window was last cut.
  struct Epoch {
    TimePoint start = kNever;  // kNever outside of any
    TimePoint updated = kNever;
    Duration rise{};                  // how long until the curve reaches `origin`: K
    std::uint32_t origin = 0;         // W_max, or where the curve began
    std::uint32_t per_segment = 0;    // acknowledgments for one segment more
    std::uint32_t credit = 0;         // acknowledgments that count towards the next one
    std::uint32_t reno_credit = 0;    // the same of the window that Reno would have
    std::uint32_t reno_segments = 0;  // that window
    std::uint32_t seen = 0;           // the window at the last update
    friend auto operator<=>(const Epoch&, const Epoch&) = default;
  };

  bool slow_start() const { return segments_ < threshold_; }
  std::uint32_t cut();
  void look_for_queue(const News& news, TimePoint now);
  void follow_curve(std::uint32_t acknowledged, Duration shortest, TimePoint now);
  void begin_epoch(std::uint32_t acknowledged, TimePoint now);

  std::uint32_t segments_ = 0;
  std::uint32_t threshold_ = kNone;         // where slow start ends: ssthresh
  std::uint32_t largest_ = 0;               // before the last cut: W_max; 0 before any
  std::uint32_t before_ = 0;                // a timeout: the window
  std::uint32_t threshold_before_ = kNone;  // and the threshold
  Round round_;
  Epoch epoch_;
};

}  // namespace stayalive
