// SPDX-License-Identifier: Apache-2.0
#include "middlebox/nat/port_allocator.h"

#include <bit>

#include "base/check.h"

namespace stayalive {

void PortAllocator::free_rested(Ports& ports, TimePoint now) {
  while (!ports.rests.empty() && ports.rests.top().until <= now) {
    ports.clear(ports.rests.top().port);
    ports.rests.pop();
  }
}

std::optional<std::uint16_t> PortAllocator::take(Protocol protocol, AddressId address,
                                                 std::uint16_t wanted, TimePoint now,
                                                 std::uint32_t holder) {
  CHECK(holder != kNobody, "somebody takes a port");
  Ports& ports = ports_[{protocol, address}];
  free_rested(ports, now);
  const std::optional<std::uint16_t> port = choose(ports, wanted);
  if (!port) return std::nullopt;
  ports.set(*port);
  ports.held.make(*port).holder = holder;
  return port;
}

// As pick(), with a look at 64 ports at once.
std::optional<std::uint16_t> PortAllocator::choose(const Ports& ports, std::uint16_t wanted) {
  if (policy_.preserve && in_range(wanted) && ports.is_free(wanted)) return wanted;
  const std::uint32_t width = std::uint32_t{policy_.high} - policy_.low + 1;
  const std::uint32_t start = policy_.low + start_offset(wanted, width) % width;
  std::optional<std::uint16_t> port = first_free(ports, start, policy_.high, wanted);
  if (!port && start > policy_.low) port = first_free(ports, policy_.low, start - 1, wanted);
  if (port) next_ = *port == policy_.high ? policy_.low : static_cast<std::uint16_t>(*port + 1);
  return port;
}

std::optional<std::uint16_t> PortAllocator::first_free(const Ports& ports, std::uint32_t from,
                                                       std::uint32_t to,
                                                       std::uint16_t wanted) const {
  constexpr std::uint64_t kEven = 0x5555'5555'5555'5555;
  const std::uint64_t suitable = !policy_.parity   ? ~std::uint64_t{0}
                                 : wanted % 2 == 0 ? kEven
                                                   : ~kEven;
  for (std::uint32_t port = from; port <= to; port = (port | 63) + 1) {
    const std::uint64_t free = ~ports.busy[port / 64] & suitable & ~std::uint64_t{0} << port % 64;
    if (free == 0) continue;
    const std::uint32_t found = (port & ~63u) + static_cast<std::uint32_t>(std::countr_zero(free));
    return found <= to ? std::optional(static_cast<std::uint16_t>(found)) : std::nullopt;
  }
  return std::nullopt;
}

std::uint32_t PortAllocator::holder(Protocol protocol, Endpoint external) const {
  const auto known = ports_.find({protocol, external.address});
  if (known == ports_.end() || !known->second.held.has(external.port)) return kNobody;
  return known->second.held[external.port].holder;
}

void PortAllocator::release(Protocol protocol, Endpoint external, TimePoint now) {
  CHECK(holder(protocol, external) != kNobody, "only a port that is held is given back");
  Ports& ports = ports_[{protocol, external.address}];
  ports.held[external.port].holder = kNobody;
  if (policy_.reuse_delay > Duration::zero()) {
    ports.rests.push({later(now, policy_.reuse_delay), external.port});
  } else {
    ports.clear(external.port);
  }
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
