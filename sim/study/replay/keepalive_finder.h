// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "study/replay/replayed_flow.h"

namespace stayalive {

// Finds what one end of a flow sends again and again after silence: of the packets that come after
// a second of silence those alike - by sender, kind and size - whose distances are the same within
// a twentieth.  Keeps the last few distances of the three commonest kinds.
class KeepaliveFinder {
 public:
  // silence: since the packet before.
  void add(TimePoint at, Duration silence, Side from, bool probe, std::uint32_t bytes);
  // Empty before three of a kind.
  std::optional<FoundKeepalive> found() const;

 private:
  static constexpr std::size_t kKinds = 3;
  static constexpr std::size_t kDistances = 8;
  struct KindOf {
    Side from = Side::Internal;
    bool probe = false;
    std::uint32_t bytes = 0;
    std::uint32_t times = 0;  // 0: free
    TimePoint last;
    std::array<Duration, kDistances> distances{};  // of the last ones, in a ring
  };
  std::array<KindOf, kKinds> kinds_{};
};

}  // namespace stayalive
