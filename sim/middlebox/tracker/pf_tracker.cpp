// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/pf_tracker.h"

#include <algorithm>

#include "net/reset.h"

namespace stayalive {
namespace {

// How far an acknowledgment may be off, and how far loose matching reaches: a window without
// scaling and one segment.
constexpr std::int32_t kSlack = 0xffff + 1500;

constexpr std::uint8_t kSingle = 1;
constexpr std::uint8_t kMultiple = 2;

bool at_least(std::uint32_t a, std::uint32_t b) { return !sequence_before(a, b); }

// What pf sends on behalf of `from`'s opposite when a SYN meets a living connection.
Packet challenge(const Packet& syn, std::uint32_t sequence, std::uint32_t acknowledgment) {
  Packet answer;
  answer.protocol = Protocol::Tcp;
  answer.notes = {syn.notes.connection, PacketKind::ChallengeAck};
  answer.flags = tcp_flag::kAck;
  answer.set_source(syn.destination());
  answer.set_destination(syn.source());
  answer.sequence = sequence;
  answer.acknowledgment = acknowledgment;
  return answer;
}

}  // namespace

PfTcp PfTcp::begin(const Packet& packet, Side from) {
  PfTcp state;
  Peer& source = state.peers_[index(from)];
  source.low = packet.sequence;
  source.high = packet.sequence + packet.sequence_length() + 1;
  source.max_window = std::max(packet.window, 1u);
  source.level = kSynSent;
  source.seen = true;
  Peer& destination = state.peers_[index(opposite(from))];
  destination.high = 1;
  destination.max_window = 1;
  return state;
}

bool PfTcp::established() const {
  return peers_[0].level == kEstablished && peers_[1].level == kEstablished;
}

// Learns a peer's numbers from its first segment, and eases the test for segments without data, so
// that keepalive probes pass.
PfTcp::Numbers PfTcp::first_look(const Packet& packet, Peer& source,
                                 const Peer& destination) const {
  Numbers numbers{packet.sequence, packet.sequence + packet.sequence_length(),
                  packet.acknowledgment};
  const bool has_ack = packet.has(tcp_flag::kAck);
  if (!source.seen) {
    source.seen = true;
    source.low = numbers.sequence;
    source.level = std::max<std::uint8_t>(source.level, kSynSent);
    const std::uint32_t reach = numbers.end + std::max(destination.max_window, 1u);
    if (source.high == 1 || at_least(reach, source.high)) source.high = reach;
    source.max_window = std::max(source.max_window, packet.window);
  }
  const bool empty_reset = has_ack && packet.has(tcp_flag::kRst) && packet.acknowledgment == 0;
  if (!has_ack || empty_reset || destination.level < kSynSent) {
    numbers.acknowledgment = destination.low;
  }
  if (numbers.sequence == numbers.end) numbers.sequence = numbers.end = source.low;
  return numbers;
}

bool PfTcp::reset_fits(const Packet& packet, const Peer& source) {
  if (!packet.has(tcp_flag::kRst)) return true;
  return packet.sequence - source.low + 1 <= 2;
}

void PfTcp::slide(const Packet& packet, const Numbers& numbers, Peer& source,
                  Peer& destination) const {
  source.max_window = std::max(source.max_window, packet.window);
  if (sequence_before(source.low, numbers.end)) source.low = numbers.end;
  if (at_least(numbers.acknowledgment + packet.window, destination.high)) {
    destination.high = numbers.acknowledgment + std::max(packet.window, 1u);
  }
}

TrackerDecision PfTcp::track(const Packet& packet, Side from, std::optional<Packet>& answer) {
  Peer& source = peers_[index(from)];
  Peer& destination = peers_[index(opposite(from))];
  if (opens_connection(packet)) {
    if (source.level >= kFinWait2 && destination.level >= kFinWait2) return {Fate::Discard};
    if (source.level >= kEstablished && destination.level >= kEstablished) {
      answer = challenge(packet, destination.low, source.low);
      return {Fate::Invalid};
    }
  }
  const Numbers numbers = first_look(packet, source, destination);
  const auto skew = static_cast<std::int32_t>(destination.low - numbers.acknowledgment);
  const bool acknowledges_fairly = skew >= -kSlack && skew <= kSlack;
  const bool in_window = at_least(source.high, numbers.end) &&
                         at_least(numbers.sequence, source.low - destination.max_window);
  const bool loose_peers =
      destination.level < kSynSent || destination.level >= kFinWait2 || source.level >= kFinWait2;
  const bool loosely_in_window =
      at_least(source.high + static_cast<std::uint32_t>(kSlack), numbers.end) &&
      at_least(numbers.sequence, source.low - static_cast<std::uint32_t>(kSlack));
  const bool fits = acknowledges_fairly && reset_fits(packet, source);
  const bool strict = fits && in_window;
  if (!strict && !(fits && loose_peers && loosely_in_window)) {
    if (destination.level == kSynSent && source.level == kSynSent) answer = reset_for(packet);
    return {Fate::Invalid};
  }
  slide(packet, numbers, source, destination);
  const auto raise = [](Peer& peer, Level level) {
    peer.level = std::max<std::uint8_t>(peer.level, level);
  };
  if (packet.has(tcp_flag::kSyn) && strict) raise(source, kSynSent);
  if (packet.has(tcp_flag::kFin)) raise(source, kClosing);
  if (packet.has(tcp_flag::kAck) && strict) {
    if (destination.level == kSynSent) {
      destination.level = kEstablished;
    } else if (destination.level == kClosing) {
      destination.level = kFinWait2;
    }
  }
  if (packet.has(tcp_flag::kRst)) source.level = destination.level = kTimeWait;
  // What only the loose test lets through leaves the timer alone.
  return {strict ? Fate::Extend : Fate::Pass, timer()};
}

Timeout PfTcp::timer() const {
  const auto [low, high] = std::minmax(peers_[0].level, peers_[1].level);
  if (low >= kFinWait2) return Timeout::TcpClosed;
  if (low >= kClosing) return Timeout::TcpFinWait;
  if (low < kEstablished) return Timeout::TcpOpening;
  return high >= kClosing ? Timeout::TcpClosing : Timeout::TcpEstablished;
}

void begin_pf_udp(Flow& flow, Side from) { flow.peers[index(from)] = kSingle; }

TrackerDecision track_pf_udp(Flow& flow, Side from) {
  std::uint8_t& source = flow.peers[index(from)];
  std::uint8_t& destination = flow.peers[index(opposite(from))];
  source = std::max(source, kSingle);
  if (destination == kSingle) destination = kMultiple;
  const bool answered_both_ways = source == kMultiple && destination == kMultiple;
  return {Fate::Extend, answered_both_ways ? Timeout::UdpMultiple : Timeout::UdpSingle};
}

void PfTcp::walk(StateWalk& walk) {
  for (Peer& peer : peers_) {
    walk.sequence(peer.low);
    walk.sequence(peer.high);
    walk.still(peer.max_window, peer.level, peer.seen);
  }
}

}  // namespace stayalive
