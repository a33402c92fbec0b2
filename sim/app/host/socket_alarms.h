// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "app/host/tcp_sockets.h"
#include "engine/simulation.h"

namespace stayalive {

// One alarm for each socket of a kernel, made when the socket first asks for it.
class SocketAlarms {
 public:
  // The node is woken with this token at `due`, or at once when that has passed; kNever: not at
  // all.
  void set(Simulation& sim, NodeId node, SocketId socket, std::uint32_t token, TimePoint due) {
    if (alarms_.size() <= socket) alarms_.resize(socket + 1);
    AlarmId& alarm = alarms_[socket];
    if (!alarm.valid()) alarm = sim.add_alarm(node, token);
    sim.set_alarm(alarm, std::max(due, sim.now()));
  }
  // All sockets are gone.
  void clear(Simulation& sim) {
    for (const AlarmId alarm : alarms_) {
      if (alarm.valid()) sim.set_alarm(alarm, kNever);
    }
  }

 private:
  std::vector<AlarmId> alarms_;  // by SocketId
};

}  // namespace stayalive
