// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "middlebox/flow/flow.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// What the trackers Rfc and Idle note of each side of a TCP connection: bits of Flow::peers.
inline constexpr std::uint8_t kSynSeen = 1;
inline constexpr std::uint8_t kFinSeen = 2;

inline void note_syn_and_fin(Flow& flow, Side from, const Packet& segment) {
  if (segment.has(tcp_flag::kSyn)) flow.peers[index(from)] |= kSynSeen;
  if (segment.has(tcp_flag::kFin)) flow.peers[index(from)] |= kFinSeen;
}
inline bool seen_of_both(const Flow& flow, std::uint8_t bit) {
  return (flow.peers[0] & flow.peers[1] & bit) != 0;
}
inline bool seen_of_either(const Flow& flow, std::uint8_t bit) {
  return ((flow.peers[0] | flow.peers[1]) & bit) != 0;
}

}  // namespace stayalive
