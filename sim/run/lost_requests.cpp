// SPDX-License-Identifier: Apache-2.0
#include "run/lost_requests.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <variant>

namespace stayalive {
namespace {

// The proxy that comes next from this hop on towards the server; the server's host behind the last.
std::string next_peer(const Scenario& scenario, const ConnectionSpec& spec, std::size_t from) {
  for (std::size_t hop = from; hop < scenario.path.size(); ++hop) {
    if (const auto* proxy = std::get_if<ProxySpec>(&scenario.path[hop])) return proxy->name;
  }
  return scenario.hosts[spec.server].name;
}

}  // namespace

std::vector<LostRequestReport> lost_requests_of(const Ledger& ledger, std::size_t connection,
                                                const Scenario& scenario,
                                                std::span<const NodeId> hop_nodes) {
  const ConnectionSpec& spec = scenario.connections[connection];
  std::vector<LostRequestReport> all;
  const ConnectionId id{static_cast<std::uint32_t>(connection)};
  for (const LostRequest& lost : ledger.lost_requests(id)) {
    LostRequestReport report;
    report.number = std::uint64_t{lost.item} + 1;
    report.asked_at = lost.asked_at;
    report.at = lost.at;
    report.by_client = !lost.hop.valid();
    const auto hop = std::find(hop_nodes.begin(), hop_nodes.end(), lost.hop);
    const auto position = static_cast<std::size_t>(std::distance(hop_nodes.begin(), hop));
    report.hop = report.by_client ? scenario.hosts[spec.client].name
                                  : std::get<ProxySpec>(scenario.path[position]).name;
    report.peer = next_peer(scenario, spec, report.by_client ? 0 : position + 1);
    report.why = lost.why;
    report.reused = lost.reused;
    report.repeatable = lost.repeatable;
    report.repeated = lost.repeated;
    report.status = lost.status;
    all.push_back(std::move(report));
  }
  return all;
}

}  // namespace stayalive
