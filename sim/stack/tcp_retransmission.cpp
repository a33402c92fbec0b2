// SPDX-License-Identifier: Apache-2.0
// When TcpConnection sends again what was not acknowledged, and when it gives up: retransmission
// timeout, tail-loss probe and the reversal of back-off by ICMP (net/ipv4/tcp_timer.c,
// tcp_output.c, tcp_ipv4.c; RFC 6298, RFC 8985, RFC 6069).
#include <algorithm>

#include "stack/tcp_connection.h"
#include "stack/timer/retransmission_limit.h"

namespace stayalive {

namespace {
// TCP_TIMEOUT_MIN_US: the least that a loss probe or the reordering timer waits.
constexpr Duration kShortestWait = 2ms;
}  // namespace

void TcpConnection::expire_retransmit(TimePoint now, TcpOutbox& out) {
  const Pending due = pending_;
  if (due != Pending::LossProbe && due != Pending::Reordering) pending_ = Pending::None;
  if (state_ == TcpState::SynSent || state_ == TcpState::SynReceived) {
    return expire_handshake(now, out);
  }
  switch (due) {
    case Pending::None:
      return;
    case Pending::Timeout:
      return on_retransmission_timeout(now, out);
    case Pending::LossProbe:
      return on_loss_probe(now, out);
    case Pending::Reordering:
      detect_loss(now);
      retransmit_lost(now, out);
      if (pending_ == Pending::Reordering && !timers_.armed(Timer::Retransmit)) arm_timeout(now);
      return;
    case Pending::WindowProbe:
      return on_window_probe(now, out);
  }
}

void TcpConnection::on_retransmission_timeout(TimePoint now, TcpOutbox& out) {
  if (send_.segments().empty()) return;
  if (peer_window_ == 0 && !orphan_) {
    if (shrunken_window_gives_up(now)) return give_up(out);
  } else {
    if (gives_up(now)) {
      if (config_->reset_when_giving_up) send_reset(now, out);
      return give_up(out);
    }
    ++timeouts_;
  }
  enter_loss(now);
  retransmit(0, now, out);
  back_off();
  arm_retransmit(Pending::Timeout, clamped_rto(now), now);
}

// Linux gives up by time since the first retransmission, never before one was made
// (retransmits_timed_out); others by count.
bool TcpConnection::gives_up(TimePoint now) const {
  if (config_->maximum_retransmissions > 0) return timeouts_ >= config_->maximum_retransmissions;
  if (timeouts_ == 0 || first_retransmission_ == kNever) return false;
  const std::uint32_t retries = orphan_ ? config_->orphan_retries : config_->retries2;
  const Duration limit = config_->user_timeout > Duration::zero()
                             ? config_->user_timeout
                             : retransmission_limit(retries, config_->rto_min, config_->rto_max);
  return now - first_retransmission_ >= limit;
}

// The peer took back a window with data in it: it is alive as long as it says anything
// (tcp_rtx_probe0_timed_out).
bool TcpConnection::shrunken_window_gives_up(TimePoint now) const {
  const TimePoint since =
      first_retransmission_ == kNever ? send_.head().last_sent : first_retransmission_;
  Duration limit = config_->rto_max * 2;
  if (config_->user_timeout > Duration::zero()) {
    if (now - since > config_->user_timeout) return true;
    limit = std::min(limit, config_->user_timeout);
  }
  return now - last_ack_ > limit && now - since > limit;
}

void TcpConnection::retransmit(std::size_t index, TimePoint now, TcpOutbox& out) {
  if (first_retransmission_ == kNever) first_retransmission_ = now;
  transmit_segment(send_.retransmit(index, config_->mss, now), PacketKind::Retransmission, now,
                   out);
}

void TcpConnection::back_off() {
  ++back_off_;
  rto_ = std::min(rto_ * 2, config_->rto_max);
}

// The last wait before TCP_USER_TIMEOUT is shortened to end with it.
Duration TcpConnection::clamped_rto(TimePoint now) const {
  if (config_->user_timeout == Duration::zero() || first_retransmission_ == kNever) return rto_;
  const Duration left = config_->user_timeout - (now - first_retransmission_);
  return std::clamp(left, Duration{1}, std::max(rto_, Duration{1}));
}

// tcp_rearm_rto: a timeout that replaces a loss probe still counts from when the head was sent.
void TcpConnection::arm_timeout(TimePoint now) {
  if (send_.segments().empty()) return clear_retransmit();
  Duration wait = rto_;
  if (pending_ == Pending::LossProbe || pending_ == Pending::Reordering) {
    wait = std::max(send_.head().last_sent + rto_ - now, Duration{1000});
  }
  arm_retransmit(Pending::Timeout, wait, now);
}

// tcp_schedule_loss_probe.  fresh: something was just acknowledged, so the timeout starts anew.
bool TcpConnection::arm_loss_probe(bool fresh, TimePoint now) {
  const bool wanted = config_->tail_loss_probe && congestion_state_ == CongestionState::Open &&
                      !send_.segments().empty() && send_.held() == 0;
  if (!wanted) return false;
  Duration wait = config_->rto_initial;
  if (rtt_.known()) {
    // A lone segment may be answered by a delayed acknowledgment.
    wait = rtt_.srtt() * 2 + (send_.segments().size() == 1 ? config_->rto_min : kShortestWait);
  }
  const Duration timeout = fresh ? rto_ : send_.head().last_sent + rto_ - now;
  if (timeout > Duration::zero()) wait = std::min(wait, timeout);
  arm_retransmit(Pending::LossProbe, wait, now);
  return true;
}

// tcp_send_loss_probe: one probe per tail, new data if there is any, else the last segment again.
void TcpConnection::on_loss_probe(TimePoint now, TcpOutbox& out) {
  if (send_.segments().empty()) return clear_retransmit();
  if (loss_probe_end_ == 0) {
    const bool fits = send_.unsent() && send_.peek(config_->mss).end <= window_end();
    if (fits) {
      send_unsent(Urgency::Push, 1, now, out);
    } else {
      const std::size_t last = send_.segments().size() - 1;
      transmit_segment(send_.retransmit(last, config_->mss, now), PacketKind::Retransmission, now,
                       out);
    }
    loss_probe_end_ = send_.next();
    // From here the timeout counts from the probe.
    pending_ = Pending::None;
  }
  arm_timeout(now);
}

// RFC 6069: an unreachable path is not a congested one.  Linux takes back one doubling
// (tcp_ld_RTO_revert).
void TcpConnection::undo_back_off(TimePoint now, TcpOutbox& out) {
  if (timeouts_ == 0 || back_off_ == 0 || pending_ != Pending::Timeout) return;
  --back_off_;
  rto_ = base_rto();
  for (std::uint32_t i = 0; i < back_off_ && rto_ < config_->rto_max; ++i) rto_ *= 2;
  rto_ = std::min(rto_, config_->rto_max);
  const Duration left = send_.head().last_sent + rto_ - now;
  if (left > Duration::zero()) {
    arm_retransmit(Pending::Timeout, left, now);
  } else {
    clear_retransmit();
    on_retransmission_timeout(now, out);
  }
}

}  // namespace stayalive
