// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "engine/simulation.h"
#include "path/path.h"

namespace stayalive {

// Where a station of the path stands: the wires on its two sides.
struct Between {
  std::size_t inner = 0;
  std::size_t outer = 0;
  std::size_t towards(Side side) const { return side == Side::External ? outer : inner; }
};

// What any station does with the packet of a watcher: answers a probe that is for it, and passes on
// what is for another.  self: the station.
void pass_watch(Simulation& sim, Path& path, NodeId self, const Between& place, Side from,
                const Packet& packet);

// A station that keeps no state and passes everything on at once, such as a router that only
// routes: watchers may aim at it.
class Relay final : public Node {
 public:
  // path must outlive the node.
  Relay(Path& path, Between place) : path_(path), place_(place) {}
  void set_self(NodeId self) { self_ = self; }
  void receive(Simulation& sim, Side from, const Packet& packet) override;
  void wake(Simulation&, std::uint32_t) override {}
  void walk(StateWalk&) override {}

 private:
  Path& path_;
  Between place_;
  NodeId self_;
};

}  // namespace stayalive
