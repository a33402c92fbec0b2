// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "base/paged_array.h"
#include "base/random.h"
#include "base/time.h"
#include "middlebox/profile.h"
#include "net/address.h"
#include "net/packet.h"

namespace stayalive {

// Chooses external ports (RFC 4787, section 4.2) and remembers which are resting, and which are
// held by whom.  A resting port is free again exactly at the end of its rest.  A port takes 4
// bytes, and those that have never been near one in use take none.
class PortAllocator {
 public:
  static constexpr std::uint32_t kNobody = 0xffff'ffff;

  PortAllocator(const PortPolicy& policy, Random random)
      : policy_(policy), random_(random), next_(policy.low) {}

  // A port of this address that nobody holds, now held by `holder`; empty when
  // every port of the policy's range is taken.  `wanted` is the internal port.
  std::optional<std::uint16_t> take(Protocol protocol, AddressId address, std::uint16_t wanted,
                                    TimePoint now, std::uint32_t holder);
  // Who holds the port; kNobody when it is free or resting.
  std::uint32_t holder(Protocol protocol, Endpoint external) const;
  // Forgets who holds which port and which ones rest.  Random ports are drawn on, not once more
  // from the first.
  void clear() {
    ports_.clear();
    next_ = policy_.low;
  }
  // The port is free from `now` on, after its rest.
  void release(Protocol protocol, Endpoint external, TimePoint now);

  // The first port by the policy for which free(port) holds; for ports that several flows share.
  template <class Free>
  std::optional<std::uint16_t> pick(std::uint16_t wanted, Free free) {
    if (policy_.preserve && in_range(wanted) && free(wanted)) return wanted;
    const std::uint32_t width = std::uint32_t{policy_.high} - policy_.low + 1;
    const std::uint32_t start = start_offset(wanted, width);
    for (std::uint32_t i = 0; i < width; ++i) {
      const auto port = static_cast<std::uint16_t>(policy_.low + (start + i) % width);
      if (policy_.parity && ((port ^ wanted) & 1) != 0) continue;
      if (!free(port)) continue;
      next_ = port == policy_.high ? policy_.low : static_cast<std::uint16_t>(port + 1);
      return port;
    }
    return std::nullopt;
  }

  // As Linux searches after preservation has failed (net/netfilter/nf_nat_core.c): within the class
  // of the wanted port, or within an explicit range; a few runs from random starts, each half as
  // long as the one before, and then it gives up.  free(port, left) is asked for each: so many are
  // left to try in this run.  foresee(port) is told a little ahead which ports will be asked for.
  template <class Free, class Foresee>
  std::optional<std::uint16_t> pick_like_linux(std::uint16_t wanted, Free free, Foresee foresee) {
    const std::pair<std::uint16_t, std::uint16_t> range = linux_range(wanted);
    const std::uint32_t width = std::uint32_t{range.second} - range.first + 1;
    std::uint32_t tries = width < kLinuxTries ? width : kLinuxTries;
    while (true) {
      const auto start = static_cast<std::uint32_t>(random_.below(width));
      const auto candidate = [&](std::uint32_t i) {
        return static_cast<std::uint16_t>(range.first + (start + i) % width);
      };
      for (std::uint32_t i = 0; i < kLinuxForesight; ++i) foresee(candidate(i));
      for (std::uint32_t i = 0; i < tries; ++i) {
        foresee(candidate(i + kLinuxForesight));
        if (free(candidate(i), tries - i)) return candidate(i);
      }
      if (tries >= width || tries < kLinuxFewestTries) return std::nullopt;
      tries /= 2;
    }
  }
  // Changes when a port is chosen at random or in turn.
  std::uint64_t draws() const { return random_.state() ^ next_; }
  // Whether Linux may keep this port: always, unless the range is an explicit one.
  bool linux_may_keep(std::uint16_t port) const { return !explicit_range() || in_range(port); }

 private:
  static constexpr std::uint32_t kLinuxTries = 128;
  static constexpr std::uint32_t kLinuxFewestTries = 16;
  static constexpr std::uint32_t kLinuxForesight = 3;

  struct Port {
    std::uint32_t holder = kNobody;
  };
  struct Rest {
    TimePoint until;
    std::uint16_t port = 0;
    friend auto operator<=>(const Rest&, const Rest&) = default;
  };
  // The ports of one protocol at one address.
  struct Ports {
    PagedArray<Port, 1024> held;
    std::array<std::uint64_t, 1024> busy{};  // a bit for each port that is held or rests
    std::priority_queue<Rest, std::vector<Rest>, std::greater<>> rests;  // the first to end on top
    void set(std::uint16_t port) { busy[port / 64] |= std::uint64_t{1} << port % 64; }
    void clear(std::uint16_t port) { busy[port / 64] &= ~(std::uint64_t{1} << port % 64); }
    bool is_free(std::uint16_t port) const { return (busy[port / 64] >> port % 64 & 1) == 0; }
  };
  // Frees the ports whose rest has ended.
  static void free_rested(Ports& ports, TimePoint now);
  // The first free port from `from` to `to`, of the wanted parity where that matters; 64 at a time,
  // so that a box that has run out finds that out quickly.
  std::optional<std::uint16_t> first_free(const Ports& ports, std::uint32_t from, std::uint32_t to,
                                          std::uint16_t wanted) const;
  std::optional<std::uint16_t> choose(const Ports& ports, std::uint16_t wanted);
  bool in_range(std::uint16_t port) const { return port >= policy_.low && port <= policy_.high; }
  bool explicit_range() const { return policy_.low != 1024 || policy_.high != 65535; }
  std::pair<std::uint16_t, std::uint16_t> linux_range(std::uint16_t wanted) const;
  std::uint32_t start_offset(std::uint16_t wanted, std::uint32_t width);

  PortPolicy policy_;
  Random random_;
  std::uint16_t next_;
  std::map<std::pair<Protocol, AddressId>, Ports> ports_;
};

}  // namespace stayalive
