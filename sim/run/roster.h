// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "scenario/scenario.h"

namespace stayalive {

// Who takes part in a run: what the scenario names, and after that the members of its populations,
// unless they are compact, and the places of its sessions.  Each member is an ordinary connection
// with a host of its own, called `phones[17]` by the order in which they begin; all of one
// population have one server.  Its times count from its own beginning.  Each place is an ordinary
// connection between the hosts of its session, called `pool[0]`; the session writes its requests.
class Roster {
 public:
  // scenario must outlive the roster; the seed is that of the run.
  Roster(const Scenario& scenario, std::uint64_t seed);
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  // The scenario with everybody in it; positions of what it names are as they were.
  const Scenario& scenario() const { return expanded_ ? *expanded_ : original_; }

  const Scenario& original() const { return original_; }
  // How many connections the original scenario names; they come first.
  std::size_t named() const { return original_.connections.size(); }

  struct Members {
    std::size_t first = 0;  // position of the first one's connection
    std::size_t count = 0;
  };
  // Empty for a connection that stands for itself, and for a compact population.
  std::optional<Members> members(std::size_t connection) const;
  // Empty for a connection that is no session, and for one that stands for many of them; the
  // members of that come after those that the scenario names.
  std::optional<Members> places(std::size_t connection) const;
  // Those of the scenario with everybody in it that have sockets for this one: itself, its members,
  // its places, or the places of all its members.  Of a compact population itself.
  Members sockets(std::size_t connection) const;

 private:
  void add_places(std::size_t connection);
  void expand(std::size_t connection, AddressId first_client, AddressId server, std::uint64_t seed);

  const Scenario& original_;
  std::optional<Scenario> expanded_;  // empty when the scenario names everybody
  // By connection: where its members begin, or the places of a session.
  std::vector<std::size_t> first_;
};

}  // namespace stayalive
