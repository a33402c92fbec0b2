// SPDX-License-Identifier: Apache-2.0
#include "run/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <variant>

#include "base/text.h"
#include "run/rehearsal/keepalive_interval.h"

namespace stayalive {
namespace {

// Of a run without connections; of one that is written out, with its hosts, kernels, programs and
// books; and of a member of a compact population with its flow.
constexpr std::uint64_t kRunBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kConnectionBytes = std::uint64_t{16} << 10;
constexpr std::uint64_t kMemberBytes = 256;
// How many times as many events as it may run a run may need.
constexpr double kHopeless = 10;

double times_in(Duration whole, Duration every) {
  return static_cast<double>(whole.count()) / static_cast<double>(every.count());
}

// How many packets a connection sends at most, both ends together.
double packets_of(const ConnectionSpec& connection, TimePoint end) {
  constexpr double kBeginning = 4;
  double packets = kBeginning;
  for (const TrafficSpec& item : connection.traffic) {
    const TimePoint until = std::min({end, item.until, connection.leaves});
    if (item.at > until) continue;
    const double messages = item.every ? times_in(until - item.at, *item.every) + 1 : 1;
    const bool answered = item.answer || connection.transport == Transport::Tcp;
    packets += messages * (answered ? 2 : 1);
  }
  const Duration interval = keepalive_interval(connection);
  if (interval > Duration::zero()) packets += 2 * times_in(end - kStart, interval);
  return packets;
}

}  // namespace

RunEstimate estimate_of(const Scenario& scenario) {
  const TimePoint end = later(kStart, scenario.duration);
  double stations = 0;
  RunEstimate estimate;
  for (const Hop& hop : scenario.path) {
    const auto* line = std::get_if<LinkConfig>(&hop);
    if (line == nullptr) ++stations;
    if (line != nullptr && line->jitter > Duration::zero()) estimate.runs_all = true;
  }
  double events = 0;
  estimate.memory = kRunBytes;
  for (const ConnectionSpec& connection : scenario.connections) {
    const std::uint64_t members = std::max<std::uint64_t>(connection.population.count, 1);
    events += static_cast<double>(members) * packets_of(connection, end) * (stations + 2);
    estimate.memory += members * (connection.population.compact ? kMemberBytes : kConnectionBytes);
  }
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  estimate.events =
      events < static_cast<double>(kMost) ? static_cast<std::uint64_t>(events) : kMost;
  return estimate;
}

std::vector<Diagnostic> refuse_hopeless(const Scenario& scenario) {
  const RunEstimate estimate = estimate_of(scenario);
  const RunLimits& limits = scenario.limits;
  Diagnostic refusal;
  refusal.file = scenario.file;
  if (estimate.memory > limits.memory) {
    refusal.message = fmt::format("its connections take about {} of memory, and it may have {}",
                                  print_about_size(estimate.memory), print_size(limits.memory));
    refusal.allowed = "fewer of them, or more with --max-memory";
    return {refusal};
  }
  const double events = static_cast<double>(estimate.events);
  if (!estimate.runs_all || events <= kHopeless * static_cast<double>(limits.events)) return {};
  refusal.message = fmt::format(
      "it takes about {:.0e} events, none of which can be passed over, and it may have {}", events,
      limits.events);
  refusal.allowed = "a shorter duration, or more with --max-events";
  return {refusal};
}

}  // namespace stayalive
