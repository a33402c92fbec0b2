// SPDX-License-Identifier: Apache-2.0
#include "bench/workload.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "run/run.h"
#include "scenario/parse.h"

namespace stayalive::bench {
namespace {

constexpr std::uint32_t kFlowsOfAnAddress = 50'000;

Scenario parsed(const std::string& text) {
  Result<Scenario> scenario = parse_scenario(text, "workload");
  CHECK(scenario.ok(), "a workload is a scenario without mistakes");
  return std::move(scenario).value();
}

}  // namespace

Scenario keepalive_workload(std::uint32_t flows, Duration interval, Duration duration) {
  return parsed(fmt::format(
      R"({{"duration": "{0}", "path": [{{"link": {{"delay": "10ms"}}}},
          {{"middlebox": {{"name": "nat", "profile": "home-router",
                           "external_addresses": {1}, "capacity": {2},
                           "timeouts": {{"udp.single": "60s", "udp.stream": "60s"}}}}}},
          {{"link": {{"delay": "20ms"}}}}],
         "connections": [{{"name": "flows", "count": {3}, "spread": "{4}", "transport": "udp",
           "strategy": {{"keepalive": {{"interval": "{4}", "bytes": 20,
                                        "answer_bytes": 20}}}}}}]}})",
      print_duration(duration), flows / kFlowsOfAnAddress + 1, 4 * std::uint64_t{flows}, flows,
      print_duration(interval)));
}

Scenario tcp_keepalive_workload(std::uint32_t flows, Duration interval, Duration duration) {
  return parsed(fmt::format(
      R"({{"duration": "{0}", "path": [{{"link": {{"delay": "10ms"}}}},
          {{"middlebox": {{"name": "router", "profile": "linux-conntrack",
                           "external_addresses": {1}, "capacity": {2}}}}},
          {{"link": {{"delay": "20ms"}}}}],
         "connections": [{{"name": "flows", "count": {3}, "spread": "{4}",
           "strategy": {{"tcp_keepalive": {{"idle": "{4}", "interval": "10s",
                                          "count": 3, "side": "client"}}}}}}]}})",
      print_duration(duration), flows / kFlowsOfAnAddress + 1, 2 * std::uint64_t{flows}, flows,
      print_duration(interval)));
}

Scenario ssh_workload() {
  return parsed(R"({"duration": "720h", "path": [{"link": {"delay": "10ms"}},
      {"middlebox": {"name": "nat", "profile": "home-router"}}, {"link": {"delay": "20ms"}}],
     "connections": [{"strategy": {"ssh": {"server_alive_interval": "60s"}}}]})");
}

Work work_of(const Scenario& scenario, Steps steps) {
  RunOptions options;
  options.skip = steps == Steps::Skipping;
  const RunReport report = run(scenario, options);
  Work work;
  work.events = report.events;
  for (const ConnectionReport& connection : report.connections)
    work.exchanges += connection.sides[index(Role::Server)].counters.keepalive_answers;
  return work;
}

}  // namespace stayalive::bench
