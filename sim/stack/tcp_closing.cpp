// SPDX-License-Identifier: Apache-2.0
// How a TcpConnection ends (RFC 9293, sections 3.6 and 3.10.4; __tcp_close in net/ipv4/tcp.c,
// tcp_timewait_state_process in net/ipv4/tcp_minisocks.c).
#include <algorithm>

#include "net/reset.h"
#include "stack/tcp_connection.h"

namespace stayalive {

void TcpConnection::shutdown(TimePoint now, TcpOutbox& out) {
  if (state_ == TcpState::SynSent) return end(SocketError::None, out);
  finish_sending(now, out);
}

void TcpConnection::close(TimePoint now, TcpOutbox& out) {
  if (orphan_ || state_ == TcpState::Closed) return;
  orphan_ = true;
  if (state_ == TcpState::SynSent) return end(SocketError::None, out);
  if (state_ == TcpState::SynReceived || receive_.unread() > 0) {
    // What the peer sent is lost, and it should know (RFC 2525, section 2.17).
    send_reset(now, out);
    return end(SocketError::None, out);
  }
  if (state_ == TcpState::FinWait2) return wait_for_fin(now);
  finish_sending(now, out);
}

void TcpConnection::abort(TimePoint now, TcpOutbox& out) {
  if (state_ == TcpState::Closed) return;
  orphan_ = true;
  const bool peer_expects_more = state_ == TcpState::SynReceived ||
                                 state_ == TcpState::Established || state_ == TcpState::FinWait1 ||
                                 state_ == TcpState::FinWait2 || state_ == TcpState::CloseWait;
  if (peer_expects_more) send_reset(now, out);
  end(SocketError::None, out);
}

void TcpConnection::finish_sending(TimePoint now, TcpOutbox& out) {
  if (state_ == TcpState::Established) {
    state_ = TcpState::FinWait1;
  } else if (state_ == TcpState::CloseWait) {
    state_ = TcpState::LastAck;
  } else {
    return;
  }
  send_.finish();
  push(Urgency::Push, now, out);
}

void TcpConnection::on_fin_acknowledged(TimePoint now) {
  if (state_ != TcpState::FinWait1) return;
  state_ = TcpState::FinWait2;
  if (orphan_) wait_for_fin(now);
}

// An orphan does not wait for the peer's FIN for ever (tcp_fin_time: at least three and a half
// retransmission timeouts).
void TcpConnection::wait_for_fin(TimePoint now) {
  timers_.clear();
  arm(Timer::Ending, std::max(config_->fin_timeout, rto_ * 7 / 2), now);
}

void TcpConnection::enter_time_wait(TimePoint now, TcpOutbox& out) {
  state_ = TcpState::TimeWait;
  timers_.clear();
  arm(Timer::Ending, config_->time_wait, now);
  if (!told_closed_) {
    tell({TcpEvent::Kind::Closed, 0, SocketError::None}, out);
    told_closed_ = true;
  }
}

void TcpConnection::receive_in_time_wait(const Packet& segment, TimePoint now, TcpOutbox& out) {
  const bool exact = segment.sequence == receive_.next();
  if (segment.has(tcp_flag::kRst)) {
    if (exact) end(SocketError::None, out);
    return;
  }
  const bool syn = segment.has(tcp_flag::kSyn);
  const bool ack = segment.has(tcp_flag::kAck);
  if (syn && !ack && sequence_before(receive_.next(), segment.sequence)) {
    // A new connection takes its place (RFC 1122, section 4.2.2.13).
    return end(SocketError::None, out);
  }
  if (ack) arm(Timer::Ending, config_->time_wait, now);
  if (exact && segment.sequence_length() == 0) return;
  if (!limited(now)) send_ack(PacketKind::Ack, now, out);
}

void TcpConnection::receive_in_orphaned_fin_wait2(const Packet& segment, TimePoint now,
                                                  TcpOutbox& out) {
  const std::uint32_t end_of_segment = segment.sequence + segment.sequence_length();
  const bool behind = sequence_before(end_of_segment, receive_.next());
  const bool ahead = sequence_before(receive_.next() + receive_.window(), segment.sequence);
  if (behind || ahead) {
    if (!segment.has(tcp_flag::kRst) && !limited(now)) {
      send_ack(PacketKind::KeepaliveAnswer, now, out);
    }
    return;
  }
  if (segment.has(tcp_flag::kRst)) return end(SocketError::None, out);
  if (!segment.has(tcp_flag::kAck) || !sequence_before(receive_.next(), end_of_segment)) return;
  const bool only_fin = segment.has(tcp_flag::kFin) && end_of_segment == receive_.next() + 1;
  if (!only_fin) {
    if (const auto reset = reset_for(segment)) out.packets.push_back(*reset);
    return end(SocketError::None, out);
  }
  receive_.arrive(segment);
  enter_time_wait(now, out);
  send_ack(PacketKind::Ack, now, out);
}

void TcpConnection::end(SocketError error, TcpOutbox& out) {
  state_ = TcpState::Closed;
  clear_retransmit();
  timers_.clear();
  if (told_closed_) return;
  told_closed_ = true;
  tell({TcpEvent::Kind::Closed, 0, error}, out);
}

// No answer for too long; what an ICMP error last said is the better reason (tcp_write_err).
void TcpConnection::give_up(TcpOutbox& out) {
  end(soft_error_ == SocketError::None ? SocketError::TimedOut : soft_error_, out);
}

void TcpConnection::tell(TcpEvent event, TcpOutbox& out) {
  if (!orphan_) out.events.push_back(event);
}

}  // namespace stayalive
