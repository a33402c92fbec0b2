// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>

#include "base/state_walk.h"
#include "base/time.h"
#include "net/packet.h"
#include "stack/tcp_config.h"

namespace stayalive {

// When received data is acknowledged: the delayed ACK of Linux (tcp_event_data_recv,
// tcp_measure_rcv_mss and __tcp_ack_snd_check in net/ipv4/tcp_input.c, tcp_send_delayed_ack in
// tcp_output.c, tcp_cleanup_rbuf in tcp.c).  The first segments are acknowledged at once, so are
// small messages that the program reads in a one-way stream; a connection that answers within the
// delay waits for the answer to carry the acknowledgment.  How long ago data came is counted in
// ticks where the kernel has any (TcpConfig::timer_hz).
class AcknowledgmentDelay {
 public:
  // window: what this end offers.
  void start(const TcpConfig& config, std::uint32_t window, TimePoint now);
  // New data arrived in order.  window: as last offered.  rto: the current retransmission timeout.
  void on_data(const TcpConfig& config, const Packet& segment, std::uint32_t window, Duration rto,
               TimePoint now);
  // Something arrived that must be answered at once: old or out-of-window data.
  void hurry(const TcpConfig& config, std::uint32_t window);
  // An acknowledgment is owed, now or later.
  void owe() { owed_ = true; }
  void owe_now() { owed_ = owed_now_ = true; }
  // A FIN ends what the peer says; this end is expected to answer.
  void expect_answer() { conversation_ = true; }
  // The receive buffer is more than half full: no prompt answers (__tcp_select_window).
  void calm() { quick_ = 0; }
  // Data was sent: within the delay after data came, it makes the exchange a conversation.
  void on_data_sent(const TcpConfig& config, TimePoint now);
  // A segment that acknowledges everything was sent.
  void on_acknowledged(const TcpConfig& config);
  // The timer ran out before anything else carried the acknowledgment.
  void on_late(const TcpConfig& config, Duration rto);

  bool owed() const { return owed_; }
  // Whether to answer at once, with `unacknowledged` bytes received since the last one.
  bool at_once(std::uint32_t unacknowledged) const;
  // Whether a program that has just emptied its receive queue makes the kernel answer.
  bool at_read(std::uint32_t unacknowledged) const;
  // How long to wait otherwise.  srtt: zero while unknown.
  Duration wait(const TcpConfig& config, Duration srtt) const;

  // What the peer's full-sized segments seem to carry.
  std::uint32_t full_segment() const { return full_segment_; }
  TimePoint last_data() const { return last_data_; }
  void walk(StateWalk& walk) {
    walk.still(delay_, full_segment_, last_size_, quick_, conversation_, owed_, owed_now_, pushed_,
               pushed_twice_);
    walk.past(last_data_, delay_);
  }

  // Nothing is owed, and the next segment sent will change nothing here.
  bool at_rest() const { return !owed_ && !owed_now_ && !pushed_ && !pushed_twice_; }
  // The same, with another instant at which data last came.
  AcknowledgmentDelay with_last_data(TimePoint at) const {
    AcknowledgmentDelay other = *this;
    other.last_data_ = at;
    return other;
  }
  friend auto operator<=>(const AcknowledgmentDelay&, const AcknowledgmentDelay&) = default;

 private:
  Duration since_data(const TcpConfig& config, TimePoint now) const;
  void measure(const TcpConfig& config, const Packet& segment);
  void raise_quick(std::uint32_t window);

  Duration delay_{};  // ATO, the acknowledgment timeout; zero before the first data
  TimePoint last_data_{};
  std::uint32_t full_segment_ = 536;
  std::uint32_t last_size_ = 0;
  std::uint8_t quick_ = 0;  // how many more are answered at once
  bool conversation_ = false;
  bool owed_ = false;
  bool owed_now_ = false;
  bool pushed_ = false;  // a message ended since the last acknowledgment
  bool pushed_twice_ = false;
};

}  // namespace stayalive
