// SPDX-License-Identifier: Apache-2.0
// What TcpConnection puts on the wire, and when new data may go out: Nagle's algorithm, the peer's
// window and the congestion window (tcp_write_xmit in net/ipv4/tcp_output.c).
#include <algorithm>
#include <limits>
#include <utility>

#include "stack/tcp_connection.h"

namespace stayalive {

Packet TcpConnection::make(std::uint8_t flags, std::uint64_t position, PacketKind kind) {
  Packet packet;
  packet.protocol = Protocol::Tcp;
  packet.set_source(local_);
  packet.set_destination(remote_);
  packet.set_origin(origin_);
  packet.flags = flags;
  packet.notes.kind = kind;
  packet.sequence = sequence_at(position);
  if (packet.has(tcp_flag::kAck)) {
    packet.acknowledgment = receive_.next();
    packet.answers_copy = peer_copy_ & kLastCopy;
    packet.duplicate = std::exchange(duplicate_, false);
  }
  if (receive_.half_full()) acknowledgment_.calm();
  packet.window = receive_.offer(acknowledgment_.full_segment());
  return packet;
}

void TcpConnection::transmit(const Packet& packet, TimePoint now, TcpOutbox& out) {
  if (packet.has(tcp_flag::kAck)) {
    acknowledgment_.on_acknowledged(*config_);
    timers_.clear(Timer::DelayedAck);
  }
  if (packet.payload > 0) acknowledgment_.on_data_sent(*config_, now);
  out.packets.push_back(packet);
}

void TcpConnection::transmit_segment(const SentSegment& segment, PacketKind kind, TimePoint now,
                                     TcpOutbox& out) {
  const bool fin = send_.finished() && segment.end > send_.fin();
  const std::uint64_t data_end = fin ? send_.fin() : segment.end;
  std::uint8_t flags = tcp_flag::kAck;
  if (fin) flags |= tcp_flag::kFin;
  if (data_end > segment.begin && send_.message_ends_at(data_end)) flags |= tcp_flag::kPsh;
  Packet packet = make(flags, segment.begin, kind);
  packet.copy = segment.copies & kLastCopy;
  packet.payload = static_cast<std::uint16_t>(data_end - segment.begin);
  packet.content.message = send_.last_message_in(segment.begin, data_end);
  if (kind == PacketKind::Data && packet.payload == 0) packet.notes.kind = PacketKind::Fin;
  transmit(packet, now, out);
}

void TcpConnection::send_ack(PacketKind kind, TimePoint now, TcpOutbox& out) {
  transmit(make(tcp_flag::kAck, send_.next(), kind), now, out);
}

void TcpConnection::send_reset(TimePoint now, TcpOutbox& out) {
  transmit(make(tcp_flag::kRst | tcp_flag::kAck, send_.next(), PacketKind::Reset), now, out);
}

// Nagle's algorithm as Minshall changed it: only a segment that is not full waits, and only for
// another such segment (tcp_minshall_check).  A FIN never waits.
bool TcpConnection::nagle_holds(const SentSegment& segment) const {
  if (config_->nodelay || segment.end - segment.begin >= config_->mss) return false;
  if (send_.finished() && segment.end > send_.fin()) return false;
  return small_end_ > send_.acknowledged() && small_end_ <= send_.next() &&
         !send_.segments().empty();
}

// Sends what may be sent, at most so many segments; true when anything was.
bool TcpConnection::send_unsent(Urgency urgency, std::uint32_t at_most, TimePoint now,
                                TcpOutbox& out) {
  std::uint32_t sent = 0;
  while (send_.unsent() && sent < at_most) {
    // A probe for a lost tail ignores the congestion window.
    if (at_most != 1 && send_.in_flight() >= congestion_window_.segments()) break;
    const SentSegment segment = send_.peek(config_->mss);
    if (segment.end > window_end()) break;
    if (urgency == Urgency::Normal && nagle_holds(segment)) break;
    if (segment.end - segment.begin < config_->mss) small_end_ = segment.end;
    const bool first = send_.segments().empty();
    if (first) congestion_window_.on_pause();
    send_.sent(segment, now);
    transmit_segment(segment, PacketKind::Data, now, out);
    if (first || pending_ == Pending::LossProbe) arm_timeout(now);
    ++sent;
  }
  return sent > 0;
}

void TcpConnection::push(Urgency urgency, TimePoint now, TcpOutbox& out) {
  if (send_unsent(urgency, std::numeric_limits<std::uint32_t>::max(), now, out)) {
    arm_loss_probe(false, now);
  }
  if (send_.segments().empty() && send_.unsent() && pending_ == Pending::None) {
    arm_window_probe(now);
  }
}

// Draws an answer from the peer: with what still fits into its window, else with an octet it
// already has (tcp_write_wakeup).  True when data went out.
bool TcpConnection::wake_up_peer(PacketKind kind, TimePoint now, TcpOutbox& out) {
  if (send_.unsent() && send_.next() < window_end()) {
    SentSegment segment = send_.peek(config_->mss);
    segment.end = std::min(segment.end, window_end());
    const bool first = send_.segments().empty();
    send_.sent(segment, now);
    transmit_segment(segment, kind, now, out);
    if (first) arm_timeout(now);
    return true;
  }
  transmit(make(tcp_flag::kAck, send_.acknowledged() - 1, kind), now, out);
  return false;
}

}  // namespace stayalive
