// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/rfc_tracker.h"

namespace stayalive {
namespace {

enum Phase : std::uint8_t { kOpening, kEstablished, kHalfClosed, kClosing, kResetting };
constexpr std::uint8_t kSynSeen = 1;
constexpr std::uint8_t kFinSeen = 2;

bool both(const Flow& flow, std::uint8_t bit) { return (flow.peers[0] & flow.peers[1] & bit) != 0; }

Timeout timer_of(std::uint8_t phase, const TimeoutTable& spans) {
  constexpr Duration kZero = Duration::zero();
  switch (phase) {
    case kOpening:
      return spans[Timeout::TcpOpening] > kZero ? Timeout::TcpOpening : Timeout::TcpEstablished;
    case kClosing:
      if (spans[Timeout::TcpClosing] > kZero) return Timeout::TcpClosing;
      [[fallthrough]];
    case kHalfClosed:
      return spans[Timeout::TcpHalfClosed] > kZero ? Timeout::TcpHalfClosed
                                                   : Timeout::TcpEstablished;
    case kResetting:
      return Timeout::TcpReset;
    default:
      return Timeout::TcpEstablished;
  }
}

std::uint8_t next_phase(const Flow& flow, const Packet& packet) {
  if (packet.has(tcp_flag::kRst)) return kResetting;
  if (both(flow, kFinSeen)) return kClosing;
  if (((flow.peers[0] | flow.peers[1]) & kFinSeen) != 0) return kHalfClosed;
  const bool established = both(flow, kSynSeen) || flow.phase != kOpening;
  return established ? kEstablished : kOpening;
}

}  // namespace

Judgement judge_rfc_tcp(Flow& flow, Side from, const Packet& packet, const TimeoutTable& spans) {
  const bool over = flow.phase == kClosing || flow.phase == kResetting;
  if (over && opens_connection(packet) && from == Side::Internal) return {Fate::Reopen};
  if (packet.has(tcp_flag::kRst) && spans[Timeout::TcpReset] == Duration::zero()) {
    return {Fate::Close};
  }
  if (packet.has(tcp_flag::kSyn)) flow.peers[index(from)] |= kSynSeen;
  if (packet.has(tcp_flag::kFin)) flow.peers[index(from)] |= kFinSeen;
  const std::uint8_t phase = next_phase(flow, packet);
  const bool transition = phase != flow.phase;
  flow.phase = phase;
  flow.assured = flow.assured || both(flow, kSynSeen) || (flow.picked_up && flow.answered);
  const Timeout timer = timer_of(phase, spans);
  if (!transition && (phase == kClosing || phase == kResetting)) return {Fate::Pass, timer};
  return {Fate::Extend, timer, transition};
}

Timeout begin_rfc_tcp(Flow& flow, Side from, const Packet& packet, const TimeoutTable& spans) {
  if (packet.has(tcp_flag::kSyn)) flow.peers[index(from)] |= kSynSeen;
  if (packet.has(tcp_flag::kFin)) flow.peers[index(from)] |= kFinSeen;
  flow.phase = opens_connection(packet) ? kOpening : kEstablished;
  flow.phase = next_phase(flow, packet);
  return timer_of(flow.phase, spans);
}

Timeout udp_timer(bool answered, const TimeoutTable& spans) {
  return answered && spans[Timeout::UdpStream] > Duration::zero() ? Timeout::UdpStream
                                                                  : Timeout::UdpSingle;
}

}  // namespace stayalive
