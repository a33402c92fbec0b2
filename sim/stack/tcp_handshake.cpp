// SPDX-License-Identifier: Apache-2.0
// How a TcpConnection begins (RFC 9293, section 3.5; tcp_rcv_synsent_state_process in
// net/ipv4/tcp_input.c and the request timer of net/ipv4/inet_connection_sock.c).  Two ends that
// open to each other at once are not modelled: a SYN without ACK is ignored in SYN-SENT.
#include <algorithm>

#include "base/check.h"
#include "net/reset.h"
#include "stack/tcp_connection.h"
#include "stack/timer/retransmission_limit.h"

namespace stayalive {
namespace {

// MAX_SYNCOOKIE_AGE of include/net/tcp.h, of a cookie that was made at the beginning of a minute.
constexpr Duration kCookieLife = 120s;

// For how many timeouts of the SYN-ACK a listener with TCP_DEFER_ACCEPT waits for data
// (secs_to_retrans in net/ipv4/tcp.c).
std::uint32_t deferred_timeouts(const TcpConfig& config) {
  if (config.defer_accept == Duration::zero()) return 0;
  std::uint32_t timeouts = 1;
  Duration wait = config.rto_initial;
  Duration period = wait;
  while (config.defer_accept > period && timeouts < 255) {
    ++timeouts;
    wait = std::min(wait * 2, config.rto_max);
    period += wait;
  }
  return timeouts;
}

}  // namespace

void TcpConnection::open(TimePoint now, TcpOutbox& out) {
  CHECK(state_ == TcpState::Closed, "a connection is opened once");
  state_ = TcpState::SynSent;
  // Linux counts the time for which it tries from the first SYN on (tcp_connect in tcp_output.c).
  first_retransmission_ = now;
  receive_.start(0, config_->receive_buffer);
  acknowledgment_.start(*config_, config_->receive_buffer, now);
  send_.start();
  rto_ = base_rto();
  transmit_handshake(tcp_flag::kSyn, PacketKind::Syn, now, out);
  arm_retransmit(Pending::Timeout, rto_, now);
  if (config_->connect_timeout > Duration::zero()) {
    arm(Timer::Ending, config_->connect_timeout, now);
  }
}

void TcpConnection::accept(const Packet& syn, TimePoint now, TcpOutbox& out) {
  CHECK(state_ == TcpState::Closed, "a connection is opened once");
  state_ = TcpState::SynReceived;
  peer_stream_ = syn.content.stream;
  peer_copy_ = syn.copy;
  receive_.start(syn.sequence + 1, config_->receive_buffer);
  acknowledgment_.start(*config_, config_->receive_buffer, now);
  send_.start();
  peer_window_ = largest_peer_window_ = syn.window;
  window_sequence_ = syn.sequence;
  rto_ = base_rto();
  transmit_handshake(tcp_flag::kSyn | tcp_flag::kAck, PacketKind::SynAck, now, out);
  arm_retransmit(Pending::Timeout, rto_, now);
}

void TcpConnection::make_cookie(TimePoint now) {
  cookie_ = true;
  clear_retransmit();
  arm(Timer::Ending, kCookieLife, now);
}

bool TcpConnection::in_window(const Packet& segment) const {
  return !sequence_before(segment.sequence, receive_.next()) &&
         sequence_before(segment.sequence, receive_.next() + receive_.window());
}

// While TCP_DEFER_ACCEPT lasts, an acknowledgment alone does not end the handshake (tcp_check_req
// in net/ipv4/tcp_minisocks.c).
bool TcpConnection::defers(const Packet& segment) const {
  return segment.sequence_length() == 0 && timeouts_ < deferred_timeouts(*config_);
}

bool TcpConnection::would_establish(const Packet& segment) const {
  return state_ == TcpState::SynReceived && segment.has(tcp_flag::kAck) &&
         !segment.has(tcp_flag::kSyn) && !segment.has(tcp_flag::kRst) &&
         segment.acknowledgment == sequence_at(1) && in_window(segment) && !defers(segment);
}

void TcpConnection::receive_in_syn_sent(const Packet& segment, TimePoint now, TcpOutbox& out) {
  const bool ack = segment.has(tcp_flag::kAck);
  if (ack && segment.acknowledgment != sequence_at(1)) {
    if (const auto reset = reset_for(segment)) out.packets.push_back(*reset);
    return;
  }
  if (segment.has(tcp_flag::kRst)) {
    if (ack) end(SocketError::Refused, out);
    return;
  }
  if (!ack || !segment.has(tcp_flag::kSyn)) return;
  peer_stream_ = segment.content.stream;
  receive_.start(segment.sequence + 1, config_->receive_buffer);
  window_sequence_ = segment.sequence;
  establish(segment, now, out);
  send_ack(PacketKind::Ack, now, out);
  push(Urgency::Normal, now, out);
}

void TcpConnection::receive_in_syn_received(const Packet& segment, TimePoint now, TcpOutbox& out) {
  const std::uint32_t begin = segment.sequence;
  if (segment.has(tcp_flag::kRst)) {
    if (begin == receive_.next()) end(SocketError::Reset, out);
    return;
  }
  if (segment.has(tcp_flag::kSyn) && !segment.has(tcp_flag::kAck)) {
    // The peer's SYN again: our answer may be lost.  The next one waits anew (tcp_check_req).
    if (begin + 1 != receive_.next() || limited(now)) return;
    transmit_handshake(tcp_flag::kSyn | tcp_flag::kAck, PacketKind::Retransmission, now, out);
    ++probes_;
    if (cookie_) return;
    return arm_retransmit(Pending::Timeout, rto_, now);
  }
  if (!segment.has(tcp_flag::kAck) || segment.has(tcp_flag::kSyn)) return;
  if (segment.acknowledgment != sequence_at(1)) {
    if (const auto reset = reset_for(segment)) out.packets.push_back(*reset);
    return;
  }
  if (!in_window(segment)) return;
  if (defers(segment)) return ignore_completion();
  establish(segment, now, out);
  if (segment.sequence_length() > 0) receive_synchronized(segment, now, out);
}

// Thanks to timestamps even a SYN that was sent several times gives a round trip: that of the copy
// which was answered.
void TcpConnection::transmit_handshake(std::uint8_t flags, PacketKind kind, TimePoint now,
                                       TcpOutbox& out) {
  Packet packet = make(flags, 0, kind);
  if (kind == PacketKind::Retransmission) {
    if (handshake_repeated_.size() < kLastCopy) handshake_repeated_.emplace_back();
    handshake_repeated_.back() = now;
    packet.copy = handshake_repeated_.size() & kLastCopy;
  } else {
    handshake_sent_ = now;
  }
  transmit(packet, now, out);
}

TimePoint TcpConnection::handshake_sent(std::uint8_t copy) const {
  const bool known = copy > 0 && copy <= handshake_repeated_.size();
  return known ? handshake_repeated_[copy - 1u] : handshake_sent_;
}

// answer: to its SYN or SYN-ACK.
void TcpConnection::establish(const Packet& answer, TimePoint now, TcpOutbox& out) {
  const bool lost_twice = handshake_repeated_.size() > 1 && answer.answers_copy > 0;
  state_ = TcpState::Established;
  clear_retransmit();
  timers_.clear(Timer::Ending);
  peer_window_ = largest_peer_window_ = answer.window;
  peer_copy_ = answer.copy;
  rtt_.sample(now - handshake_sent(answer.answers_copy), config_->rto_min, 1, 1);
  handshake_repeated_ = {};
  // RFC 5681, section 3.1: a path that lost two SYNs starts with one segment, unless the first one
  // was answered after all (tcp_init_transfer and tcp_try_undo_spurious_syn).
  congestion_window_.start(lost_twice ? 1 : config_->initial_window);
  rto_ = base_rto();
  back_off_ = timeouts_ = probes_ = 0;
  first_retransmission_ = kNever;
  last_ack_ = last_segment_ = now;
  acknowledgment_.start(*config_, config_->receive_buffer, now);
  if (keepalive_) arm(Timer::Keepalive, config_->keepalive_idle, now);
  tell({TcpEvent::Kind::Established, 0, SocketError::None}, out);
}

// Whether a SYN that was sent again already has been without an answer for too long: for
// TCP_USER_TIMEOUT, or for as long as syn_retries doublings take.  The equal waits before them
// count, too, so that they cost repetitions when syn_retries is small (tcp_write_timeout and
// retransmits_timed_out in net/ipv4/tcp_timer.c).
bool TcpConnection::connects_too_long(TimePoint now) const {
  if (state_ != TcpState::SynSent || timeouts_ == 0) return false;
  const Duration limit =
      config_->user_timeout > Duration::zero()
          ? config_->user_timeout
          : retransmission_limit(config_->syn_retries, config_->rto_initial, config_->rto_max);
  return now - first_retransmission_ >= limit;
}

// The SYN or the SYN-ACK was not answered in time.  Linux doubles the wait for a SYN only after
// syn_linear_timeouts equal ones (tcp_retransmit_timer in net/ipv4/tcp_timer.c).
void TcpConnection::expire_handshake(TimePoint now, TcpOutbox& out) {
  const bool active = state_ == TcpState::SynSent;
  std::uint32_t limit =
      active ? config_->syn_retries + config_->syn_linear_timeouts : config_->synack_retries;
  // Who has answered and is waited for is not asked again before the end of that wait, which is the
  // last chance (syn_ack_recalc in net/ipv4/inet_connection_sock.c).
  const std::uint32_t deferred = !active && ignored_ ? deferred_timeouts(*config_) : 0;
  limit = std::max(limit, deferred);
  if (timeouts_ >= limit || connects_too_long(now)) return give_up(out);
  ++timeouts_;
  if (first_retransmission_ == kNever) first_retransmission_ = now;
  const auto flags =
      static_cast<std::uint8_t>(active ? tcp_flag::kSyn : tcp_flag::kSyn | tcp_flag::kAck);
  if (timeouts_ >= deferred) transmit_handshake(flags, PacketKind::Retransmission, now, out);
  if (!active || timeouts_ > config_->syn_linear_timeouts) back_off();
  arm_retransmit(Pending::Timeout, clamped_rto(now), now);
}

}  // namespace stayalive
