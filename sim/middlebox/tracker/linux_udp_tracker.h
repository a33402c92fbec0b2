// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/ticks.h"
#include "base/time.h"
#include "middlebox/flow/flow.h"

namespace stayalive {

// How Linux follows UDP (net/netfilter/nf_conntrack_proto_udp.c): udp.single until a packet comes
// more than two seconds after the first one and after an answer, counted in whole ticks; from then
// on udp.stream, and the flow is assured.  The answer itself still gets udp.single.  Call before
// marking the answer, and before the refreshing that every packet brings.  tick: how long one is.
inline TrackerDecision track_linux_udp(Flow& flow, TimePoint now, Duration tick) {
  constexpr Duration kStreamAfter = 2s;
  if (flow.assured) return {Fate::Extend, Timeout::UdpStream};
  const Duration old = kStreamAfter + tick + 1ns;
  const Duration age = std::min(now - flow.refreshed_at + Duration{flow.age}, old);
  flow.age = static_cast<std::uint32_t>(age.count());
  const Duration counted = age < old ? tick_begin(now, tick) - tick_begin(now - age, tick) : age;
  if (!flow.answered || counted <= kStreamAfter) return {Fate::Extend, Timeout::UdpSingle};
  flow.assured = true;
  return {Fate::Extend, Timeout::UdpStream};
}

}  // namespace stayalive
