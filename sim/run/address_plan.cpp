// SPDX-License-Identifier: Apache-2.0
#include "run/address_plan.h"

#include <array>
#include <variant>

namespace stayalive {
namespace {

AddressId offset(AddressId base, std::size_t steps) {
  return AddressId{base.value + static_cast<std::uint32_t>(steps)};
}

bool translates(const Hop& hop) {
  const auto* box = std::get_if<MiddleboxSpec>(&hop);
  return box != nullptr && box->profile.translate;
}

// Which networks the members of populations and their servers have, by the members' side.
struct PopulationNetworks {
  AddressId clients;
  AddressId servers;
};
constexpr std::array<PopulationNetworks, 2> kPopulationNetworks{{
    {ipv4(10, 64, 0, 0), ipv4(203, 0, 113, 128)},
    {ipv4(198, 18, 0, 0), ipv4(172, 16, 0, 0)},
}};

void plan_populations(const Scenario& scenario, AddressPlan& plan) {
  std::array<std::size_t, 2> members{};
  std::array<std::size_t, 2> servers{};
  for (const ConnectionSpec& connection : scenario.connections) {
    const std::size_t side = index(scenario.hosts[connection.client].side);
    const PopulationNetworks& networks = kPopulationNetworks[side];
    plan.populations.push_back(
        {offset(networks.clients, members[side]), offset(networks.servers, servers[side])});
    if (connection.population.count == 0) continue;
    members[side] += connection.population.count;
    ++servers[side];
  }
}

}  // namespace

AddressPlan plan_addresses(const Scenario& scenario) {
  AddressPlan plan;
  plan.hops.resize(scenario.path.size());
  std::size_t stations = 0;
  std::size_t proxies = 0;
  for (const Hop& hop : scenario.path) {
    if (std::holds_alternative<LinkConfig>(hop)) continue;
    ++stations;
    if (std::holds_alternative<ProxySpec>(hop)) ++proxies;
    if (translates(hop) && proxies == 0) plan.first_public_wire = stations;
  }
  std::size_t shared = 0;
  std::size_t publics = 0;
  std::size_t seen_proxies = 0;
  for (std::size_t i = 0; i < scenario.path.size(); ++i) {
    if (std::holds_alternative<ProxySpec>(scenario.path[i])) {
      plan.hops[i].push_back(offset(ipv4(192, 0, 2, 100), seen_proxies++));
    }
    if (!translates(scenario.path[i])) continue;
    bool followed = false;
    for (std::size_t n = i + 1; n < scenario.path.size() && seen_proxies == proxies; ++n)
      followed = followed || (translates(scenario.path[n]) && lies_beyond(scenario, i, n));
    const std::uint32_t count =
        std::get<MiddleboxSpec>(scenario.path[i]).profile.external_addresses;
    for (std::uint32_t n = 0; n < count; ++n) {
      plan.hops[i].push_back(followed ? offset(ipv4(100, 64, 0, 1), shared++)
                                      : offset(ipv4(198, 51, 100, 1), publics++));
    }
  }
  std::size_t internal = 0;
  std::size_t external = 0;
  for (const HostSpec& host : scenario.hosts) {
    if (host.address) {
      plan.hosts.push_back(*host.address);
      continue;
    }
    const AddressId inside = plan.first_public_wire > 0 ? ipv4(10, 0, 0, 2) : ipv4(192, 0, 2, 2);
    plan.hosts.push_back(host.side == Side::Internal ? offset(inside, internal++)
                                                     : offset(ipv4(203, 0, 113, 10), external++));
  }
  plan_populations(scenario, plan);
  return plan;
}

AddressId changed_address(AddressId original, std::uint32_t change) {
  return AddressId{original.value + 64 + change};
}

AddressId changed_outside(AddressId original, std::uint32_t change) {
  constexpr std::uint32_t kMostOfABox = 1024;
  return AddressId{original.value + kMostOfABox * change};
}

}  // namespace stayalive
