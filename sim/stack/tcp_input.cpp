// SPDX-License-Identifier: Apache-2.0
// What TcpConnection does with a segment of a synchronized connection (RFC 9293, section 3.10.7.4;
// RFC 5961; tcp_validate_incoming, tcp_ack, tcp_data_queue and __tcp_ack_snd_check in
// net/ipv4/tcp_input.c).
#include <algorithm>

#include "net/reset.h"
#include "stack/tcp_connection.h"

namespace stayalive {

void TcpConnection::receive_synchronized(const Packet& segment, TimePoint now, TcpOutbox& out) {
  if (!acceptable(segment, now, out)) return;
  last_segment_ = now;
  // tcp_replace_ts_recent: what comes in order since the last acknowledgment is not echoed yet.
  if (!sequence_before(receive_.offered_at(), segment.sequence)) peer_copy_ = segment.copy;
  if (!segment.has(tcp_flag::kAck)) return;
  if (process_ack(segment, now, out) == AckClass::Unacceptable) return;
  if (send_.fin_acknowledged()) on_fin_acknowledged(now);
  if (state_ == TcpState::LastAck && send_.fin_acknowledged()) return end(SocketError::None, out);
  if (state_ == TcpState::Closing && send_.fin_acknowledged()) enter_time_wait(now, out);
  if (segment.sequence_length() > 0 && !process_data(segment, now, out)) return;
  if (state_ == TcpState::Closed || state_ == TcpState::TimeWait) return;
  push(Urgency::Normal, now, out);
  answer_data(reading_ && !orphan_, now, out);
}

// tcp_oow_rate_limited: strange segments are answered at most once per span, so that two ends that
// disagree do not answer each other for ever.
bool TcpConnection::limited(TimePoint now) {
  if (answers_too_soon(*config_, last_answer_, now)) return true;
  last_answer_ = now;
  return false;
}

void TcpConnection::send_challenge(TimePoint now, TcpOutbox& out) {
  if (!limited(now)) send_ack(PacketKind::ChallengeAck, now, out);
}

bool TcpConnection::acceptable(const Packet& segment, TimePoint now, TcpOutbox& out) {
  const std::uint32_t begin = segment.sequence;
  const std::uint32_t end_of_segment = begin + segment.sequence_length();
  const bool behind = sequence_before(end_of_segment, receive_.offered_at());
  const bool ahead = sequence_before(receive_.next() + receive_.window(), begin);
  // After the peer's FIN its RST may carry the number before ours (tcp_reset_check).
  const bool after_fin =
      state_ == TcpState::CloseWait || state_ == TcpState::LastAck || state_ == TcpState::Closing;
  if (segment.has(tcp_flag::kRst)) {
    if (begin == receive_.next() || (after_fin && begin == receive_.next() - 1)) {
      end(state_ == TcpState::CloseWait ? SocketError::BrokenPipe : SocketError::Reset, out);
    } else if (!behind && !ahead) {
      send_challenge(now, out);
    }
    return false;
  }
  if (segment.has(tcp_flag::kSyn)) {
    send_challenge(now, out);
    return false;
  }
  if (!behind && !ahead) return true;
  const bool empty = segment.sequence_length() == 0;
  if (empty && limited(now)) return false;
  // Any segment proves to a BSD that its peer lives, whatever it says.
  last_segment_ = now;
  if (!empty && behind) {
    duplicate_ = true;
    acknowledgment_.hurry(*config_, receive_.offered());
  }
  send_ack(empty ? PacketKind::KeepaliveAnswer : PacketKind::Ack, now, out);
  return false;
}

TcpConnection::AckClass TcpConnection::process_ack(const Packet& segment, TimePoint now,
                                                   TcpOutbox& out) {
  const auto ahead =
      static_cast<std::int32_t>(segment.acknowledgment - sequence_at(send_.acknowledged()));
  if (ahead < 0) {
    // RFC 5961, section 5.2: older than anything the peer could still be saying.
    if (static_cast<std::uint32_t>(-ahead) <= largest_peer_window_) return AckClass::Old;
    send_challenge(now, out);
    return AckClass::Unacceptable;
  }
  const std::uint64_t position = send_.acknowledged() + static_cast<std::uint64_t>(ahead);
  if (position > send_.next()) {
    if (state_ != TcpState::Established) send_challenge(now, out);
    return AckClass::Unacceptable;
  }
  soft_error_ = SocketError::None;
  probes_ = 0;
  last_ack_ = now;
  const bool newer = ahead > 0 || sequence_before(window_sequence_, segment.sequence);
  const bool same_window = segment.window == peer_window_;
  if (newer || (segment.sequence == window_sequence_ &&
                (segment.window > peer_window_ || segment.window == 0))) {
    peer_window_ = segment.window;
    largest_peer_window_ = std::max(largest_peer_window_, segment.window);
    window_sequence_ = segment.sequence;
  }
  if (send_.segments().empty()) {
    review_window_probe(now);
  } else if (ahead > 0) {
    process_new_ack(segment, position, now, out);
  } else if (segment.sequence_length() == 0 && same_window && !segment.duplicate) {
    recover(nullptr, true, now, out);
  }
  return AckClass::Acceptable;
}

void TcpConnection::process_new_ack(const Packet& segment, std::uint64_t position, TimePoint now,
                                    TcpOutbox& out) {
  const auto in_flight = static_cast<std::uint32_t>(send_.segments().size());
  SendQueue::Acknowledged news = send_.acknowledge(position);
  const bool to_copy = news.repeated && segment.answers_copy > 0;
  news.first_copy = news.repeated && !to_copy;
  timeouts_ = 0;
  if (news.oldest) {
    const SentSegment& oldest = *news.oldest;
    rtt_.sample(now - (to_copy ? oldest.last_sent : oldest.first_sent), config_->rto_min, position,
                send_.next());
    rto_ = base_rto();
    back_off_ = 0;
  }
  if (loss_probe_end_ != 0 && position >= loss_probe_end_) loss_probe_end_ = 0;
  if (congestion_state_ != CongestionState::Recovery) {
    const Duration latest = news.repeated ? Duration::zero() : now - news.latest_sent;
    congestion_window_.on_acknowledged(
        {news.segments, in_flight, position, send_.next(), latest, rtt_.shortest()}, now);
  }
  if (pending_ == Pending::Reordering) pending_ = Pending::None;
  if (!send_.segments().empty()) {
    recover(&news, false, now, out);
  } else {
    congestion_state_ = CongestionState::Open;
    frto_ = false;
  }
  if (congestion_state_ == CongestionState::Open) first_retransmission_ = kNever;
  if (pending_ != Pending::Reordering && !arm_loss_probe(true, now)) arm_timeout(now);
  if (news.message != 0) tell({TcpEvent::Kind::Acknowledged, news.message, SocketError::None}, out);
}

// False when the connection ended.
bool TcpConnection::process_data(const Packet& segment, TimePoint now, TcpOutbox& out) {
  const bool listening = state_ == TcpState::Established || state_ == TcpState::FinWait1 ||
                         state_ == TcpState::FinWait2;
  const std::uint32_t data_end = segment.sequence + segment.payload;
  if (listening && orphan_ && sequence_before(receive_.next(), data_end)) {
    // Nobody will read it (RFC 1122, section 4.2.2.13).
    if (const auto reset = reset_for(segment)) out.packets.push_back(*reset);
    end(SocketError::None, out);
    return false;
  }
  const bool closed_window = receive_.window() == 0 && segment.payload > 0;
  const bool beyond = !sequence_before(segment.sequence, receive_.next() + receive_.window()) &&
                      segment.payload > 0;
  if (closed_window || beyond || !listening) {
    acknowledgment_.hurry(*config_, receive_.offered());
    return true;
  }
  if (sequence_before(segment.sequence, receive_.next())) duplicate_ = true;
  const ReceiveQueue::Arrival arrival = receive_.arrive(segment);
  if (arrival.repeated) duplicate_ = true;
  if (arrival.old) {
    acknowledgment_.hurry(*config_, receive_.offered());
    return true;
  }
  acknowledgment_.owe();
  if (arrival.bytes > 0) {
    acknowledgment_.on_data(*config_, segment, receive_.offered(), rto_, now);
  }
  if (arrival.filled) acknowledgment_.owe_now();
  if (arrival.bytes > 0) {
    const auto kind = arrival.message != 0 ? TcpEvent::Kind::Delivered : TcpEvent::Kind::Octets;
    tell({kind, arrival.message, SocketError::None, arrival.bytes}, out);
  }
  if (arrival.fin) process_fin(now, out);
  return true;
}

void TcpConnection::process_fin(TimePoint now, TcpOutbox& out) {
  tell({TcpEvent::Kind::PeerClosed, 0, SocketError::None}, out);
  switch (state_) {
    case TcpState::Established:
      state_ = TcpState::CloseWait;
      acknowledgment_.expect_answer();
      return;
    case TcpState::FinWait1:
      send_ack(PacketKind::Ack, now, out);
      state_ = TcpState::Closing;
      return;
    case TcpState::FinWait2:
      send_ack(PacketKind::Ack, now, out);
      return enter_time_wait(now, out);
    case TcpState::Closed:
    case TcpState::SynSent:
    case TcpState::SynReceived:
    case TcpState::CloseWait:
    case TcpState::Closing:
    case TcpState::LastAck:
    case TcpState::TimeWait:
      return;
  }
}

// The acknowledgment that is owed: at once, when the program reads, or later.
void TcpConnection::answer_data(bool read, TimePoint now, TcpOutbox& out) {
  if (read) receive_.read_all();
  if (!acknowledgment_.owed()) return;
  const std::uint32_t unacknowledged = receive_.next() - receive_.offered_at();
  if (unacknowledged > acknowledgment_.full_segment() && receive_.half_full()) {
    acknowledgment_.calm();
  }
  // A window that cannot grow is not worth an extra acknowledgment.
  const bool grows =
      receive_.selectable_window(acknowledgment_.full_segment()) >= receive_.offered();
  const bool at_once = acknowledgment_.at_once(grows ? unacknowledged : 0) || receive_.gap();
  if (at_once || (read && acknowledgment_.at_read(unacknowledged))) {
    return send_ack(PacketKind::Ack, now, out);
  }
  const Duration wait = acknowledgment_.wait(*config_, rtt_.srtt());
  const TimePoint armed = timers_.at(Timer::DelayedAck);
  const bool hurry = armed != kNever && armed <= later(now, wait / 4);
  if (hurry || (wait == Duration::zero() && config_->timer_hz == 0)) {
    return send_ack(PacketKind::Ack, now, out);
  }
  arm(Timer::DelayedAck, wait, now);
  timers_.set(Timer::DelayedAck, std::min(armed, timers_.at(Timer::DelayedAck)));
}

}  // namespace stayalive
