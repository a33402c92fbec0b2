// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/idle_tracker.h"

namespace stayalive {
namespace {

enum Phase : std::uint8_t { kOpening, kEstablished, kClosing };
constexpr std::uint8_t kSynSeen = 1;
constexpr std::uint8_t kFinSeen = 2;

void mark(Flow& flow, Side from, const Packet& packet) {
  if (packet.has(tcp_flag::kSyn)) flow.peers[index(from)] |= kSynSeen;
  if (packet.has(tcp_flag::kFin)) flow.peers[index(from)] |= kFinSeen;
}

Timeout timer_of(std::uint8_t phase, const TimeoutTable& spans) {
  const Timeout own = phase == kOpening   ? Timeout::TcpOpening
                      : phase == kClosing ? Timeout::TcpClosing
                                          : Timeout::TcpEstablished;
  return spans[own] > Duration::zero() ? own : Timeout::TcpEstablished;
}

}  // namespace

Judgement judge_idle_tcp(Flow& flow, Side from, const Packet& packet, const TimeoutTable& spans) {
  if (packet.has(tcp_flag::kRst)) return {Fate::Close};
  if (flow.phase == kClosing && opens_connection(packet) && from == Side::Internal) {
    return {Fate::Reopen};
  }
  mark(flow, from, packet);
  const std::uint8_t both = flow.peers[0] & flow.peers[1];
  std::uint8_t phase = flow.phase;
  if (phase == kOpening && (both & kSynSeen) != 0) phase = kEstablished;
  if ((both & kFinSeen) != 0) phase = kClosing;
  const bool transition = phase != flow.phase;
  flow.phase = phase;
  flow.assured = flow.assured || (both & kSynSeen) != 0 || (flow.picked_up && flow.answered);
  const Timeout timer = timer_of(phase, spans);
  if (!transition && timer == Timeout::TcpClosing) return {Fate::Pass, timer};
  return {Fate::Extend, timer, transition};
}

Timeout begin_idle_tcp(Flow& flow, Side from, const Packet& packet, const TimeoutTable& spans) {
  mark(flow, from, packet);
  flow.phase = opens_connection(packet) ? kOpening : kEstablished;
  return timer_of(flow.phase, spans);
}

}  // namespace stayalive
