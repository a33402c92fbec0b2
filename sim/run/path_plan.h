// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "net/side.h"
#include "scenario/scenario.h"

namespace stayalive {

// The stations and wires of a scenario's path: where each hop stands, and where the path parts into
// several ways.  Numbers are positions in these lists; in a path without groups wire w lies on the
// internal side of station w.
struct PathPlan {
  struct Station {
    enum class Kind : std::uint8_t {
      Keeper,  // a box or a proxy
      Relay,   // the far end of a link at which a watcher aims
      Fork,    // an end of a group
    };
    Kind kind = Kind::Keeper;
    std::size_t hop = 0;        // of the path; of a relay, the link before it
    std::size_t group = 0;      // of a fork
    Side end = Side::Internal;  // of a fork: which
    std::size_t inner = 0;      // wires; of a fork the one towards the rest of the path
    std::size_t outer = 0;
  };
  // Where a wire begins or ends: at a station, at the end of a way on a fork, or at the hosts.
  struct Place {
    std::optional<std::size_t> station{};
    std::optional<std::size_t> way{};  // of a fork
  };
  struct Wire {
    Place inner;
    Place outer;
    std::vector<std::size_t> links{};  // hops
    bool filters = false;              // carries no private source addresses outwards
  };
  struct Way {
    std::size_t inner = 0;  // its first and its last wire
    std::size_t outer = 0;
  };
  std::vector<Station> stations;  // in the order of the path
  std::vector<Wire> wires;
  std::vector<std::vector<Way>> ways;  // by group

  // The station of a hop; of a link, the relay behind it.
  std::size_t station_of(std::size_t hop) const;
};

PathPlan plan_path(const Scenario& scenario);

}  // namespace stayalive
