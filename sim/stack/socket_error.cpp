// SPDX-License-Identifier: Apache-2.0
#include "stack/socket_error.h"

namespace stayalive {

const char* name(SocketError error) {
  switch (error) {
    case SocketError::None:
      return "none";
    case SocketError::TimedOut:
      return "ETIMEDOUT";
    case SocketError::Reset:
      return "ECONNRESET";
    case SocketError::Refused:
      return "ECONNREFUSED";
    case SocketError::BrokenPipe:
      return "EPIPE";
    case SocketError::HostUnreachable:
      return "EHOSTUNREACH";
    case SocketError::NetworkUnreachable:
      return "ENETUNREACH";
  }
  return "unknown";
}

}  // namespace stayalive
