// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "strategy/options.h"

namespace stayalive {

// How many connections a server has at once, and what becomes of more: plain data.
struct ServingRules {
  enum class WhenFull : std::uint8_t { Wait, Close };
  static constexpr std::uint32_t kMost = 1'000'000;

  // Processes or threads, of which a connection holds one from accept() to close; 0: an event loop,
  // which serves any number.
  std::uint32_t workers = 0;
  std::uint32_t max_connections = 0;  // accepted and not closed; 0: any number
  // At max_connections others wait in the accept queue, or are accepted and closed at once.
  WhenFull when_full = WhenFull::Wait;
  // At max_connections the connection that has waited longest for a next request is closed for each
  // that waits to be accepted.
  bool closes_idle = false;
  // As given to listen(), and no more than net.core.somaxconn: one more fits into the queue.
  std::uint32_t backlog = 4096;
  // net.ipv4.tcp_syncookies: while as many handshakes are under way as the backlog says, a SYN is
  // answered with a cookie, and otherwise dropped.
  bool syn_cookies = true;
  bool abort_on_overflow = false;  // net.ipv4.tcp_abort_on_overflow
  Duration defer_accept{};         // TCP_DEFER_ACCEPT
};

// A program that serves several connections of a scenario from one listening socket.
struct ServerSpec {
  std::string name;
  std::size_t host = 1;  // position in Scenario::hosts
  std::string profile;   // the product whose values it has; empty: the scenario's own
  ServingRules rules;
  // Options of the strategy `http` that are the server's and are said here.
  std::vector<std::pair<const OptionSpec*, std::int64_t>> http;
};

}  // namespace stayalive
