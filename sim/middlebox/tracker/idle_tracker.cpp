// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/idle_tracker.h"

#include "middlebox/tracker/tcp_sides.h"

namespace stayalive {
namespace {

Timeout idle_timer_of(TcpPhase phase, const TimeoutTable& spans) {
  const Timeout own = phase == TcpPhase::Opening   ? Timeout::TcpOpening
                      : phase == TcpPhase::Closing ? Timeout::TcpClosing
                                                   : Timeout::TcpEstablished;
  return spans[own] > Duration::zero() ? own : Timeout::TcpEstablished;
}

}  // namespace

TrackerDecision track_idle_tcp(Flow& flow, Side from, const Packet& packet,
                               const TimeoutTable& spans) {
  if (packet.has(tcp_flag::kRst)) return {Fate::Close};
  if (flow.phase == TcpPhase::Closing && opens_connection(packet) && from == Side::Internal) {
    return {Fate::Reopen};
  }
  note_syn_and_fin(flow, from, packet);
  const bool syn_of_both = seen_of_both(flow, kSynSeen);
  TcpPhase phase = flow.phase;
  if (phase == TcpPhase::Opening && syn_of_both) phase = TcpPhase::Established;
  if (seen_of_both(flow, kFinSeen)) phase = TcpPhase::Closing;
  const bool transition = phase != flow.phase;
  flow.phase = phase;
  flow.assured = flow.assured || syn_of_both || (flow.picked_up && flow.answered);
  const Timeout timer = idle_timer_of(phase, spans);
  if (!transition && timer == Timeout::TcpClosing) return {Fate::Pass, timer};
  return {Fate::Extend, timer, transition};
}

Timeout begin_idle_tcp(Flow& flow, Side from, const Packet& packet, const TimeoutTable& spans) {
  note_syn_and_fin(flow, from, packet);
  flow.phase = opens_connection(packet) ? TcpPhase::Opening : TcpPhase::Established;
  return idle_timer_of(flow.phase, spans);
}

}  // namespace stayalive
