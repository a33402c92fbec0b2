// SPDX-License-Identifier: Apache-2.0
#include "middlebox/mapping_table.h"

#include <algorithm>

#include "base/check.h"
#include "base/digest.h"

namespace stayalive {
namespace {

std::uint64_t external_hash(Protocol protocol, Endpoint external) {
  return FlowKey{external, {}, protocol}.hash();
}

}  // namespace

MappingTable::MappingTable(const Profile& profile, const BoxSetting& setting)
    : profile_(profile),
      setting_(setting),
      ports_(profile.ports, Random(setting.seed, setting.name, "ports")) {}

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
  return by_external_.find(external_hash(protocol, external), [&](std::uint32_t i) {
    return mappings_[i].external == external && mappings_[i].key.protocol == protocol;
  });
}

std::uint32_t MappingTable::add(Mapping mapping) {
  mapping.serial = ++serial_;
  const std::uint32_t handle = mappings_.add(mapping);
  by_key_.insert(mapping.key.hash(), handle);
  if (mapping.exclusive) {
    by_external_.insert(external_hash(mapping.key.protocol, mapping.external), handle);
  }
  return handle;
}

std::uint32_t MappingTable::open(Protocol protocol, Endpoint internal, Endpoint remote, bool shared,
                                 TimePoint now) {
  Mapping mapping;
  mapping.key = key_for(protocol, internal, remote);
  mapping.external = internal;
  mapping.exclusive = true;
  mapping.shared = shared;
  if (profile_.translate) {
    const AddressId address = pool_address(internal.address, remote.address);
    const auto port = ports_.take(protocol, address, internal.port, now);
    if (!port) return kNoHandle;
    mapping.external = {address, *port};
    mapping.holds_port = true;
  }
  return add(mapping);
}

std::uint32_t MappingTable::find_group(Protocol protocol, Endpoint internal) const {
  return find_key({internal, {AddressId{0}, 0}, protocol});
}

std::uint32_t MappingTable::group(Protocol protocol, Endpoint internal) {
  const std::uint32_t known = find_group(protocol, internal);
  if (known != kNoHandle) return known;
  Mapping mapping;
  mapping.key = {internal, {AddressId{0}, 0}, protocol};
  return add(mapping);
}

void MappingTable::end(std::uint32_t handle, TimePoint at) {
  Mapping& mapping = mappings_[handle];
  by_key_.erase(mapping.key.hash(), handle);
  if (mapping.exclusive) {
    by_external_.erase(external_hash(mapping.key.protocol, mapping.external), handle);
  }
  if (mapping.holds_port) ports_.release(mapping.key.protocol, mapping.external, at);
  mapping.serial = 0;
  mappings_.remove(handle);
}

void MappingTable::end_if_unused(std::uint32_t handle, TimePoint at) {
  const Mapping& mapping = mappings_[handle];
  if (mapping.flows > 0) return;
  const TimePoint gone = swept(mapping.lease.deadline, profile_.reap_interval);
  if (mapping.shared && gone > at) {
    queue_.push({gone, mapping.serial, handle});
    return;
  }
  end(handle, at);
}

void MappingTable::reap(TimePoint now) {
  while (!queue_.empty() && queue_.first().at <= now) {
    const FlowQueue::Entry entry = queue_.pop();
    if (mappings_[entry.slot].serial == entry.serial) end_if_unused(entry.slot, entry.at);
  }
}

void MappingTable::flush() {
  mappings_ = {};
  by_key_ = {};
  by_external_ = {};
  queue_.clear();
  ports_ = PortAllocator(profile_.ports, Random(setting_.seed, setting_.name, "ports"));
}

AddressId MappingTable::pool_address(AddressId internal, AddressId remote) const {
  const std::vector<AddressId>& pool = setting_.external_addresses;
  if (pool.size() == 1) return pool.front();
  std::uint64_t hash = internal.value;
  if (profile_.pooling == Pooling::Arbitrary) hash |= std::uint64_t{remote.value} << 32;
  return pool[Digest::mix(hash) % pool.size()];
}

bool MappingTable::own_address(AddressId address) const {
  const std::vector<AddressId>& pool = setting_.external_addresses;
  return profile_.translate && std::find(pool.begin(), pool.end(), address) != pool.end();
}

}  // namespace stayalive
