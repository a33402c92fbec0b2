// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

namespace stayalive {

// What a page consists of; its requests are the entries of the connection's traffic, and only the
// first has instants.
struct PageSpec {
  // Whether the first is the document that names the others: they are asked for when it has come,
  // and otherwise together with it.
  bool document = false;
};

// How a client's program keeps several connections to one server side by side and gives them its
// requests: a pool, or what a browser has for a page.  Plain data.
struct SessionSpec {
  enum class Order : std::uint8_t { LastUsed, LongestIdle };
  static constexpr std::uint32_t kMostSize = 1000;

  std::string product;                 // whose values it has; empty: its own
  std::uint32_t size = 10;             // most connections at once
  std::uint32_t min_idle = 0;          // so many unused ones are kept ready
  std::uint32_t max_idle = kMostSize;  // of more the one given back last is closed
  // An unused connection is closed after so long, but never one of the last min_idle.
  Duration idle_limit = kForever;
  Duration look_every{};         // and only when the pool looks after them; zero: exactly then
  Duration lifetime = kForever;  // from the opening on; one in use is closed when it is given back
  // One that was unused for longer is asked before a request is given to it, and an unused one
  // each time it was not heard for so long; whoever does not answer in time is closed.
  Duration check_before_use = kForever;
  Duration check_every = kForever;
  Duration check_timeout = std::chrono::seconds(5);
  std::uint32_t check_bytes = 20;      // of the question and of its answer
  Order order = Order::LastUsed;       // which of several unused ones carries the next request
  Duration wait_limit = kForever;      // so long a request waits for a connection, and then fails
  std::uint32_t requests_at_once = 1;  // on one connection
  bool multiplexes = false;            // no other is opened beside one that takes requests
  std::optional<PageSpec> page;
  bool notices_close = true;  // whether it learns at once that the peer has closed an unused one
};

}  // namespace stayalive
