// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/adaptive_purge.h"

#include <algorithm>

namespace stayalive {

Duration AdaptivePurge::scaled(Duration timeout) const {
  const std::uint64_t end = profile_.adaptive.end;
  const std::uint64_t start = profile_.adaptive.start;
  const std::uint64_t flows = flows_.size();
  if (!crowded()) return timeout;
  if (flows >= end) return Duration::zero();
  const auto part = static_cast<std::int64_t>(end - flows);
  const auto whole = static_cast<std::int64_t>(end - start);
  return timeout / whole * part + timeout % whole * part / whole;
}

TimePoint AdaptivePurge::purge_after(TimePoint at) const {
  if (at <= next_ || at == kNever) return std::max(at, next_);
  const Duration over = (at - next_) % interval();
  return over == Duration::zero() ? at : later(at, interval() - over);
}

}  // namespace stayalive
