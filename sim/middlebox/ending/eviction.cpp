// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/eviction.h"

namespace stayalive {

void Eviction::enqueue(std::uint32_t slot) {
  const Flow& flow = flows_[slot];
  by_refresh_.push({flows_.lease(flow).refreshed_at, flow.serial, slot});
}

void Eviction::enqueue_new(std::uint32_t slot) {
  enqueue(slot);
  if (by_refresh_.size() <= 2 * flows_.size() + 64) return;
  by_refresh_.compact([&](const FlowQueue::Entry& entry) { return !flows_.holds(entry); });
}

// A flow never loses that it is assured, so its entry may be thrown away.
std::uint32_t Eviction::take_victim() {
  if (profile_.when_full == WhenFull::Refuse) return kNoHandle;
  const bool unassured_only = profile_.when_full == WhenFull::EvictUnassured;
  if (!ordered_) {
    ordered_ = true;
    for (const std::uint32_t slot : flows_.by_age()) enqueue(slot);
  }
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
  ordered_ = false;
}

}  // namespace stayalive
