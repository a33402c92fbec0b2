// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "run/beside.h"

namespace stayalive {
namespace {

TEST(SteadyProxy, RepeatsItselfUntilItsLifetimeIsOver) {
  const auto week = [](const char* rules, const char* strategy) {
    return expect_same(
        fmt::format(R"({{"duration": "168h", "path": [{{"link": {{"delay": "10ms"}}}},
            {{"proxy": {{{}}}}}, {{"link": {{"delay": "1ms"}}}}],
            "connections": [{{"strategy": {}}}]}})",
                    rules, strategy));
  };
  const char* pings = R"({"keepalive": {"interval": "45s"}})";
  const char* probes = R"({"tcp_keepalive": {"idle": "45s", "interval": "45s"}})";
  for (const char* rules :
       {R"("client_timeout": "50s", "server_timeout": "55s")", R"("tunnel_timeout": "1m")",
        R"("idle_timeout": "1m", "lifetime": "100h")",
        R"("client_timeout": "50s", "activity": "read",
           "server_timeout": "2h", "lifetime": "90h")"}) {
    const Beside held = week(rules, pings);
    EXPECT_GT(held.skipped, 0u) << rules;
    EXPECT_LT(held.events - held.skipped, 20'000u) << rules;
  }
  week(R"("idle_timeout": "1m", "probes_count": true)", probes);
  // An answer that is read in time for one side alone: the other's timer stands still meanwhile.
  week(R"("client_timeout": "3h", "server_timeout": "50s", "activity": "read")",
       R"({"keepalive": {"interval": "40s", "from": "server", "answered": false}})");
  // A look every 7 min, which no interval divides.
  week(R"("idle_timeout": "1m", "granularity": "7m", "lifetime": "91h")", pings);
}

}  // namespace
}  // namespace stayalive
