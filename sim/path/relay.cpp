// SPDX-License-Identifier: Apache-2.0
#include "path/relay.h"

#include "net/watch_message.h"

namespace stayalive {

void pass_watch(Simulation& sim, Path& path, NodeId self, const Between& place, Side from,
                const Packet& packet) {
  const WatchMessage message = watch_message(packet);
  if (message.to != self)
    return path.send(sim, place.towards(opposite(from)), opposite(from), packet);
  if (message.asks) path.send(sim, place.towards(from), from, answer_to(packet));
}

void Relay::receive(Simulation& sim, Side from, const Packet& packet) {
  if (packet.protocol == Protocol::Watch)
    return pass_watch(sim, path_, self_, place_, from, packet);
  path_.send(sim, place_.towards(opposite(from)), opposite(from), packet);
}

}  // namespace stayalive
