// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#include "strategy/message.h"

namespace stayalive {

// Messages of TLS itself, which the strategy above it never sees: flights of a handshake by their
// position, as Control, and close_notify, as Goodbye.
inline constexpr std::uint8_t kTlsFull = 0xe0;
inline constexpr std::uint8_t kTlsResumed = 0xe8;
inline constexpr std::uint8_t kTlsCloseNotify = 0xf0;

constexpr std::uint8_t tls_flight(bool resumed, std::size_t position) {
  return static_cast<std::uint8_t>((resumed ? kTlsResumed : kTlsFull) + position);
}
constexpr bool is_tls_flight(const Message& message) {
  return message.kind == MessageKind::Control && message.subtype >= kTlsFull &&
         message.subtype < kTlsCloseNotify;
}
constexpr bool is_tls_resumed(const Message& flight) { return flight.subtype >= kTlsResumed; }
constexpr std::size_t tls_position(const Message& flight) { return flight.subtype & 7U; }
constexpr bool is_close_notify(const Message& message) {
  return message.kind == MessageKind::Goodbye && message.subtype == kTlsCloseNotify;
}

}  // namespace stayalive
