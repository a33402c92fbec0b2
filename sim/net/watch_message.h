// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/ids.h"
#include "net/packet.h"

namespace stayalive {

// What a watcher at one end of a way sends to a station of the path: a probe that asks for an
// answer, that answer, or a hello.  Stations that it is not for pass it on and keep nothing of it.
struct WatchMessage {
  NodeId from;
  NodeId to;
  std::uint32_t number = 0;  // of the probe or hello; an answer has that of its probe
  bool asks = false;         // wants an answer
  bool answers = false;
  bool hears_nothing = false;  // a hello: its sender has heard none for too long
  bool slow = false;           // a hello: the next comes at the slow pace
};

// bytes: what lies behind the IP header.
inline Packet packet_of(const WatchMessage& message, std::uint16_t bytes) {
  Packet packet;
  packet.protocol = Protocol::Watch;
  packet.source_address = AddressId{message.from.value};
  packet.destination_address = AddressId{message.to.value};
  packet.sequence = message.number;
  packet.payload = bytes;
  packet.flags =
      static_cast<std::uint8_t>((message.asks ? 1U : 0U) | (message.answers ? 2U : 0U) |
                                (message.hears_nothing ? 4U : 0U) | (message.slow ? 8U : 0U));
  return packet;
}

// packet: of Protocol::Watch.
inline WatchMessage watch_message(const Packet& packet) {
  return {NodeId{packet.source_address.value},
          NodeId{packet.destination_address.value},
          packet.sequence,
          (packet.flags & 1U) != 0,
          (packet.flags & 2U) != 0,
          (packet.flags & 4U) != 0,
          (packet.flags & 8U) != 0};
}

// The answer to a probe, as large as it.
inline Packet answer_to(const Packet& probe) {
  const WatchMessage asked = watch_message(probe);
  return packet_of({asked.to, asked.from, asked.number, false, true, false}, probe.payload);
}

}  // namespace stayalive
