// SPDX-License-Identifier: Apache-2.0
#include "engine/speedup.h"

namespace stayalive {

AlarmId Speedup::add_early_alarm(NodeId node, std::uint32_t token) {
  Foresight* foresight = sim_.foresights_[node.value];
  CHECK(foresight != nullptr, "an early alarm needs a node that knows its sure deadline");
  return sim_.alarms_.add(node, token, foresight);
}

void Speedup::repeat(std::span<const LoggedEvent> earlier, std::span<const LoggedEvent> later,
                     std::uint64_t times) {
  CHECK(earlier.size() == later.size(), "periods that repeat each other have as many events");
  for (std::size_t i = 0; i < later.size(); ++i) {
    const EventDigest::Coordinates step{later[i].instant - earlier[i].instant, later.size(),
                                        later[i].sequence - earlier[i].sequence};
    const EventDigest::Coordinates first{later[i].instant + step.instant, sim_.events_ + i,
                                         later[i].sequence + step.sequence};
    sim_.digest_.add_repeated(later[i].what, first, step, times);
  }
}

}  // namespace stayalive
