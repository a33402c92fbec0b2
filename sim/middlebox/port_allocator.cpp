// SPDX-License-Identifier: Apache-2.0
#include "middlebox/port_allocator.h"

#include "base/check.h"

namespace stayalive {

bool PortAllocator::free(const Ports& ports, std::uint16_t port, TimePoint now) const {
  if (!ports.has(port)) return true;
  const std::uint32_t state = ports[port].state;
  if (state == kNobody) return true;
  return (state & kResting) != 0 && rests_[state & ~kResting] <= now;
}

std::optional<std::uint16_t> PortAllocator::take(Protocol protocol, AddressId address,
                                                 std::uint16_t wanted, TimePoint now,
                                                 std::uint32_t holder) {
  CHECK(holder < kResting, "who holds a port has a handle below 2^31");
  Ports& ports = ports_[{protocol, address}];
  const auto port =
      pick(wanted, [&](std::uint16_t candidate) { return free(ports, candidate, now); });
  if (!port) return std::nullopt;
  std::uint32_t& state = ports.make(*port).state;
  if (state != kNobody) rests_.remove(state & ~kResting);
  state = holder;
  return port;
}

std::uint32_t PortAllocator::holder(Protocol protocol, Endpoint external) const {
  const auto known = ports_.find({protocol, external.address});
  if (known == ports_.end() || !known->second.has(external.port)) return kNobody;
  const std::uint32_t state = known->second[external.port].state;
  return (state & kResting) != 0 ? kNobody : state;
}

void PortAllocator::release(Protocol protocol, Endpoint external, TimePoint now) {
  CHECK(holder(protocol, external) != kNobody, "only a port that is held is given back");
  std::uint32_t& state = ports_[{protocol, external.address}][external.port].state;
  const bool rests = policy_.reuse_delay > Duration::zero();
  state = rests ? kResting | rests_.add(later(now, policy_.reuse_delay)) : kNobody;
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
