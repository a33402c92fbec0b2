// SPDX-License-Identifier: Apache-2.0
#include "study/trials/medium_cost.h"

#include <cmath>

#include "app/ledger.h"

namespace stayalive {

MediumCost cost_on(const Medium& medium, const Cost& cost) {
  constexpr double kMillijoulesOfMilliwattHour = 3600;
  const MediumRules& rules = medium.rules;
  MediumCost result;
  result.bytes =
      cost.per_day(cost.bytes + cost.packets * static_cast<std::uint64_t>(rules.frame_bytes) +
                   (rules.filled_up ? cost.filling : 0));
  // Members of populations that are records have no radio.
  const bool uncounted = cost.packets > 0 && cost.awake_us == 0;
  if (rules.tail_time == Duration::zero() || uncounted) return result;
  const bool brief = rules.tail_time == kBriefTail;
  const double awake =
      static_cast<double>(cost.per_day(brief ? cost.brief_awake_us : cost.awake_us)) / 1e6;
  const double wakeups = brief ? 0 : static_cast<double>(cost.per_day(cost.wakeups));
  const double millijoules = wakeups * static_cast<double>(rules.wake_energy) +
                             awake * static_cast<double>(rules.tail_power);
  const double milliwatt_hours = millijoules / kMillijoulesOfMilliwattHour;
  result.awake = std::chrono::seconds{std::llround(awake)};
  result.milliwatt_hours = static_cast<std::uint64_t>(std::llround(milliwatt_hours));
  if (rules.battery > 0) {
    const double share = milliwatt_hours / static_cast<double>(rules.battery);
    result.share_of_battery = static_cast<double>(std::llround(share * 1e4)) / 1e4;
  }
  return result;
}

}  // namespace stayalive
