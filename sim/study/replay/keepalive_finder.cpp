// SPDX-License-Identifier: Apache-2.0
#include "study/replay/keepalive_finder.h"

#include <algorithm>
#include <vector>

namespace stayalive {

void KeepaliveFinder::add(TimePoint at, Duration silence, Side from, bool probe,
                          std::uint32_t bytes) {
  if (silence < 1s) return;
  const auto alike = [&](const KindOf& its) {
    return its.times > 0 && its.from == from && its.probe == probe && its.bytes == bytes;
  };
  const auto known = std::find_if(kinds_.begin(), kinds_.end(), alike);
  if (known != kinds_.end()) {
    known->distances[(known->times - 1) % kDistances] = at - known->last;
    known->last = at;
    ++known->times;
    return;
  }
  // The rarest makes room, and is soon back where it is not rare.
  const auto rarest =
      std::min_element(kinds_.begin(), kinds_.end(),
                       [](const KindOf& a, const KindOf& b) { return a.times < b.times; });
  *rarest = {from, probe, bytes, 1, at, {}};
}

std::optional<FoundKeepalive> KeepaliveFinder::found() const {
  std::optional<FoundKeepalive> best;
  for (const KindOf& its : kinds_) {
    if (its.times < 3) continue;
    const std::size_t count = std::min<std::size_t>(its.times - 1, kDistances);
    std::vector<Duration> sorted(its.distances.begin(),
                                 its.distances.begin() + static_cast<std::ptrdiff_t>(count));
    std::sort(sorted.begin(), sorted.end());
    const Duration middle = sorted[(count - 1) / 2];
    const auto near = static_cast<std::size_t>(
        std::count_if(sorted.begin(), sorted.end(), [&](Duration distance) {
          return std::max(distance, middle) - std::min(distance, middle) <= middle / 20;
        }));
    if (near * 3 < count * 2 || near < 2) continue;
    if (!best || its.times > best->times)
      best = FoundKeepalive{its.from, its.probe, its.bytes, middle, its.times};
  }
  return best;
}

}  // namespace stayalive
