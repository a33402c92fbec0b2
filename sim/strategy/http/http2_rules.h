// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "strategy/options.h"

namespace stayalive {

// Frames that are messages of their own, as the subtype of a Control message.  A PING is a Request,
// its acknowledgment a Reply, and GOAWAY a Goodbye, whose status is the error code and whose item
// the number of streams that were, or will be, served.
enum class Http2Setup : std::uint8_t { Preface, Settings, SettingsAck };
inline constexpr std::uint16_t kNoError = 0;
inline constexpr std::uint16_t kEnhanceYourCalm = 11;  // RFC 9113 section 7

// The number of a client's stream on the wire; 0 is none.
constexpr std::uint64_t http2_stream(std::uint32_t number) {
  return number == 0 ? 0 : 2ULL * number - 1;
}

// Bytes on the wire (RFC 9113 section 4.1 and 6; what nginx 1.22 and Node.js 20 write:
// tests/observations/web).
inline constexpr std::uint32_t kFrameHeader = 9;
inline constexpr std::uint32_t kPingFrame = kFrameHeader + 8;
inline constexpr std::uint32_t kGoawayFrame = kFrameHeader + 8;
inline constexpr std::uint32_t kPrefaceBytes = 24 + kFrameHeader;        // and empty SETTINGS
inline constexpr std::uint32_t kSettingsBytes = 27 + 13 + kFrameHeader;  // WINDOW_UPDATE, ack

// When an end sends PING and what it concludes from silence.
struct Http2PingRules {
  Duration interval{};  // zero: it sends none
  Duration timeout = 15s;
  bool put_off = true;          // by whatever is received
  bool without_streams = true;  // also while no request is under way
};

// What both ends of an HTTP/2 connection were configured to do, beside HttpRules.
struct Http2Rules {
  std::size_t max_concurrent_streams = 128;
  Http2PingRules client_pings;
  Http2PingRules server_pings;
  bool pings_prolong = false;         // the server's keep-alive timeout
  Duration min_ping_interval{};       // of the client's, as the server tolerates them
  Duration min_idle_ping_interval{};  // while no stream is open
  std::uint32_t max_ping_strikes = 2;
  std::int64_t last_request = 0;     // GOAWAY comes with the request of this number; 0: with none
  Duration longest_life = kForever;  // and with the first after the connection has stood so long
  std::uint32_t request_header_bytes = 500;
  std::uint32_t answer_header_bytes = 238;

  explicit Http2Rules(const Options& options);

  // Bytes of the frames for a request or an answer that takes so many in HTTP/1.  Its header is
  // compressed (HPACK): to 60 % where its fields are new, to 14 bytes where they were sent before
  // on this connection, and an answer of nginx to 45 % each time.
  std::uint32_t request_bytes(std::uint32_t bytes, bool first) const {
    const std::uint32_t header = std::min(bytes, request_header_bytes);
    const auto literal = static_cast<std::uint32_t>(header * 3ULL / 5);
    const std::uint32_t fields = first ? literal : std::min(literal, 14U);
    return kFrameHeader + fields + data_bytes(bytes - header, 16384);
  }
  std::uint32_t answer_bytes(std::uint32_t bytes) const {
    const std::uint32_t header = std::min(bytes, answer_header_bytes);
    const auto fields = static_cast<std::uint32_t>(header * 45ULL / 100);
    return kFrameHeader + fields + data_bytes(bytes - header, 8192);
  }
  // The same of an error page: nginx has 157 bytes of header, which become 54.
  static std::uint32_t error_bytes(std::uint32_t bytes) {
    return kFrameHeader + 54 + data_bytes(bytes - std::min(bytes, 157U), 8192);
  }
  Duration least_ping_interval(bool streams) const {
    return streams || min_idle_ping_interval == Duration::zero() ? min_ping_interval
                                                                 : min_idle_ping_interval;
  }

 private:
  static std::uint32_t data_bytes(std::uint32_t body, std::uint32_t most) {
    return body + (body + most - 1) / most * kFrameHeader;
  }
};

}  // namespace stayalive
