// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/eviction.h"

#include <algorithm>

#include "base/digest.h"

namespace stayalive {

void Eviction::enqueue(std::uint32_t slot) {
  const Flow& flow = flows_[slot];
  by_refresh_.push({flows_.lease(flow).refreshed_at, flow.serial, slot});
}

// __nf_conntrack_hash: nobody outside knows which keys share a bucket.
std::uint32_t Eviction::bucket_of(const FlowKey& key) const {
  const std::uint64_t hash = Digest::mix(key.hash()) >> 32;
  return static_cast<std::uint32_t>(hash * profile_.netfilter.buckets >> 32);
}

void Eviction::file(std::uint32_t slot) {
  const Flow& flow = flows_[slot];
  for (const FlowKey& key : {flow.outbound(), flow.inbound()})
    buckets_[bucket_of(key)].push_back({flow.serial, slot});
  filed_ += 2;
}

void Eviction::order_all() {
  ordered_ = true;
  buckets_.clear();
  filed_ = 0;
  for (const std::uint32_t slot : flows_.by_age()) by_bucket() ? file(slot) : enqueue(slot);
}

void Eviction::enqueue_new(std::uint32_t slot) {
  if (by_bucket()) {
    file(slot);
    if (filed_ > 4 * flows_.size() + 64) order_all();
    return;
  }
  enqueue(slot);
  if (by_refresh_.size() <= 2 * flows_.size() + 64) return;
  by_refresh_.compact([&](const FlowQueue::Entry& entry) { return !flows_.holds(entry); });
}

std::vector<std::uint32_t> Eviction::take_victims(const FlowKey& newcomer) {
  if (profile_.when_full == WhenFull::Refuse) return {};
  if (!ordered_) order_all();
  if (by_bucket()) return take_bucket(newcomer);
  const std::uint32_t oldest = take_oldest();
  return oldest == kNoHandle ? std::vector<std::uint32_t>{} : std::vector{oldest};
}

std::vector<std::uint32_t> Eviction::take_bucket(const FlowKey& newcomer) {
  constexpr std::uint32_t kRange = 8;  // NF_CT_EVICTION_RANGE
  const std::uint32_t count = profile_.netfilter.buckets;
  const std::uint32_t begin = bucket_of(newcomer);
  std::vector<std::uint32_t> victims;
  for (std::uint32_t i = 0; i < std::min(kRange, count) && victims.empty(); ++i) {
    const auto bucket = buckets_.find((begin + i) % count);
    if (bucket == buckets_.end()) continue;
    for (const Filed& filed : bucket->second) {
      const bool candidate =
          flows_.holds({{}, filed.serial, filed.slot}) && !flows_[filed.slot].assured;
      // A flow may lie in one bucket with both its keys.
      if (candidate && (victims.empty() || victims.back() != filed.slot))
        victims.push_back(filed.slot);
    }
  }
  return victims;
}

// A flow never loses that it is assured, so its entry may be thrown away.
std::uint32_t Eviction::take_oldest() {
  const bool unassured_only = profile_.when_full == WhenFull::EvictUnassured;
  while (!by_refresh_.empty()) {
    const FlowQueue::Entry entry = by_refresh_.pop();
    if (!flows_.holds(entry)) continue;
    if (unassured_only && flows_[entry.slot].assured) continue;
    if (flows_.lease(flows_[entry.slot]).refreshed_at == entry.at) return entry.slot;
    enqueue(entry.slot);
  }
  return kNoHandle;
}

void Eviction::clear() {
  by_refresh_.clear();
  buckets_.clear();
  filed_ = 0;
  ordered_ = false;
}

}  // namespace stayalive
