// SPDX-License-Identifier: Apache-2.0
#include "stack/tcp_connection.h"

#include <algorithm>

#include "base/ticks.h"
#include "stack/timer/keepalive_step.h"
#include "stack/timer/timer_slip.h"

namespace stayalive {

TcpConnection::TcpConnection(const TcpConfig& config, Endpoint local, Endpoint remote,
                             Origin origin, std::uint32_t initial_sequence)
    : config_(&config),
      local_(local),
      remote_(remote),
      origin_(origin),
      initial_sequence_(initial_sequence),
      keepalive_(config.keepalive) {}

void TcpConnection::send(std::uint32_t message, std::uint32_t bytes, TimePoint now,
                         TcpOutbox& out) {
  if (orphan_ || !can_send()) return;
  send_.write(message, bytes);
  if (!held_) push_written(now, out);
}

void TcpConnection::hold(bool held, TimePoint now, TcpOutbox& out) {
  held_ = held;
  if (!held && !orphan_ && can_send()) push_written(now, out);
}

void TcpConnection::push_written(TimePoint now, TcpOutbox& out) {
  if (state_ != TcpState::SynSent && state_ != TcpState::SynReceived)
    push(Urgency::Normal, now, out);
}

void TcpConnection::receive(const Packet& segment, TimePoint now, TcpOutbox& out) {
  switch (state_) {
    case TcpState::Closed:
      return;
    case TcpState::SynSent:
      return receive_in_syn_sent(segment, now, out);
    case TcpState::SynReceived:
      return receive_in_syn_received(segment, now, out);
    case TcpState::TimeWait:
      return receive_in_time_wait(segment, now, out);
    case TcpState::FinWait2:
      if (orphan_) return receive_in_orphaned_fin_wait2(segment, now, out);
      break;
    case TcpState::Established:
    case TcpState::FinWait1:
    case TcpState::CloseWait:
    case TcpState::Closing:
    case TcpState::LastAck:
      break;
  }
  if (timeouts_ > 0 || probes_ > 0) return receive_while_waiting(segment, now, out);
  receive_synchronized(segment, now, out);
}

void TcpConnection::receive_error(const QuotedPacket& quote, TimePoint now, TcpOutbox& out) {
  SocketError error = SocketError::HostUnreachable;
  if (quote.code == Unreachable::Network) error = SocketError::NetworkUnreachable;
  if (quote.code == Unreachable::Port) error = SocketError::Refused;
  if (state_ == TcpState::SynSent) return end(error, out);
  // Linux looks at the sequence number in the quotation: a keepalive or window probe lies before
  // everything unacknowledged and is ignored (tcp_v4_err in net/ipv4/tcp_ipv4.c).
  if (state_ == TcpState::Closed || state_ == TcpState::SynReceived || send_.segments().empty()) {
    return;
  }
  soft_error_ = error;
  if (quote.code != Unreachable::Port) undo_back_off(now, out);
}

void TcpConnection::set_reading(bool reading, TimePoint now, TcpOutbox& out) {
  const bool resumes = reading && !reading_;
  reading_ = reading;
  const bool open = state_ == TcpState::Established || state_ == TcpState::FinWait1 ||
                    state_ == TcpState::FinWait2 || state_ == TcpState::CloseWait;
  if (!resumes || orphan_ || !open || receive_.unread() == 0) return;
  receive_.read_all();
  const std::uint32_t window = receive_.window();
  const std::uint32_t room = receive_.selectable_window(acknowledgment_.full_segment());
  // A reader that makes a lot of room says so at once (tcp_cleanup_rbuf in net/ipv4/tcp.c).
  const bool news = state_ != TcpState::CloseWait && room > 0 && room / 2 >= window;
  const std::uint32_t unacknowledged = receive_.next() - receive_.offered_at();
  if (news || acknowledgment_.at_read(unacknowledged)) send_ack(PacketKind::Ack, now, out);
}

void TcpConnection::set_keepalive(bool on, TimePoint now) {
  if (on == keepalive_) return;
  keepalive_ = on;
  if (state_ == TcpState::Closed || state_ == TcpState::SynSent ||
      state_ == TcpState::SynReceived || state_ == TcpState::TimeWait) {
    return;
  }
  if (on) {
    arm(Timer::Keepalive, config_->keepalive_idle, now);
  } else {
    timers_.clear(Timer::Keepalive);
  }
}

void TcpConnection::expire(TimePoint now, TcpOutbox& out) {
  while (timers_.earliest() <= now) {
    const Timer timer = timers_.first();
    const TimePoint due = timers_.at(timer);
    timers_.clear(timer);
    switch (timer) {
      case Timer::Retransmit:
        expire_retransmit(due, out);
        break;
      case Timer::DelayedAck:
        expire_delayed_ack(due, out);
        break;
      case Timer::Keepalive:
        expire_keepalive(due, out);
        break;
      case Timer::Ending:
        end(state_ == TcpState::SynSent ? SocketError::TimedOut : SocketError::None, out);
        break;
    }
  }
}

void TcpConnection::expire_delayed_ack(TimePoint now, TcpOutbox& out) {
  if (!acknowledgment_.owed()) return;
  acknowledgment_.on_late(*config_, rto_);
  send_ack(PacketKind::Ack, now, out);
}

// When the peer was last heard, as the keepalive timer counts: Linux by acknowledgments and data,
// BSD and Windows by any segment.
TimePoint TcpConnection::heard_at() const {
  return config_->keepalive_style == KeepaliveStyle::Linux
             ? std::max(acknowledgment_.last_data(), last_ack_)
             : last_segment_;
}

void TcpConnection::expire_keepalive(TimePoint now, TcpOutbox& out) {
  const KeepaliveStep step =
      keepalive_step(*config_, now - heard_at(), probes_, !send_.idle(), base_rto());
  switch (step.action) {
    case KeepaliveStep::Action::GiveUp:
      if (resets_at_end(config_->keepalive_style)) send_reset(now, out);
      return give_up(out);
    case KeepaliveStep::Action::Probe:
      ++probes_;
      transmit(make(tcp_flag::kAck, send_.acknowledged() - 1, PacketKind::KeepaliveProbe), now,
               out);
      break;
    case KeepaliveStep::Action::Wait:
      break;
  }
  arm(Timer::Keepalive, step.again, now);
}

void TcpConnection::arm(Timer timer, Duration span, TimePoint now) {
  timers_.set(timer, timer_armed(now, span, config_->timer_hz));
}

void TcpConnection::arm_retransmit(Pending purpose, Duration span, TimePoint now) {
  pending_ = purpose;
  arm(Timer::Retransmit, span, now);
}

void TcpConnection::clear_retransmit() {
  pending_ = Pending::None;
  timers_.clear(Timer::Retransmit);
}

Duration TcpConnection::base_rto() const {
  return whole_ticks(rtt_.rto(config_->rto_initial, config_->rto_max),
                     tick_length(config_->timer_hz));
}

std::uint32_t TcpConnection::sequence_at(std::uint64_t position) const {
  return initial_sequence_ + static_cast<std::uint32_t>(position);
}

bool TcpConnection::can_send() const {
  const bool open = state_ == TcpState::SynSent || state_ == TcpState::SynReceived ||
                    state_ == TcpState::Established || state_ == TcpState::CloseWait;
  return open && !send_.finished();
}

void TcpConnection::walk(StateWalk& walk) {
  std::uint32_t flags = peer_copy_;  // one field of all: every field takes time
  for (const bool flag :
       {keepalive_, reading_, orphan_, told_closed_, frto_, duplicate_, cookie_, ignored_})
    flags = flags << 1 | (flag ? 1u : 0u);
  walk.still(origin_.stream, peer_stream_, initial_sequence_, state_, pending_, congestion_state_,
             soft_error_, flags);
  timers_.walk(walk);
  send_.walk(walk);
  walk.still(peer_window_, largest_peer_window_, rto_, back_off_, timeouts_, probes_);
  congestion_window_.walk(walk);
  walk.sequence(window_sequence_);
  walk.position(small_end_);
  walk.position(loss_probe_end_);
  walk.position(recovery_end_);
  rtt_.walk(walk);
  walk.instant(first_retransmission_);
  walk.instant(probing_since_);
  receive_.walk(walk);
  acknowledgment_.walk(walk);
  // Where in a tick data came: with ticks, periods that are no multiple of them are not alike.
  if (config_->timer_hz > 0) {
    const TimePoint data = acknowledgment_.last_data();
    walk.still(data - tick_begin(data, tick_length(config_->timer_hz)));
  }
  // The keepalive timer looks at these only when it is due, and is never due later than they say.
  walk.past(last_ack_);
  walk.past(last_segment_);
  walk.past(last_answer_, config_->invalid_ratelimit);
  walk.past(handshake_sent_);
  for (TimePoint& sent : handshake_repeated_) walk.past(sent);
}

}  // namespace stayalive
