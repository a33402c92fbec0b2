// SPDX-License-Identifier: Apache-2.0
#include "middlebox/port_allocator.h"

#include "base/check.h"

namespace stayalive {

std::optional<std::uint16_t> PortAllocator::take(Protocol protocol, AddressId address,
                                                 std::uint16_t wanted, TimePoint now) {
  std::vector<TimePoint>& free_at = free_at_[{protocol, address}];
  if (free_at.empty()) free_at.assign(65536, kStart);
  const auto port =
      pick(wanted, [&](std::uint16_t candidate) { return free_at[candidate] <= now; });
  if (port) free_at[*port] = kNever;
  return port;
}

void PortAllocator::release(Protocol protocol, Endpoint external, TimePoint now) {
  TimePoint& free_at = free_at_[{protocol, external.address}].at(external.port);
  CHECK(free_at == kNever, "only a port that is held is given back");
  free_at = later(now, policy_.reuse_delay);
}

std::pair<std::uint16_t, std::uint16_t> PortAllocator::linux_range(std::uint16_t wanted) const {
  if (explicit_range()) return {policy_.low, policy_.high};
  if (wanted < 512) return {std::uint16_t{1}, std::uint16_t{511}};
  if (wanted < 1024) return {std::uint16_t{600}, std::uint16_t{1023}};
  return {std::uint16_t{1024}, std::uint16_t{65535}};
}

// Where a search begins: anywhere, just above the wanted port, or after the last one given out.
std::uint32_t PortAllocator::start_offset(std::uint16_t wanted, std::uint32_t width) {
  if (policy_.random) return static_cast<std::uint32_t>(random_.below(width));
  if (policy_.preserve && in_range(wanted)) return std::uint32_t{wanted} - policy_.low + 1;
  return std::uint32_t{next_} - policy_.low;
}

}  // namespace stayalive
