// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// The packets by which a box learns of a flow whose beginning nobody has seen: the handshake of
// TCP, or two datagrams of UDP and their answers.
class Opening {
 public:
  struct Between {
    Endpoint client;  // inside
    Endpoint server;
    Protocol protocol = Protocol::Tcp;
    // Of TCP: the first bytes of each side that follow the handshake.
    std::uint32_t client_sequence = 0;
    std::uint32_t server_sequence = 0;
  };
  struct Step {
    Side from = Side::Internal;
    Packet packet;
  };
  explicit Opening(const Between& between) : between_(between) {}

  std::vector<Step> steps() const;
  // A packet of data that follows it.
  Packet speaks(Side from) const;

 private:
  Packet packet(Side from, std::uint8_t flags, int behind) const;

  Between between_;
};

}  // namespace stayalive
