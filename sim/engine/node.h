// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/state_walk.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

class Simulation;

// Something that packets reach and time wakes: a host, a middlebox, a proxy.
class Node : public HasState {
 public:
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  // A packet arrives on the given side.
  virtual void receive(Simulation& sim, Side from, const Packet& packet) = 0;
  // A wake-up that this node asked for.  It may be stale: the node checks what is really due.
  virtual void wake(Simulation& sim, std::uint32_t token) = 0;
};

}  // namespace stayalive
