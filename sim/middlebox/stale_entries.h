// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/state_walk.h"
#include "net/address.h"
#include "net/packet.h"

namespace stayalive {

// Entries that lead nowhere because what they translate to has changed.
class StaleEntries {
 public:
  bool none() const { return addresses_.empty() && targets_.empty(); }
  void lose_addresses(const std::vector<AddressId>& old) {
    addresses_.insert(addresses_.end(), old.begin(), old.end());
  }
  // Flows to `target` with a number up to `newest` lead to `gone`.
  void lose_target(AddressId target, AddressId gone, std::uint32_t newest) {
    targets_.push_back({target, gone, newest});
  }
  // Whether the box had this outside address once, and has it no more.
  bool was_own(AddressId address) const;
  // Sends a packet from inside on to the target that its flow has kept.
  void redirect(FlowId flow, Packet& packet) const;
  void walk(StateWalk& walk) { walk.still(addresses_.size(), targets_.size()); }

 private:
  struct Target {
    AddressId address;
    AddressId gone;
    std::uint32_t newest;
  };
  std::vector<AddressId> addresses_;
  std::vector<Target> targets_;  // in order of time
};

}  // namespace stayalive
