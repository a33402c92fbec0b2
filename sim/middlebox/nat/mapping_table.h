// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/flat_index.h"
#include "base/slab.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "middlebox/flow/flow.h"
#include "middlebox/flow/flow_queue.h"
#include "middlebox/nat/port_allocator.h"
#include "middlebox/profile.h"
#include "middlebox/stateful_box.h"

namespace stayalive {

// Which external endpoint stands for which internal one (RFC 4787, section 4.1).  A mapping ends
// with its last flow, or, where all its flows share one lease, when that runs out.  Without
// translation the external endpoint is the internal one and no port is held.  Where ports are
// overloaded there are no mappings: flows of one internal endpoint are only grouped.
class MappingTable {
 public:
  // Both must outlive the table.
  MappingTable(const Profile& profile, const BoxIdentity& identity);

  // The mapping that a packet from `internal` to `remote` uses; kNoHandle when there is none.
  std::uint32_t find(Protocol protocol, Endpoint internal, Endpoint remote) const;
  // The mapping that owns an external endpoint; kNoHandle when there is none.
  std::uint32_t find_external(Protocol protocol, Endpoint external) const;
  // A new mapping with an external endpoint of its own; kNoHandle when no port is left.
  std::uint32_t open(Protocol protocol, Endpoint internal, Endpoint remote, bool shared,
                     TimePoint now);
  // Ends the mapping when neither a flow nor a lease keeps it at `at`.
  void end_if_unused(std::uint32_t handle, TimePoint at);
  // Ends every mapping whose lease has run out by `now`.
  void reap(TimePoint now) {
    if (queue_.next() <= now) end_due(now);
  }
  // From now on the mappings there are serve only the flows that they have.
  void retire_all();
  // Forgets everything, resting ports included; which random port comes next goes on.
  void flush();

  // The address of the pool for this pair: by internal address alone when pooling is paired.  A
  // hash, so that it does not matter who comes first.
  AddressId pool_address(AddressId internal, AddressId remote) const;
  bool own_address(AddressId address) const;

  Mapping& operator[](std::uint32_t handle) { return mappings_[handle]; }
  const Mapping& operator[](std::uint32_t handle) const { return mappings_[handle]; }
  PortAllocator& ports() { return ports_; }
  void walk(StateWalk& walk);

 private:
  FlowKey key_for(Protocol protocol, Endpoint internal, Endpoint remote) const;
  std::uint32_t find_key(const FlowKey& key) const;
  std::uint32_t add(const Mapping& mapping);
  void end(std::uint32_t handle, TimePoint at);
  void end_due(TimePoint now);

  const Profile& profile_;
  const BoxIdentity& identity_;
  PortAllocator ports_;
  Slab<Mapping> mappings_;
  FlatIndex by_key_;
  FlowQueue queue_;  // of mappings that only their lease keeps
  std::uint32_t serial_ = 0;
};

}  // namespace stayalive
