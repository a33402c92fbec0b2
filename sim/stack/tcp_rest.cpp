// SPDX-License-Identifier: Apache-2.0
// How a TcpConnection rests: when it does, how it is put away and taken up again, and what becomes
// of its keepalive meanwhile.  Everything here follows from expire_keepalive, acceptable and
// process_ack, for a connection that has nothing else to do.
#include <algorithm>

#include "stack/resting_tcp.h"
#include "stack/tcp_connection.h"
#include "stack/timer/keepalive_step.h"
#include "stack/timer/timer_slip.h"

namespace stayalive {

TimePoint last_heard(const TcpConfig& config, TimePoint last_ack, TimePoint last_answer) {
  if (config.keepalive_style == KeepaliveStyle::Linux || last_answer == kNever) return last_ack;
  return std::max(last_ack, last_answer);
}

TimePoint keepalive_timer(const TcpConfig& config, TimePoint due, TimePoint heard, TimePoint now) {
  while (due < now) {
    const KeepaliveStep step = keepalive_step(config, due - heard, 0, false, {});
    if (step.action != KeepaliveStep::Action::Wait) break;
    due = timer_armed(due, step.again, config.timer_hz);
  }
  return due;
}

TimePoint after_probe(const TcpConfig& config, const RestingTcp::Memory& memory, TimePoint now) {
  return timer_armed(now, after_keepalive_probe(config, 0, memory.rto), config.timer_hz);
}

namespace {

Packet segment_at_rest(const TcpConfig& config, const RestingStreams& streams, PacketKind kind) {
  Packet packet;
  packet.protocol = Protocol::Tcp;
  packet.set_source(streams.local);
  packet.set_destination(streams.remote);
  packet.set_origin(streams.origin);
  packet.flags = tcp_flag::kAck;
  packet.notes.kind = kind;
  packet.sequence = streams.next;
  packet.acknowledgment = streams.receive_next;
  packet.window = config.receive_buffer;
  return packet;
}

bool is_bare_ack(const Packet& segment, const RestingStreams& streams) {
  return segment.protocol == Protocol::Tcp && segment.flags == tcp_flag::kAck &&
         segment.payload == 0 && segment.source() == streams.remote &&
         segment.destination() == streams.local;
}

}  // namespace

Packet probe_at_rest(const TcpConfig& config, const RestingStreams& streams) {
  Packet packet = segment_at_rest(config, streams, PacketKind::KeepaliveProbe);
  --packet.sequence;
  return packet;
}

Packet answer_at_rest(const TcpConfig& config, const RestingStreams& streams) {
  return segment_at_rest(config, streams, PacketKind::KeepaliveAnswer);
}

bool is_probe(const Packet& segment, const RestingStreams& streams) {
  return is_bare_ack(segment, streams) && segment.sequence == streams.receive_next - 1;
}

bool is_answer(const Packet& segment, const RestingStreams& streams) {
  return is_bare_ack(segment, streams) && segment.sequence == streams.receive_next &&
         segment.acknowledgment == streams.next;
}

bool tells_window(const Packet& answer, const RestingTcp::Memory& memory) {
  return memory.window_age > 0 || answer.window != memory.peer_window;
}

RestingTcp::Memory with_window_of(const Packet& answer, const RestingTcp::Memory& memory) {
  RestingTcp::Memory told = memory;
  const bool newer = memory.window_age > 0;
  if (!newer && answer.window < memory.peer_window && answer.window > 0) return told;
  told.peer_window = answer.window;
  told.largest_peer_window = std::max(memory.largest_peer_window, answer.window);
  told.window_age = 0;
  return told;
}

bool TcpConnection::rests() const {
  const bool nothing_in_flight = send_.idle() && !send_.finished() && pending_ == Pending::None;
  const bool nothing_owed = acknowledgment_.at_rest() && reading_ && receive_.unread() == 0 &&
                            !receive_.gap() && receive_.offered_at() == receive_.next() &&
                            receive_.offered() == config_->receive_buffer;
  const bool nothing_amiss = congestion_state_ == CongestionState::Open && !frto_ && !duplicate_ &&
                             back_off_ == 0 && timeouts_ == 0 && first_retransmission_ == kNever &&
                             probes_ == 0 && probing_since_ == kNever &&
                             soft_error_ == SocketError::None;
  const bool no_timer = !timers_.armed(Timer::Retransmit) && !timers_.armed(Timer::DelayedAck) &&
                        !timers_.armed(Timer::Ending);
  return state_ == TcpState::Established && !orphan_ && nothing_in_flight && nothing_owed &&
         nothing_amiss && no_timer && keepalive_ == config_->keepalive;
}

std::optional<RestingTcp> TcpConnection::rest() const {
  if (!rests()) return std::nullopt;
  // When the peer was last heard must follow from what is kept.
  const TimePoint heard = last_heard(*config_, last_ack_, last_answer_);
  const bool is_linux = config_->keepalive_style == KeepaliveStyle::Linux;
  if (is_linux ? acknowledgment_.last_data() > heard : last_segment_ != heard) return std::nullopt;
  RestingTcp resting;
  resting.local = local_;
  resting.remote = remote_;
  resting.origin = origin_;
  resting.peer_stream = peer_stream_;
  resting.initial_sequence = initial_sequence_;
  resting.receive_next = receive_.next();
  resting.last_ack = last_ack_;
  resting.last_answer = last_answer_;
  resting.keepalive_due = timers_.at(Timer::Keepalive);
  resting.memory = {send_.next(),
                    congestion_window_.after_pause(),
                    peer_window_,
                    largest_peer_window_,
                    receive_.next() - window_sequence_,
                    peer_copy_,
                    rto_,
                    rtt_,
                    acknowledgment_};
  return resting;
}

TcpConnection::TcpConnection(const TcpConfig& config, const RestingTcp& resting)
    : TcpConnection(config, resting.local, resting.remote, resting.origin,
                    resting.initial_sequence) {
  const RestingTcp::Memory& memory = resting.memory;
  peer_stream_ = resting.peer_stream;
  state_ = TcpState::Established;
  timers_.set(Timer::Keepalive, resting.keepalive_due);
  probes_ = resting.probing ? 1 : 0;
  last_ack_ = resting.last_ack;
  last_answer_ = resting.last_answer;
  last_segment_ = last_heard(config, resting.last_ack, resting.last_answer);
  send_.start_at(memory.position);
  receive_.start(resting.receive_next, config.receive_buffer);
  peer_window_ = memory.peer_window;
  largest_peer_window_ = memory.largest_peer_window;
  window_sequence_ = resting.receive_next - memory.window_age;
  congestion_window_ = memory.congestion_window;
  peer_copy_ = memory.peer_copy;
  rto_ = memory.rto;
  rtt_ = memory.rtt;
  acknowledgment_ = memory.acknowledgment;
}

}  // namespace stayalive
