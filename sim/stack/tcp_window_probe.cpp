// SPDX-License-Identifier: Apache-2.0
// How TcpConnection waits for a closed window to open (RFC 9293, section 3.8.6.1; tcp_probe_timer
// in net/ipv4/tcp_timer.c, tcp_send_probe0 in tcp_output.c, tcp_ack_probe in tcp_input.c).
#include <algorithm>

#include "stack/tcp_connection.h"

namespace stayalive {

Duration TcpConnection::window_probe_wait(TimePoint now) const {
  Duration wait = std::max(rto_, config_->rto_min);
  for (std::uint32_t i = 0; i < back_off_ && wait < config_->rto_max; ++i) wait *= 2;
  wait = std::min(wait, config_->rto_max);
  if (config_->user_timeout > Duration::zero() && probing_since_ != kNever) {
    const Duration left = config_->user_timeout - (now - probing_since_);
    wait = std::clamp(left, Duration{1}, wait);
  }
  return wait;
}

void TcpConnection::arm_window_probe(TimePoint now) {
  arm_retransmit(Pending::WindowProbe, std::max(rto_, config_->rto_min), now);
}

// An acknowledgment came while nothing was in flight: is the window open now?
void TcpConnection::review_window_probe(TimePoint now) {
  if (!send_.unsent()) return;
  if (send_.peek(config_->mss).end <= window_end()) {
    back_off_ = 0;
    probing_since_ = kNever;
    if (pending_ == Pending::WindowProbe) clear_retransmit();
  } else {
    arm_retransmit(Pending::WindowProbe, window_probe_wait(now), now);
  }
}

void TcpConnection::on_window_probe(TimePoint now, TcpOutbox& out) {
  if (!send_.segments().empty() || !send_.unsent()) {
    probes_ = 0;
    probing_since_ = kNever;
    return;
  }
  const Duration user_timeout = config_->user_timeout;
  const bool out_of_time = user_timeout > Duration::zero() && probing_since_ != kNever &&
                           now - probing_since_ >= user_timeout;
  if (probing_since_ == kNever) probing_since_ = now;
  const std::uint32_t limit = orphan_ ? config_->orphan_retries : config_->retries2;
  if (out_of_time || probes_ >= limit) return give_up(out);
  if (wake_up_peer(PacketKind::WindowProbe, now, out)) {
    probes_ = back_off_ = 0;
    probing_since_ = kNever;
    return;
  }
  ++probes_;
  if (back_off_ < config_->retries2) ++back_off_;
  arm_retransmit(Pending::WindowProbe, window_probe_wait(now), now);
}

}  // namespace stayalive
