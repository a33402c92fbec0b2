// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"
#include "fuzz/choices.h"
#include "fuzz/mistakes.h"
#include "fuzz/targets.h"
#include "scenario/parse.h"

namespace stayalive {

void fuzz_scenario(std::span<const std::uint8_t> bytes) {
  const Result<Scenario> result = parse_scenario(Choices(bytes).rest(), "fuzz.json");
  if (!result.ok()) return check_placed_mistakes(result.errors());
  const Scenario& scenario = result.value();
  CHECK(scenario.duration >= Duration::zero(), "a run does not end before it begins");
  CHECK(!scenario.hosts.empty(), "there are hosts");
  for (std::size_t i = 1; i < scenario.events.size(); ++i)
    CHECK(scenario.events[i - 1].at <= scenario.events[i].at, "events are in order of time");
}

}  // namespace stayalive
