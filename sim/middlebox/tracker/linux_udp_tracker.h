// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/time.h"
#include "middlebox/flow/flow.h"

namespace stayalive {

// How Linux follows UDP (net/netfilter/nf_conntrack_proto_udp.c): udp.single until a packet comes
// more than two seconds after the first one and after an answer; from then on udp.stream, and the
// flow is assured.  The answer itself still gets udp.single.  Call before marking the answer, and
// before the refreshing that every packet brings.
inline TrackerDecision track_linux_udp(Flow& flow, TimePoint now) {
  constexpr Duration kStreamAfter = 2s;
  if (flow.assured) return {Fate::Extend, Timeout::UdpStream};
  const Duration age = std::min(now - flow.refreshed_at + Duration{flow.age}, kStreamAfter + 1ns);
  flow.age = static_cast<std::uint32_t>(age.count());
  if (!flow.answered || age <= kStreamAfter) return {Fate::Extend, Timeout::UdpSingle};
  flow.assured = true;
  return {Fate::Extend, Timeout::UdpStream};
}

}  // namespace stayalive
