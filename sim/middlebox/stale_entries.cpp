// SPDX-License-Identifier: Apache-2.0
#include "middlebox/stale_entries.h"

#include <algorithm>

namespace stayalive {

bool StaleEntries::was_own(AddressId address) const {
  return std::ranges::find(addresses_, address) != addresses_.end();
}

void StaleEntries::redirect(FlowId flow, Packet& packet) const {
  if (!flow.valid()) return;
  for (const Target& target : targets_) {
    if (packet.destination_address != target.address || flow.value > target.newest) continue;
    packet.destination_address = target.gone;
    return;
  }
}

}  // namespace stayalive
