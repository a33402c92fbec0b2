// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

namespace stayalive {

// The error a program gets from its socket.
enum class SocketError : std::uint8_t {
  None,
  TimedOut,            // ETIMEDOUT
  Reset,               // ECONNRESET
  Refused,             // ECONNREFUSED
  BrokenPipe,          // EPIPE
  HostUnreachable,     // EHOSTUNREACH
  NetworkUnreachable,  // ENETUNREACH
};
inline constexpr std::size_t kSocketErrors =
    static_cast<std::size_t>(SocketError::NetworkUnreachable) + 1;
// "ETIMEDOUT" and so on; "none" for None.
const char* name(SocketError error);

}  // namespace stayalive
