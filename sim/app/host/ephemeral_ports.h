// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "base/ring.h"
#include "base/state_walk.h"

namespace stayalive {

// The local ports that a kernel gives to connections by itself: each once, round from the first one
// on, and then whichever has been free for longest.
class EphemeralPorts {
 public:
  // Those of Linux (net.ipv4.ip_local_port_range).
  static constexpr std::uint16_t kLowest = 32768;
  static constexpr std::uint16_t kHighest = 60999;

  explicit EphemeralPorts(std::uint16_t first, std::uint16_t lowest = kLowest,
                          std::uint16_t highest = kHighest)
      : next_(first), lowest_(lowest), highest_(highest), unused_(highest - lowest + 1u) {}

  // Empty while all are in use.
  std::optional<std::uint16_t> take() {
    if (unused_ > 0) {
      --unused_;
      const std::uint16_t port = next_;
      next_ = after(port);
      return port;
    }
    if (released_.empty()) return std::nullopt;
    const std::uint16_t port = released_.front();
    released_.pop();
    ++reused_;
    return port;
  }
  // A port that was taken is free again.
  void release(std::uint16_t port) { released_.push() = port; }
  // The port behind this one, round.
  std::uint16_t after(std::uint16_t port) const {
    return port == highest_ ? lowest_ : static_cast<std::uint16_t>(port + 1);
  }
  // Which ports wait changes only where one is taken or released.
  void walk(StateWalk& walk) { walk.still(next_, unused_, reused_, released_.size()); }

 private:
  std::uint16_t next_;
  std::uint16_t lowest_;
  std::uint16_t highest_;
  std::uint32_t unused_;
  std::uint32_t reused_ = 0;
  Ring<std::uint16_t> released_;
};

}  // namespace stayalive
