// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>

namespace stayalive {

// A 32-bit index that cannot be mixed up with an index of another kind.
template <class Tag>
struct Id {
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  std::uint32_t value = kNone;
  constexpr bool valid() const { return value != kNone; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

using NodeId = Id<struct NodeTag>;              // a host, box or proxy of one simulation
using FlowId = Id<struct FlowTag>;              // a flow of one middlebox
using AddressId = Id<struct AddressTag>;        // an interned IP address
using AlarmId = Id<struct AlarmTag>;            // a wake-up of one simulation that can be moved
using LaneId = Id<struct LaneTag>;              // an ordered stream of events of one simulation
using ConnectionId = Id<struct ConnectionTag>;  // a connection of the scenario, by position
using StreamId = Id<struct StreamTag>;          // the messages of one writer, in order

}  // namespace stayalive
