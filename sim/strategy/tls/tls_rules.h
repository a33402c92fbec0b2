// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "strategy/message.h"

namespace stayalive {

// How both ends of a connection set up TLS and what it adds to their bytes.  The sizes are those
// of Node.js 20 and nginx 1.22 with OpenSSL 3.0, AES-GCM and a certificate of RSA 2048
// (tests/observations/web).
struct TlsRules {
  enum class Version : std::uint8_t { V12, V13 };
  // What one end sends before it has to wait for the other, in bytes of the TCP stream.
  struct Flight {
    Role from = Role::Client;
    std::uint32_t bytes = 0;
  };
  // From the ClientHello to what may follow the handshake.  An end that has sent or received the
  // one at `last` writes its application's messages; what comes behind it asks for nothing.
  struct Handshake {
    std::vector<Flight> flights;
    std::size_t last = 0;
    // The flight that brings the client a session to resume; the number of flights: none does.
    std::size_t ticket = 0;
    // Round trips before a client's first message leaves.
    std::uint32_t round_trips = 1;
  };

  Version version = Version::V13;
  bool resumption = true;                  // sessions are offered and taken up again
  Duration session_timeout = 5min;         // for so long after they were given
  std::uint32_t certificate_bytes = 1976;  // of the chain that the server sends
  // So long after TCP is open each end waits for the end of the handshake; zero: for ever.
  Duration server_timeout = 60s;
  Duration client_timeout{};

  Handshake handshake(bool resumed) const;
  // Bytes of the stream for so many of a protocol's: records of at most 16 KiB, each with a header
  // and an authentication tag, in TLS 1.2 also with a nonce, in 1.3 with its real type.
  std::uint32_t protect(std::uint32_t bytes) const;
  // The alert that says that this end writes no more.
  std::uint32_t close_notify_bytes() const { return protect(2); }
};

// What a client remembers from one connection to the next; all connections of a pool share one.
struct TlsSession {
  TimePoint given_at{};  // when the server gave it
  bool given = false;
};

}  // namespace stayalive
