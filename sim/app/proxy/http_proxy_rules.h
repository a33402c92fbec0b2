// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"
#include "strategy/http/http_status.h"

namespace stayalive {

// In what proxies differ that know the requests and answers of HTTP: two exchanges back to back.
// A request ends at the proxy, which asks the server on a connection of its own, new or idle since
// an earlier exchange (the pool), and answers the client itself.  Plain data, part of ProxyRules.
// Spans: kForever is off; counts: 0 is any number.
struct HttpProxyRules {
  // Which idle connections to the server a request may be sent on.
  enum class Reuse : std::uint8_t {
    Always,
    Safe,  // not the first request of a client's connection, which gets a new one (HAProxy)
  };
  // Which requests are sent once more, on another connection, when a connection that had carried an
  // answer before ends instead of answering (RFC 9112 section 9.3.1).
  enum class Retry : std::uint8_t { Nothing, Repeatable, Everything };
  // What the client sees when such a request is not sent again.
  enum class Lost : std::uint8_t {
    Answer,            // an answer with lost_status
    CloseUnlessFirst,  // its connection is closed without an answer, so that it may repeat by
                       // itself; the first request of a connection is answered
  };
  enum class PoolEnding : std::uint8_t { Fin, Reset };

  // The client's connection.
  Duration first_request_timeout = kForever;  // until its first request has come
  Duration keep_alive_timeout = kForever;     // from an answer to the next request
  Duration keep_alive_time = kForever;        // the first answer after so long says close
  std::int64_t keep_alive_requests = 0;       // the answer to so many says close
  bool http2 = true;           // it speaks HTTP/2 with clients, and HTTP/1 with the server
  bool abort_on_close = true;  // a client that closes ends the request that it waits for

  // Connections to the server.
  Duration response_timeout = kForever;  // from a request to its answer
  std::int64_t pool_size = 0;            // idle ones that are kept; 0: none, and requests say close
  Duration pool_idle_timeout = kForever;
  Duration pool_time = kForever;             // one as old is closed after its next answer
  std::int64_t pool_requests = 0;            // one that has carried so many is closed
  PoolEnding pool_ending = PoolEnding::Fin;  // of an idle one, and of one that takes too long
  Reuse reuse = Reuse::Always;
  Retry retry = Retry::Nothing;

  // What it answers by itself.
  Lost on_lost = Lost::Answer;
  ProxyError lost_status = ProxyError::BadGateway;     // the server's connection ended instead
  ProxyError refused_status = ProxyError::BadGateway;  // a connection to the server was refused
  ProxyError unreachable_status = ProxyError::GatewayTimeout;  // nothing was heard of it
  ProxyError response_status = ProxyError::GatewayTimeout;     // response_timeout
};

}  // namespace stayalive
