// SPDX-License-Identifier: Apache-2.0
#include "run/server_claim.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"

namespace stayalive {
namespace {

struct Counted {
  std::uint64_t count = 0;
  const char* what = "";
};

Counted counted_of(Metric metric, const AdmissionReport& its) {
  switch (metric) {
    case Metric::Accepted:
      return {its.figures.accepted, "connections accepted"};
    case Metric::Waited:
      return {its.figures.waited, "connections accepted after a wait"};
    case Metric::LeftWaiting:
      return {its.figures.left_waiting, "connections left before they were accepted"};
    case Metric::TurnedAway:
      return {its.figures.turned_away, "connections turned away"};
    case Metric::ClosedIdle:
      return {its.figures.closed_idle, "connections closed to make room"};
    case Metric::DroppedSyns:
      return {its.figures.dropped_syns, "SYNs dropped by a full accept queue"};
    case Metric::KeptOut:
      return {its.kept_out, "connections kept out by a full accept queue"};
    case Metric::MostServed:
      return {its.server_figures.most_served, "connections served at once at most"};
    default:
      return {its.server_figures.most_waiting, "connections waiting at once at most"};
  }
}

}  // namespace

ClaimReport check_server_claim(const Claim& claim, const ConnectionReport& connection) {
  CHECK(connection.admission.has_value(), "only who calls at a shared server is asked this");
  const AdmissionReport& its = *connection.admission;
  if (claim.metric == Metric::AcceptWait) {
    const Duration longest = its.figures.longest_wait;
    return {lies_within(claim.limits, longest),
            fmt::format("longest wait for {}: {}", its.server, limits_text(claim.limits)),
            fmt::format("the longest wait for {} was {}", its.server, print_duration(longest))};
  }
  const Counted counted = counted_of(claim.metric, its);
  return {lies_within(claim.limits, counted.count, counted.count),
          fmt::format("{}: {}", counted.what, limits_text(claim.limits)),
          fmt::format("{}: {}", counted.what, counted.count)};
}

}  // namespace stayalive
