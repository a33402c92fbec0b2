// SPDX-License-Identifier: Apache-2.0
// The keepalive workload as plain scheduled events of ns-3, without its network stack: N UDP flows
// ping every 30 s through a box that keeps a hash table with a deadline per flow, 10 ms to the box
// and 20 ms on to the server, which answers.
//
//   ns3_events FLOWS SECONDS      prints the exchanges that were completed
#include <ns3/core-module.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::int64_t kTimeout = 60'000'000'000;

std::unordered_map<std::uint64_t, std::int64_t> flows;  // key to deadline
std::uint64_t exchanges = 0;

std::uint64_t key_of(std::uint32_t flow) { return std::uint64_t{flow} << 16 | 40000; }
std::int64_t now() { return ns3::Simulator::Now().GetNanoSeconds(); }

void at_client(std::uint32_t) { ++exchanges; }

void back_at_box(std::uint32_t flow) {
  const auto found = flows.find(key_of(flow));
  if (found == flows.end() || found->second <= now()) return;
  found->second = now() + kTimeout;
  ns3::Simulator::Schedule(ns3::MilliSeconds(10), &at_client, flow);
}

void at_server(std::uint32_t flow) {
  ns3::Simulator::Schedule(ns3::MilliSeconds(20), &back_at_box, flow);
}

void at_box(std::uint32_t flow) {
  flows[key_of(flow)] = now() + kTimeout;
  ns3::Simulator::Schedule(ns3::MilliSeconds(20), &at_server, flow);
}

void ping(std::uint32_t flow) {
  ns3::Simulator::Schedule(ns3::MilliSeconds(10), &at_box, flow);
  ns3::Simulator::Schedule(ns3::Seconds(30), &ping, flow);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto count = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const auto seconds = static_cast<double>(std::strtoul(argv[2], nullptr, 10));
  std::uint64_t state = 1;
  for (std::uint32_t flow = 0; flow < count; ++flow) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    ns3::Simulator::Schedule(
        ns3::NanoSeconds(static_cast<std::int64_t>((state >> 16) % 30'000'000'000ULL)), &ping,
        flow);
  }
  ns3::Simulator::Stop(ns3::Seconds(seconds));
  ns3::Simulator::Run();
  ns3::Simulator::Destroy();
  std::printf("%llu\n", static_cast<unsigned long long>(exchanges));
}
