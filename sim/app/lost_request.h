// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"
#include "stack/socket_error.h"

namespace stayalive {

// A request that did not get its server's answer on the connection on which it was sent, as the hop
// has it that waited for the answer: the client, or a proxy.
struct LostRequest {
  enum class Why : std::uint8_t {
    Closed,       // the connection was closed in order from the other end
    Reset,        // it was reset, or broke
    NoAnswer,     // the hop waited no longer
    Refused,      // no connection came about: refused
    Unreachable,  // the same, and nothing was heard
    Unserved,     // the server said that it had not carried it out and would not (GOAWAY)
  };
  std::uint32_t item = 0;  // of the client's messages, from 0
  TimePoint asked_at;      // when the client wrote it
  TimePoint at;            // when the hop gave it up
  NodeId hop;              // who waited; invalid: the client
  Why why = Why::Closed;
  bool reused = false;       // the connection had carried an answer before
  bool repeatable = false;   // it may be carried out twice
  bool repeated = false;     // the hop sends it again on another connection
  std::uint16_t status = 0;  // that the hop answered instead; 0: it did not answer

  // Of a connection that ended so while somebody waited on it.
  static Why why_of(SocketError error) {
    return error == SocketError::None ? Why::Closed : Why::Reset;
  }
};
// "closed", "reset", "no-answer", "refused", "unreachable", "unserved".
std::string_view name(LostRequest::Why why);

}  // namespace stayalive
