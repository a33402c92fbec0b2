// SPDX-License-Identifier: Apache-2.0
#include "run/path_plan.h"

#include <algorithm>
#include <variant>

#include "base/check.h"

namespace stayalive {
namespace {

bool is_target(const Scenario& scenario, std::size_t hop) {
  return std::ranges::any_of(scenario.alternatives, [hop](const AlternativesSpec& group) {
    return std::ranges::any_of(
        group.ways, [hop](const AlternativesSpec::Way& way) { return way.target == hop; });
  });
}

// Lays the wires one after the other, from the internal end outwards.
class PathPlanner {
 public:
  explicit PathPlanner(const Scenario& scenario) : scenario_(scenario) {}

  PathPlan plan() {
    begin_wire({});
    std::size_t hop = 0;
    for (std::size_t group = 0; group < scenario_.alternatives.size(); ++group) {
      const AlternativesSpec& its = scenario_.alternatives[group];
      for (; hop < its.first(); ++hop) add_hop(hop);
      add_group(group);
      hop = its.end();
    }
    for (; hop < scenario_.path.size(); ++hop) add_hop(hop);
    mark_public_wires();
    return std::move(plan_);
  }

 private:
  void begin_wire(PathPlan::Place inner) {
    plan_.wires.emplace_back();
    plan_.wires.back().inner = inner;
    // In the path: before the next hop.
    before_.push_back(next_hop_);
    way_.push_back(in_way_);
  }

  std::size_t add_station(PathPlan::Station station) {
    const std::size_t number = plan_.stations.size();
    station.inner = plan_.wires.size() - 1;
    station.outer = plan_.wires.size();
    plan_.stations.push_back(station);
    return number;
  }

  void add_hop(std::size_t hop) {
    next_hop_ = hop + 1;
    using Kind = PathPlan::Station::Kind;
    const bool link = std::holds_alternative<LinkConfig>(scenario_.path[hop]);
    if (link) plan_.wires.back().links.push_back(hop);
    if (link && !is_target(scenario_, hop)) return;
    const std::size_t station = add_station({link ? Kind::Relay : Kind::Keeper, hop});
    plan_.wires.back().outer = {station, std::nullopt};
    begin_wire({station, std::nullopt});
  }

  void add_group(std::size_t group) {
    const AlternativesSpec& its = scenario_.alternatives[group];
    PathPlan::Station fork{PathPlan::Station::Kind::Fork};
    fork.group = group;
    const std::size_t inner = add_station(fork);
    plan_.wires.back().outer = {inner, std::nullopt};
    fork.end = Side::External;
    std::vector<std::size_t> last_wires;
    plan_.ways.emplace_back();
    for (std::size_t way = 0; way < its.ways.size(); ++way) {
      in_way_ = WayPlace{group, way};
      next_hop_ = its.ways[way].first;
      begin_wire({inner, way});
      plan_.ways.back().push_back({plan_.wires.size() - 1, 0});
      for (std::size_t hop = its.ways[way].first; hop < its.ways[way].end(); ++hop) add_hop(hop);
      last_wires.push_back(plan_.wires.size() - 1);
      plan_.ways.back().back().outer = last_wires.back();
    }
    in_way_.reset();
    next_hop_ = its.end();
    const std::size_t outer = add_station(fork);
    for (std::size_t way = 0; way < its.ways.size(); ++way)
      plan_.wires[last_wires[way]].outer = {outer, way};
    begin_wire({outer, std::nullopt});
    plan_.stations[outer].inner = plan_.stations[outer].outer = plan_.wires.size() - 1;
    plan_.stations[inner].outer = plan_.stations[inner].inner;
  }

  bool translates_addresses(std::size_t hop) const {
    const auto* box = std::get_if<MiddleboxSpec>(&scenario_.path[hop]);
    return box != nullptr && box->profile.translate;
  }
  // Whether a packet on its way outwards passes both.
  bool same_chain(std::size_t wire, std::size_t hop) const {
    const std::optional<WayPlace> its = way_of(scenario_, hop);
    const std::optional<WayPlace>& here = way_[wire];
    return !its || !here || its->group != here->group || its->way == here->way;
  }

  // The Internet begins behind the last box that translates, but for those beyond a proxy.
  void mark_public_wires() {
    std::vector<std::size_t> translating;
    for (std::size_t hop = 0; hop < scenario_.path.size(); ++hop) {
      if (std::holds_alternative<ProxySpec>(scenario_.path[hop])) break;
      if (translates_addresses(hop)) translating.push_back(hop);
    }
    // In a chain the last decides.
    if (scenario_.alternatives.empty() && !translating.empty()) translating = {translating.back()};
    for (std::size_t wire = 0; wire < plan_.wires.size(); ++wire) {
      bool behind_nat = false;
      bool before_nat = false;
      for (const std::size_t hop : translating) {
        if (same_chain(wire, hop)) (hop < before_[wire] ? behind_nat : before_nat) = true;
      }
      plan_.wires[wire].filters = behind_nat && !before_nat;
    }
  }

  const Scenario& scenario_;
  PathPlan plan_;
  std::size_t next_hop_ = 0;
  std::optional<WayPlace> in_way_{};
  std::vector<std::size_t> before_;           // by wire
  std::vector<std::optional<WayPlace>> way_;  // by wire
};

}  // namespace

std::size_t PathPlan::station_of(std::size_t hop) const {
  const auto found = std::ranges::find_if(stations, [hop](const Station& station) {
    return station.kind != Station::Kind::Fork && station.hop == hop;
  });
  CHECK(found != stations.end(), "only a box, a proxy or a watched link has a station");
  return static_cast<std::size_t>(found - stations.begin());
}

PathPlan plan_path(const Scenario& scenario) { return PathPlanner(scenario).plan(); }

}  // namespace stayalive
