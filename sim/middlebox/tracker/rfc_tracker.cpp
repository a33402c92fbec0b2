// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/rfc_tracker.h"

#include "middlebox/tracker/tcp_sides.h"

namespace stayalive {
namespace {

Timeout rfc_timer_of(TcpPhase phase, const TimeoutTable& spans) {
  constexpr Duration kZero = Duration::zero();
  switch (phase) {
    case TcpPhase::Opening:
      return spans[Timeout::TcpOpening] > kZero ? Timeout::TcpOpening : Timeout::TcpEstablished;
    case TcpPhase::Closing:
      if (spans[Timeout::TcpClosing] > kZero) return Timeout::TcpClosing;
      [[fallthrough]];
    case TcpPhase::HalfClosed:
      return spans[Timeout::TcpHalfClosed] > kZero ? Timeout::TcpHalfClosed
                                                   : Timeout::TcpEstablished;
    case TcpPhase::Resetting:
      return Timeout::TcpReset;
    case TcpPhase::Established:
      break;
  }
  return Timeout::TcpEstablished;
}

TcpPhase next_phase(const Flow& flow, const Packet& packet) {
  if (packet.has(tcp_flag::kRst)) return TcpPhase::Resetting;
  if (seen_of_both(flow, kFinSeen)) return TcpPhase::Closing;
  if (seen_of_either(flow, kFinSeen)) return TcpPhase::HalfClosed;
  const bool established = seen_of_both(flow, kSynSeen) || flow.phase != TcpPhase::Opening;
  return established ? TcpPhase::Established : TcpPhase::Opening;
}

}  // namespace

TrackerDecision track_rfc_tcp(Flow& flow, Side from, const Packet& packet,
                              const TimeoutTable& spans) {
  const bool over = flow.phase == TcpPhase::Closing || flow.phase == TcpPhase::Resetting;
  if (over && opens_connection(packet) && from == Side::Internal) return {Fate::Reopen};
  if (packet.has(tcp_flag::kRst) && spans[Timeout::TcpReset] == Duration::zero()) {
    return {Fate::Close};
  }
  note_syn_and_fin(flow, from, packet);
  const TcpPhase phase = next_phase(flow, packet);
  const bool transition = phase != flow.phase;
  flow.phase = phase;
  flow.assured = flow.assured || seen_of_both(flow, kSynSeen) || (flow.picked_up && flow.answered);
  const Timeout timer = rfc_timer_of(phase, spans);
  const bool ending = phase == TcpPhase::Closing || phase == TcpPhase::Resetting;
  if (!transition && ending) return {Fate::Pass, timer};
  return {Fate::Extend, timer, transition};
}

Timeout begin_rfc_tcp(Flow& flow, Side from, const Packet& packet, const TimeoutTable& spans) {
  note_syn_and_fin(flow, from, packet);
  flow.phase = opens_connection(packet) ? TcpPhase::Opening : TcpPhase::Established;
  flow.phase = next_phase(flow, packet);
  return rfc_timer_of(flow.phase, spans);
}

Timeout udp_timer(bool answered, const TimeoutTable& spans) {
  return answered && spans[Timeout::UdpStream] > Duration::zero() ? Timeout::UdpStream
                                                                  : Timeout::UdpSingle;
}

}  // namespace stayalive
