// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "scenario/scenario.h"

// The reference workloads: whole scenarios, made as a user would write them.
namespace stayalive::bench {

// KA: so many UDP flows, each kept alive at `interval` by its client from a random phase on,
// through a NAT with a timeout of 60 s, 10 ms to the NAT and 20 ms on to the server, which answers.
Scenario keepalive_workload(std::uint32_t flows, Duration interval, Duration duration);
// KA-tcp: so many idle TCP connections, each probed by its client's kernel after `interval` of
// silence, from a random phase on, through a Linux router, 10 ms to it and 20 ms on to the server.
Scenario tcp_keepalive_workload(std::uint32_t flows, Duration interval, Duration duration);
// One SSH session with a request every minute, for thirty days.
Scenario ssh_workload();

// Whether every event is run, or what only repeats itself is passed over.
enum class Steps : std::uint8_t { All, Skipping };
struct Work {
  std::uint64_t exchanges = 0;  // keepalives that were answered
  std::uint64_t events = 0;
};
// What was done in a run of it.
Work work_of(const Scenario& scenario, Steps steps);

}  // namespace stayalive::bench
