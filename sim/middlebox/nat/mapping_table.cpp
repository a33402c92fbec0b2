// SPDX-License-Identifier: Apache-2.0
#include "middlebox/nat/mapping_table.h"

#include <algorithm>

#include "base/check.h"
#include "base/digest.h"
#include "middlebox/ending/sweep.h"

namespace stayalive {
MappingTable::MappingTable(const Profile& profile, const BoxIdentity& identity)
    : profile_(profile),
      identity_(identity),
      ports_(profile.ports, Random(identity.seed, identity.name, "ports")) {}

FlowKey MappingTable::key_for(Protocol protocol, Endpoint internal, Endpoint remote) const {
  FlowKey key{internal, {AddressId{0}, 0}, protocol};
  const bool independent = profile_.mapping == Dependence::EndpointIndependent ||
                           profile_.ports.overload || !profile_.translate;
  if (independent) return key;
  key.destination.address = remote.address;
  if (profile_.mapping == Dependence::AddressAndPortDependent) key.destination.port = remote.port;
  return key;
}

std::uint32_t MappingTable::find_key(const FlowKey& key) const {
  return by_key_.find(key.hash(), [&](std::uint32_t i) { return mappings_[i].key == key; });
}

std::uint32_t MappingTable::find(Protocol protocol, Endpoint internal, Endpoint remote) const {
  return find_key(key_for(protocol, internal, remote));
}

std::uint32_t MappingTable::find_external(Protocol protocol, Endpoint external) const {
  if (!profile_.translate) return find(protocol, external, {});
  return ports_.holder(protocol, external);
}

std::uint32_t MappingTable::add(const Mapping& mapping) {
  const std::uint32_t handle = mappings_.add(mapping);
  mappings_[handle].serial = ++serial_;
  by_key_.insert(mapping.key.hash(), handle);
  return handle;
}

std::uint32_t MappingTable::open(Protocol protocol, Endpoint internal, Endpoint remote, bool shared,
                                 TimePoint now) {
  Mapping mapping;
  mapping.key = key_for(protocol, internal, remote);
  mapping.external = internal;
  mapping.shared = shared;
  const std::uint32_t handle = add(mapping);
  if (!profile_.translate) return handle;
  const AddressId address = pool_address(internal.address, remote.address);
  const auto port = ports_.take(protocol, address, internal.port, now, handle);
  if (!port) {
    end(handle, now);
    return kNoHandle;
  }
  mappings_[handle].external = {address, *port};
  mappings_[handle].holds_port = true;
  return handle;
}

void MappingTable::end(std::uint32_t handle, TimePoint at) {
  Mapping& mapping = mappings_[handle];
  if (!mapping.retired) by_key_.erase(mapping.key.hash(), handle);
  if (mapping.holds_port) ports_.release(mapping.key.protocol, mapping.external, at);
  mapping.serial = 0;
  mappings_.remove(handle);
}

void MappingTable::end_if_unused(std::uint32_t handle, TimePoint at) {
  const Mapping& mapping = mappings_[handle];
  if (mapping.flows > 0) return;
  const TimePoint gone = swept(mapping.deadline, profile_.reap_interval);
  if (mapping.shared && gone > at) {
    queue_.push({gone, mapping.serial, handle});
    return;
  }
  end(handle, at);
}

void MappingTable::end_due(TimePoint now) {
  while (queue_.next() <= now) {
    const FlowQueue::Entry entry = queue_.pop();
    if (mappings_[entry.slot].serial == entry.serial) end_if_unused(entry.slot, entry.at);
  }
}

void MappingTable::retire_all() {
  for (std::uint32_t handle = 0; handle < mappings_.slots(); ++handle) {
    Mapping& mapping = mappings_[handle];
    if (mapping.serial == 0 || mapping.retired) continue;
    by_key_.erase(mapping.key.hash(), handle);
    mapping.retired = true;
  }
}

void MappingTable::flush() {
  mappings_ = {};
  by_key_ = {};
  queue_.clear();
  ports_.clear();
}

AddressId MappingTable::pool_address(AddressId internal, AddressId remote) const {
  const std::vector<AddressId>& pool = identity_.external_addresses;
  if (pool.size() == 1) return pool.front();
  std::uint64_t hash = internal.value;
  if (profile_.pooling == Pooling::Arbitrary) hash |= std::uint64_t{remote.value} << 32;
  return pool[Digest::mix(hash) % pool.size()];
}

bool MappingTable::own_address(AddressId address) const {
  const std::vector<AddressId>& pool = identity_.external_addresses;
  return profile_.translate && std::find(pool.begin(), pool.end(), address) != pool.end();
}

// Ports and indices change only when a mapping begins or ends, which serial numbers and sizes tell,
// or by drawing numbers.
void MappingTable::walk(StateWalk& walk) {
  walk.still(serial_, mappings_.size(), ports_.draws());
  for (std::uint32_t i = 0; i < mappings_.slots(); ++i) {
    Mapping& mapping = mappings_[i];
    if (mapping.serial == 0) continue;
    walk.still(i, mapping.serial, mapping.first, mapping.flows, mapping.timer,
               mapping.refreshed_from, mapping.refreshed_by, mapping.shared, mapping.answered,
               mapping.retired);
    walk.past(mapping.refreshed_at);
    if (mapping.shared) {
      walk.instant(mapping.deadline);
    } else {
      walk.past(mapping.deadline);
    }
  }
}

}  // namespace stayalive
