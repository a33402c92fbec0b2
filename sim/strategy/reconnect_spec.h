// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace stayalive {

// What a client's program does after it has lost or closed its TCP connection: it opens another,
// and its messages go on.  Plain data.
struct ReconnectSpec {
  enum class When : std::uint8_t {
    AtOnce,       // after the pause, whether or not there is something to send
    NextMessage,  // when the next message is due
  };
  // What becomes of messages that fall due between two connections.
  enum class Meanwhile : std::uint8_t { Wait, Fail };
  // Which requests that were sent and not answered are sent again on the next connection: those
  // that may be carried out twice are marked in the traffic (RFC 9110 section 9.2.2: idempotent).
  enum class Repeat : std::uint8_t { Nothing, Repeatable, Everything };

  When when = When::AtOnce;
  bool first_with_message = false;  // the first connection, too, waits for a message
  Duration pause = std::chrono::seconds(1);
  std::uint32_t factor = 1;  // by which the pause grows with each attempt in vain
  Duration longest_pause = std::chrono::minutes(1);
  // Attempts in a row that may be in vain before the program ends; empty: any number.
  std::optional<std::uint32_t> limit;
  Meanwhile meanwhile = Meanwhile::Wait;
  Repeat repeat = Repeat::Nothing;
  std::uint32_t repeat_limit = 1;  // how often one request is sent again at most
  // A request is sent again only where its connection had carried an answer before: a new
  // connection that fails at once is no accident of timing (RFC 9112 section 9.3.1).
  bool repeat_on_used_only = false;

  // The wait before the next attempt when so many in a row were in vain.  Who waits for the next
  // message loses no time with the first attempt.
  Duration pause_before(std::uint32_t in_vain) const {
    if (when == When::NextMessage && in_vain == 0) return Duration::zero();
    const std::uint32_t grown = when == When::NextMessage ? in_vain - 1 : in_vain;
    Duration wait = std::min(pause, longest_pause);
    for (std::uint32_t i = 0; i < grown && wait < longest_pause && factor > 1; ++i)
      wait = wait > longest_pause / factor ? longest_pause : wait * factor;
    return wait;
  }
  bool repeats(bool repeatable) const {
    return repeat == Repeat::Everything || (repeat == Repeat::Repeatable && repeatable);
  }
  // Likewise one that was sent again so often already, on a connection that had carried an answer
  // before (used) or not.
  bool repeats(bool repeatable, std::uint32_t repeated, bool used) const {
    return repeats(repeatable) && repeated < repeat_limit && (used || !repeat_on_used_only);
  }
};

}  // namespace stayalive
