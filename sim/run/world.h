// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "app/host/host.h"
#include "app/ledger.h"
#include "app/message_store.h"
#include "app/population/population.h"
#include "app/proxy/tcp_proxy.h"
#include "base/state_walk.h"
#include "engine/simulation.h"
#include "middlebox/middlebox_node.h"
#include "path/path.h"
#include "run/address_plan.h"
#include "scenario/scenario.h"

namespace stayalive {

// Everything of one simulation, wired from a scenario: it owns the nodes, the path and the books.
// Of connections that stand for many it plays the compact ones; the members of others are in the
// scenario by themselves (Roster).
class World final : public HasState {
 public:
  // scenario must outlive the world; trace may be nullptr.
  World(const Scenario& scenario, std::uint64_t seed, TraceSink* trace);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Runs to the end of the scenario; with skip, passes over what only repeats itself, unless it is
  // traced.  The results are the same.
  void run(bool skip);
  // Everything that may change in the run.
  void walk(StateWalk& walk) override;
  // How many events were passed over.
  std::uint64_t skipped() const { return skipped_; }

  const Simulation& simulation() const { return sim_; }
  const Ledger& ledger() const { return ledger_; }
  const AddressPlan& addresses() const { return addresses_; }
  // nullptr for a connection that is not a compact population.
  const Population* population(std::size_t connection) const {
    return populations_[connection].get();
  }
  // The node of a hop; invalid for a link.
  NodeId hop_node(std::size_t hop) const { return hop_nodes_[hop]; }
  NodeId host_node(std::size_t host) const { return host_nodes_[host]; }

 private:
  void build_path();
  void build_stations();
  void build_hosts();
  void build_connections();
  void build_populations();
  void await_leaving(std::uint32_t connection);
  void leave(std::size_t connection);
  void apply(const EventSpec& event);
  Program* program(const EventSpec& event);

  // Hands what the boxes tell to whoever keeps the books of the connection.
  class Books final : public FlowObserver {
   public:
    explicit Books(World& world) : world_(world) {}
    void flow_changed(NodeId box, const FlowNote& note) override;
    void packet_dropped(NodeId box, const Packet& packet, DropReason why, TimePoint at) override;

   private:
    Population* population_of(ConnectionId connection) const;
    World& world_;
  };

  // Puts the scenario's events among all others.
  class Director final : public Node {
   public:
    explicit Director(World& world) : world_(world) {}
    void receive(Simulation&, Side, const Packet&) override {}
    // The scenario's events wait in the simulation.
    void walk(StateWalk&) override {}
    // The token is an event's position; after those of all events come the connections that leave.
    void wake(Simulation&, std::uint32_t token) override {
      const std::size_t events = world_.scenario_.events.size();
      if (token >= events) return world_.leave(token - events);
      world_.apply(world_.scenario_.events[token]);
    }

   private:
    World& world_;
  };

  const Scenario& scenario_;
  std::uint64_t seed_;
  AddressPlan addresses_;
  Simulation sim_;
  Ledger ledger_;
  MessageStore messages_;
  Books books_{*this};
  Director director_;
  NodeId director_node_;
  std::vector<std::unique_ptr<LinkConfig>> link_configs_;
  std::unique_ptr<Path> path_;
  std::vector<NodeId> hop_nodes_;
  std::vector<NodeId> host_nodes_;
  std::vector<std::unique_ptr<MiddleboxNode>> boxes_;  // by hop; empty for other hops
  std::vector<std::unique_ptr<TcpProxy>> proxies_;     // by hop
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::unique_ptr<Party>> parties_;  // client and server of each connection in turn
  std::vector<std::unique_ptr<Population>> populations_;  // by connection
  std::vector<ConnectionId> first_members_;   // by connection: where its members are numbered from
  std::vector<std::uint32_t> box_positions_;  // by node: which stateful box of the path it is
  std::vector<std::uint32_t> address_changes_;  // by host
  std::uint64_t skipped_ = 0;
};

}  // namespace stayalive
