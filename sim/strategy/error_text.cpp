// SPDX-License-Identifier: Apache-2.0
#include "strategy/error_text.h"

namespace stayalive {

const char* error_text(SocketError error) {
  switch (error) {
    case SocketError::None:
      return "Connection closed by the peer";
    case SocketError::TimedOut:
      return "Connection timed out";
    case SocketError::Reset:
      return "Connection reset by peer";
    case SocketError::Refused:
      return "Connection refused";
    case SocketError::BrokenPipe:
      return "Broken pipe";
    case SocketError::HostUnreachable:
      return "No route to host";
    case SocketError::NetworkUnreachable:
      return "Network is unreachable";
  }
  return "";
}

}  // namespace stayalive
