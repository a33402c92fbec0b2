// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "net/address.h"
#include "probe/message/probe_message.h"

namespace stayalive {

// What a probe wants done with its sockets.  Each flow has a socket of its own, which lives from
// Open or Connect to Close.
struct ProbeAct {
  enum class Kind : std::uint8_t {
    Open,     // a new UDP socket with a port that the system chooses
    Connect,  // a new TCP connection `to`
    Send,     // a datagram `to`, or bytes on the connection
    Finish,   // shutdown of the sending direction
    Close,    // at once; a connection with a RST
  };
  Kind kind = Kind::Open;
  std::uint32_t flow = 0;
  Endpoint to;
  ProbeBytes bytes{};
};

struct ProbeOutbox {
  std::vector<ProbeAct> acts;
  void clear() { acts.clear(); }
};

// What a socket of a probe met.
enum class ProbeFailure : std::uint8_t {
  Reset,     // a RST, or an ICMP error
  Finished,  // end of file
  Refused,   // no connection was made
  NoSocket,  // the system has none to give
};

}  // namespace stayalive
