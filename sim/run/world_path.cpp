// SPDX-License-Identifier: Apache-2.0
// The path of a run: its wires, stations and forks, and what is told of the ways that packets take.
#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "middlebox/stateful_box.h"
#include "run/world.h"

namespace stayalive {

namespace {

// One direction of a link, with the outages that the scenario's cuts make for it.
LinkConfig with_outages(const Scenario& scenario, std::size_t hop, Side towards) {
  LinkConfig config = std::get<LinkConfig>(scenario.path[hop]);
  std::vector<Outage> cuts;
  for (const EventSpec& event : scenario.events) {
    if (event.kind != EventKind::Cut || event.target != hop) continue;
    if (event.towards && *event.towards != towards) continue;
    cuts.push_back({event.at, later(event.at, event.span)});
  }
  std::sort(cuts.begin(), cuts.end(),
            [](const Outage& a, const Outage& b) { return a.from < b.from; });
  for (const Outage& cut : cuts) {
    if (!config.outages.empty() && cut.from <= config.outages.back().until) {
      config.outages.back().until = std::max(config.outages.back().until, cut.until);
    } else {
      config.outages.push_back(cut);
    }
  }
  return config;
}

}  // namespace

// Node 0 is the script; each station is the next one, and so is each end of a way behind its fork.
void World::number_stations() {
  std::uint32_t next = 1;
  for (const PathPlan::Station& station : plan_.stations) {
    station_nodes_.push_back(NodeId{next++});
    if (station.kind == PathPlan::Station::Kind::Fork)
      next += static_cast<std::uint32_t>(plan_.ways[station.group].size());
  }
}

NodeId World::node_at(const PathPlan::Place& place) const {
  if (!place.station) return {};
  const NodeId node = station_nodes_[*place.station];
  if (!place.way) return node;
  return NodeId{node.value + 1 + static_cast<std::uint32_t>(*place.way)};
}

void World::build_path() {
  number_stations();
  std::vector<Wire> wires;
  for (const PathPlan::Wire& wire : plan_.wires) {
    wires.push_back({node_at(wire.inner), node_at(wire.outer)});
    for (const std::size_t hop : wire.links) {
      const std::string& name = std::get<LinkConfig>(scenario_.path[hop]).name;
      link_configs_.push_back(
          std::make_unique<LinkConfig>(with_outages(scenario_, hop, Side::External)));
      const LinkConfig& outbound = *link_configs_.back();
      link_configs_.push_back(
          std::make_unique<LinkConfig>(with_outages(scenario_, hop, Side::Internal)));
      const LinkConfig& inbound = *link_configs_.back();
      wires.back().links.push_back({name, Link(outbound, seed_, name + " outbound"),
                                    Link(inbound, seed_, name + " inbound")});
    }
  }
  path_ = std::make_unique<Path>(std::move(wires));
  path_->observe_queues(&books_);
  if (scenario_.private_sources != PrivateSources::Filtered) return;
  for (std::size_t wire = 0; wire < plan_.wires.size(); ++wire) {
    if (plan_.wires[wire].filters) path_->filter_private_sources_on(wire);
  }
}

void World::build_stations() {
  boxes_.resize(scenario_.path.size());
  proxies_.resize(scenario_.path.size());
  hop_nodes_.resize(scenario_.path.size());
  forks_.resize(scenario_.alternatives.size());
  for (std::size_t i = 0; i < plan_.stations.size(); ++i) {
    const PathPlan::Station& station = plan_.stations[i];
    NodeId node;
    if (station.kind == PathPlan::Station::Kind::Fork) {
      node = build_fork(station);
    } else if (station.kind == PathPlan::Station::Kind::Relay) {
      relays_.push_back(std::make_unique<Relay>(*path_, Between{station.inner, station.outer}));
      node = sim_.add(std::get<LinkConfig>(scenario_.path[station.hop]).name, *relays_.back());
      relays_.back()->set_self(node);
    } else {
      node = build_hop(station);
    }
    CHECK(node == station_nodes_[i], "stations are built in the order of the plan");
  }
  connect_forks();
}

NodeId World::build_hop(const PathPlan::Station& station) {
  const std::size_t hop = station.hop;
  NodeId& node = hop_nodes_[hop];
  if (const auto* spec = std::get_if<MiddleboxSpec>(&scenario_.path[hop])) {
    auto box = std::make_unique<StatefulBox>(
        spec->profile, BoxIdentity{spec->name, seed_, addresses_.hops[hop]}, call_books());
    boxes_[hop] = std::make_unique<MiddleboxNode>(std::move(box), *path_,
                                                  Between{station.inner, station.outer}, books_);
    node = sim_.add(spec->name, *boxes_[hop]);
    boxes_[hop]->set_self(node);
  } else {
    const auto& proxy = std::get<ProxySpec>(scenario_.path[hop]);
    TcpProxy::Config config{
        proxy.name, addresses_.hops[hop].front(), seed_, proxy.rules, proxy.front, proxy.back};
    proxies_[hop] = std::make_unique<TcpProxy>(std::move(config), sim_, *path_, station.inner,
                                               messages_, ledger_);
    node = sim_.add(proxy.name, *proxies_[hop]);
    proxies_[hop]->set_self(node);
  }
  return node;
}

NodeId World::build_fork(const PathPlan::Station& station) {
  const AlternativesSpec& group = scenario_.alternatives[station.group];
  Fork::Config config;
  config.name = group.name;
  config.group = station.group;
  config.end = station.end;
  config.trunk = station.inner;
  config.rules = group.watcher;
  config.watches = station.end == Side::Internal || group.both_ends;
  config.learns = !config.watches && group.watcher.far_end == WatcherRules::FarEnd::Learns;
  config.leaving = group.leaving;
  config.returning = group.returning;
  config.seed = seed_;
  std::unique_ptr<Fork>& fork = forks_[station.group][index(station.end)];
  fork = std::make_unique<Fork>(std::move(config), *path_, books_);
  const NodeId node = sim_.add(group.name, *fork);
  fork->set_self(sim_, node);
  for (std::size_t way = 0; way < group.ways.size(); ++way) {
    const PathPlan::Way& wires = plan_.ways[station.group][way];
    Fork::Way its;
    its.name = group.ways[way].name;
    its.wire = station.end == Side::Internal ? wires.inner : wires.outer;
    its.watched = group.ways[way].watched;
    its.filters_sources = group.ways[way].filters_sources;
    fork->add_way(sim_, std::move(its));
  }
  return node;
}

// What a fork has to know of stations that are built after it.
void World::connect_forks() {
  for (std::size_t group = 0; group < forks_.size(); ++group) {
    const AlternativesSpec& its = scenario_.alternatives[group];
    for (std::size_t way = 0; way < its.ways.size(); ++way) connect_way(group, way);
    for (const auto& fork : forks_[group]) fork->start(sim_);
  }
}

void World::connect_way(std::size_t group, std::size_t way) {
  const AlternativesSpec::Way& its = scenario_.alternatives[group].ways[way];
  Fork& inner = *forks_[group][index(Side::Internal)];
  Fork& outer = *forks_[group][index(Side::External)];
  const PathPlan::Way& wires = plan_.ways[group][way];
  inner.set_far(way, node_at(plan_.wires[wires.outer].outer));
  outer.set_far(way, node_at(plan_.wires[wires.inner].inner));
  if (its.target) {
    const NodeId target = station_nodes_[plan_.station_of(*its.target)];
    inner.set_target(way, target);
    if (*its.target < its.end()) outer.set_target(way, target);
  }
  for (std::size_t hop = its.first; hop < its.end(); ++hop) {
    if (!boxes_[hop]) continue;
    if (inner.nearest(way) == nullptr) inner.set_nearest(way, &*boxes_[hop]);
    outer.set_nearest(way, &*boxes_[hop]);
  }
  // The outermost that translates is what the outside knows.
  for (std::size_t hop = its.end(); hop-- > its.first;) {
    if (addresses_.hops[hop].empty()) continue;
    for (const AddressId address : addresses_.hops[hop]) outer.add_address(way, address);
    break;
  }
}

void World::Books::took_way(std::size_t group, std::size_t way, Side towards, const Packet& packet,
                            TimePoint at) {
  std::size_t number = way;
  for (std::size_t i = 0; i < group; ++i) number += world_.scenario_.alternatives[i].ways.size();
  world_.ledger_.took_way(number, towards, packet);
  if (towards == Side::Internal) return;
  WayHistory::Step step;
  step.group = static_cast<std::uint32_t>(group);
  step.boxes = static_cast<std::uint32_t>(way);
  step.lines =
      static_cast<std::uint32_t>(world_.forks_[group][index(Side::Internal)]->lines_of(way));
  step.back = world_.way_back(group, step.boxes);
  step.from = at;
  world_.ledger_.ways(packet.notes.connection, step);
}

// By which way comes back what goes out through the boxes of this one.
std::uint32_t World::way_back(std::size_t group, std::uint32_t boxes) const {
  const AlternativesSpec& its = scenario_.alternatives[group];
  for (std::size_t hop = its.first(); hop < its.end(); ++hop) {
    if (!addresses_.hops[hop].empty()) return boxes;  // it is for an address of that way
  }
  const Fork& outer = *forks_[group][index(Side::External)];
  if (outer.watches()) return static_cast<std::uint32_t>(outer.way());
  return its.watcher.far_end == WatcherRules::FarEnd::Fixed ? 0 : boxes;
}

// Whatever has not sent since then would go the new way, too, unless its entry keeps it.
void World::Books::way_changed(std::size_t group, Side end, const WayChoice::Change& change,
                               StandingFlows flows) {
  if (end == Side::Internal && flows == StandingFlows::Kept) return;
  WayHistory::Step step;
  step.group = static_cast<std::uint32_t>(group);
  const auto to = static_cast<std::uint32_t>(change.to);
  step.lines = end == Side::Internal ? to : WayHistory::kSame;
  step.boxes = end == Side::External || flows == StandingFlows::OldAddress ? WayHistory::kSame : to;
  step.back = world_.way_back(group, step.boxes == WayHistory::kSame ? 0 : step.boxes);
  if (step.boxes == WayHistory::kSame && end == Side::Internal) step.back = WayHistory::kSame;
  step.from = change.at;
  step.settled_at = later(change.at, world_.scenario_.alternatives[group].watcher.settles_for);
  for (std::uint32_t i = 0; i < world_.scenario_.connections.size(); ++i)
    world_.ledger_.ways(ConnectionId{i}, step);
}

// Whether every packet of a watcher takes random numbers.
bool World::watchers_draw() const {
  return std::ranges::any_of(scenario_.alternatives,
                             [](const AlternativesSpec& group) { return group.watcher.draws(); });
}

}  // namespace stayalive
