// SPDX-License-Identifier: Apache-2.0
// The keepalive workload as a program of its own, for comparison with other simulators: every event
// is run.
//
//   keepalives FLOWS SECONDS      prints the exchanges that were completed
#include <cstdio>
#include <cstdlib>

#include "bench/workload.h"

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 3) return 2;
  const auto flows = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const auto seconds = static_cast<std::int64_t>(std::strtoul(argv[2], nullptr, 10));
  const stayalive::Scenario scenario =
      stayalive::bench::keepalive_workload(flows, 30s, seconds * stayalive::Duration{1s});
  std::printf("%llu\n", static_cast<unsigned long long>(
                            work_of(scenario, stayalive::bench::Steps::All).exchanges));
}
