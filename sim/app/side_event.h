// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "app/outcome.h"
#include "app/proxy/proxy_rules.h"
#include "base/ids.h"
#include "base/time.h"
#include "net/address.h"
#include "net/side.h"
#include "stack/socket_error.h"
#include "strategy/channel.h"

namespace stayalive {

// Something that happened to one side of a connection.
struct SideEvent {
  enum class Kind : std::uint8_t {
    Opening,   // a socket was made and tries to connect
    Opened,    // it is connected; a UDP server has heard its peer
    Noticed,   // the program gave up this socket, or lost it, and will open another
    Rested,    // as Noticed, but the other is opened when there is something to send
    Ended,     // the program is through with the connection
    Moved,     // it now sends to another endpoint, or from another one
    HostDown,  // its host crashed or is being rebooted: nothing of it is left
  };
  Kind kind = Kind::Opening;
  TimePoint at;
  Endpoint local{};
  Endpoint remote{};                 // to whom it sends; address invalid while nobody is known
  Outcome outcome = Outcome::Alive;  // of Noticed, Rested and Ended
  TimePoint heard_at{};              // when this side last received a packet before it
  SocketError error = SocketError::None;
  Ending ending{};

  // Noticed, Rested, Ended or HostDown.
  static SideEvent end(Kind kind, TimePoint at, Outcome outcome, SocketError error,
                       const Ending& ending) {
    SideEvent event{kind, at};
    event.outcome = outcome;
    event.error = error;
    event.ending = ending;
    return event;
  }
};

// What a proxy did with one of the two TCP connections of which it makes one.
struct ProxyEvent {
  enum class Kind : std::uint8_t {
    Opened,
    ShutDown,  // it has sent a FIN there because the timer of the other side had run out, and reads
    Ended,
  };
  NodeId proxy;
  Side side = Side::Internal;  // its socket towards the client or towards the server
  Kind kind = Kind::Ended;
  TimePoint at{};
  Endpoint remote{};  // of the socket
  SocketError error = SocketError::None;
  ProxyTimer timer = ProxyTimer::None;  // why it was ended or shut down, and the timer's span
  Duration timeout{};
  // Ended while nobody waited for anything on it: no harm.
  bool between_exchanges = false;
  bool no_port = false;    // ended because the proxy had no port left towards the server
  std::uint32_t pair = 0;  // of a proxy that ties sockets in pairs: which of them
};

}  // namespace stayalive
