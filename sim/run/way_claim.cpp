// SPDX-License-Identifier: Apache-2.0
#include "run/way_claim.h"

#include <fmt/format.h>

#include "base/text.h"

namespace stayalive {

ClaimReport check_way_claim(const Claim& claim, const ConnectionReport& connection) {
  const WayFigures& its = connection.way_figures;
  const bool false_ones = claim.metric == Metric::FalseAlarms;
  if (false_ones || claim.metric == Metric::WayChanges) {
    const std::uint64_t count = false_ones ? its.false_alarms : its.changes;
    const char* what = false_ones ? "false alarms of watchers" : "changes of way";
    return {lies_within(claim.limits, count, count),
            fmt::format("{}: {}", what, limits_text(claim.limits)),
            fmt::format("{}: {}", what, count)};
  }
  const bool back = claim.metric == Metric::WayReturn;
  const std::optional<Duration>& span = back ? its.longest_return : its.longest_failover;
  const char* what = back ? "return to the better way" : "failover";
  ClaimReport report;
  report.text = fmt::format("{} after: {}", what, limits_text(claim.limits));
  report.holds = span && lies_within(claim.limits, *span);
  report.found = span ? fmt::format("{} after {}", what, print_duration(*span))
                      : fmt::format("there was no {}", what);
  return report;
}

}  // namespace stayalive
