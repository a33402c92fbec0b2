// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/time.h"
#include "strategy/options.h"

namespace stayalive {

// What the headers of a message say about its connection, as the subtype of the message.
enum class HttpConnection : std::uint8_t {
  Silent,     // nothing: its version decides
  KeepAlive,  // of a request: Connection: keep-alive; of an answer: Keep-Alive: timeout=, max=
  Close,      // Connection: close
  Persists,   // of a request: nothing, and its version is 1.1 whatever the client's own
};

// When a server's answers say how long it keeps a connection.
enum class KeepAliveHeader : std::uint8_t { Never, WhenAsked, Always };

// What both ends of an HTTP connection were configured to do.
struct HttpRules {
  bool persists_by_default = true;               // HTTP/1.1
  HttpConnection asks = HttpConnection::Silent;  // the client's requests
  bool server_keeps = true;                      // KeepAlive of Apache
  Duration keep_alive_timeout = 5s;
  std::int64_t max_keep_alive_requests = 100;  // 0: any number
  Duration first_request_timeout = 60s;
  KeepAliveHeader header = KeepAliveHeader::WhenAsked;
  Duration advertised_timeout{};
  Duration linger = 2s;
  Duration client_idle = kForever;
  bool heeds_header = false;
  Duration header_margin{};
  bool pipelining = false;

  explicit HttpRules(const Options& options);

  // Whether the connection goes on after the server's answer of this number, counted from 1.  The
  // limit counts the requests after the first (Apache: MaxKeepAliveRequests 20 answers 21).
  bool keeps_after(std::int64_t answers, HttpConnection asked) const {
    const bool within = max_keep_alive_requests == 0 || answers <= max_keep_alive_requests;
    return server_keeps && persists(asked) && within;
  }
  // Whether both ends mean a connection to persist whose last request says this.
  bool persists(HttpConnection asked) const {
    return asked == HttpConnection::KeepAlive || asked == HttpConnection::Persists ||
           (asked == HttpConnection::Silent && persists_by_default);
  }
  bool sends_header(HttpConnection asked) const {
    return header == KeepAliveHeader::Always ||
           (header == KeepAliveHeader::WhenAsked && asked == HttpConnection::KeepAlive);
  }
  // What "max=" says with that answer.
  std::int64_t left_after(std::int64_t answers) const {
    return max_keep_alive_requests + 1 - answers;
  }
  // How long the client keeps an idle connection after an answer that says this.
  Duration client_keeps(HttpConnection answer) const {
    const bool told = heeds_header && answer == HttpConnection::KeepAlive;
    const Duration heeded = std::max(advertised_timeout - header_margin, Duration::zero());
    return told ? std::min(client_idle, heeded) : client_idle;
  }
};

}  // namespace stayalive
