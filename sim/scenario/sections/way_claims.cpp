// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

#include "scenario/json/object_reader.h"
#include "scenario/sections/limits.h"
#include "scenario/sections/sections.h"

namespace stayalive {

void read_way_claims(Reader in, const Draft& draft, ExpectSpec& expect) {
  if (!in.describing() && !in.present()) return;
  in.object([&](ObjectReader& keys) {
    constexpr std::array<std::string_view, 4> kKeys{"failover", "return", "changes",
                                                    "false_alarms"};
    Limits limits;
    if (read_span_limits(
            keys.optional(kKeys[0],
                          "how long it took from the end of a line or box until packets passed by "
                          "another way, at most"),
            limits))
      expect.claims.push_back({Metric::Failover, limits});
    if (read_span_limits(
            keys.optional(kKeys[1],
                          "how long it took from its return until they passed by it again, at "
                          "most"),
            limits))
      expect.claims.push_back({Metric::WayReturn, limits});
    if (read_count_limits(keys.optional(kKeys[2], "how often an end took another way"), limits))
      expect.claims.push_back({Metric::WayChanges, limits});
    if (read_count_limits(
            keys.optional(kKeys[3], "how often one left a way of which nothing was down"), limits))
      expect.claims.push_back({Metric::FalseAlarms, limits});
    keys.needs_any(kKeys, "nothing is expected of the ways");
  });
  if (!in.describing() && draft.scenario.alternatives.empty())
    in.error("there are no alternatives on the path", "this key with alternatives in path");
}

}  // namespace stayalive
