// SPDX-License-Identifier: Apache-2.0
#include "run/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

// Of a TCP connection that is opened and closed.
constexpr double kOpening = 8;

// A datagram, or the segments of a message over TCP, each with its acknowledgment.
double packets_of_message(std::uint32_t bytes, Transport transport) {
  constexpr double kSegment = 1448;
  if (transport == Transport::Udp) return 1;
  return 2 * std::max(1.0, std::ceil(static_cast<double>(bytes) / kSegment));
}

// What a pool's connections take beside requests.
double packets_of_session(const SessionSpec& session, Duration whole) {
  double each = kOpening;
  if (session.lifetime != kForever) each += kOpening * times_in(whole, session.lifetime);
  if (session.check_every != kForever) each += 4 * times_in(whole, session.check_every);
  return session.size * each;
}

// How many packets a connection sends at most, both ends together.
double packets_of(const ConnectionSpec& connection, TimePoint end) {
  double packets = kOpening;
  if (connection.session) packets += packets_of_session(*connection.session, end - kStart);
  const bool opens_anew = connection.session || connection.reconnect;
  double messages = 0;
  for (const TrafficSpec& item : connection.traffic) {
    // Of a page only the first request has instants.
    const bool follows = connection.session && connection.session->page && item.at == kNever;
    if (!follows) {
      const TimePoint until = std::min({end, item.until, connection.leaves});
      messages = item.at > until ? 0 : item.every ? times_in(until - item.at, *item.every) + 1 : 1;
    }
    packets += messages * packets_of_message(item.bytes, connection.transport);
    if (item.answer)
      packets += messages * packets_of_message(item.answer->bytes, connection.transport);
    if (opens_anew) packets += messages * kOpening;
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
    const std::uint64_t count = std::max<std::uint64_t>(connection.population.count, 1);
    const std::uint64_t members = connection.session ? count * connection.session->size : count;
    const auto alike = static_cast<double>(count);
    events += alike * packets_of(connection, end) * (stations + 2);
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
