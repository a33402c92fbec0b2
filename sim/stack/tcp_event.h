// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "net/packet.h"
#include "stack/close_give_up.h"
#include "stack/socket_error.h"

namespace stayalive {

// What a connection tells the program that owns it.
struct TcpEvent {
  enum class Kind : std::uint8_t {
    Established,
    Acknowledged,  // the peer has everything up to and including `message`
    Delivered,     // every one up to and including `message` has arrived in order and can be read
    Octets,        // some of a message that is not complete have arrived in order and can be read
    PeerClosed,    // end of file: a FIN arrived
    Closed,        // the connection is over: by `error`, or, with None, because both directions
                   // ended in order (both FINs are acknowledged, or TIME_WAIT begins)
  };
  Kind kind = Kind::Established;
  std::uint32_t message = 0;
  SocketError error = SocketError::None;
  std::uint32_t octets = 0;  // Delivered and Octets: how many are newly in order
};

// Packets to send and events to tell, in order; and a wait that has ended just now.
struct TcpOutbox {
  std::vector<Packet> packets;
  std::vector<TcpEvent> events;
  std::optional<CloseGiveUp> wait;
  void clear() {
    packets.clear();
    events.clear();
    wait.reset();
  }
};

}  // namespace stayalive
