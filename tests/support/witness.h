// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/simulation.h"

namespace stayalive::test {

// A node that writes down what reaches it, as "1500 wake 7" or "1500 packet internal 100": the
// milliseconds since the start, and the token or the payload.
class Witness : public Node {
 public:
  void receive(Simulation& sim, Side from, const Packet& packet) override {
    note(sim,
         "packet " + std::string(stayalive::name(from)) + " " + std::to_string(packet.payload));
  }
  void wake(Simulation& sim, std::uint32_t token) override {
    note(sim, "wake " + std::to_string(token));
  }
  void walk(StateWalk&) override {}
  std::vector<std::string> log;

 private:
  void note(const Simulation& sim, const std::string& what) {
    log.push_back(std::to_string((sim.now() - kStart) / 1ms) + " " + what);
  }
};

inline Packet packet_of(std::uint16_t payload) {
  Packet packet;
  packet.payload = payload;
  return packet;
}

}  // namespace stayalive::test
