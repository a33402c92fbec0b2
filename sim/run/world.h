// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/host/host.h"
#include "app/judge/judge.h"
#include "app/ledger.h"
#include "app/message_store.h"
#include "app/population/population.h"
#include "app/proxy/tcp_proxy.h"
#include "base/state_walk.h"
#include "engine/run_watch.h"
#include "engine/simulation.h"
#include "failover/fork.h"
#include "middlebox/middlebox_node.h"
#include "path/path.h"
#include "path/relay.h"
#include "run/address_plan.h"
#include "run/limit_watch.h"
#include "run/path_plan.h"
#include "run/population_sums.h"
#include "run/report.h"
#include "run/roster.h"
#include "run/session_book.h"
#include "run/timeline.h"
#include "run/warning.h"
#include "scenario/scenario.h"

namespace stayalive {

// Everything of one simulation, wired from a scenario: it owns the nodes, the path, the books and
// the judges.  Of connections that stand for many it plays the compact ones; the members of others
// are in the roster's scenario by themselves.
class World final : public HasState {
 public:
  // roster must outlive the world; trace may be nullptr.
  World(const Roster& roster, std::uint64_t seed, TraceSink* trace);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Runs so far, no further than to the end of the scenario; as run().
  bool run_until(TimePoint until, bool skip, RunWatch* watch = nullptr);
  // From now on; nullptr: nobody listens.
  void set_trace(TraceSink* trace) { sim_.set_trace(trace); }
  // Runs to the end of the scenario; with skip, passes over what only repeats itself, unless it is
  // traced.  The results are the same.  False when the watch has ended it before, between two
  // events; nullptr: nobody does.
  bool run(bool skip, RunWatch* watch = nullptr);
  // After the run: when it ended.
  TimePoint end() const { return end_; }
  // Everything that may change in the run.
  void walk(StateWalk& walk) override;
  // How much it holds, and whoever listens to it: of what changes every field is counted.
  LimitWatch::Held held();
  // How many events were passed over.
  std::uint64_t skipped() const { return skipped_; }

  const Simulation& simulation() const { return sim_; }
  const MessageStore& messages() const { return messages_; }
  // After the run; connection: its position in the scenario that the roster was made from.
  ConnectionReport report(std::size_t connection) const;
  // After the run: of each line with a rate, in the order of the path.
  std::vector<LinkReport> link_reports() const;
  // After the run: of each server that serves several connections, in the order of the scenario.
  std::vector<ServerReport> server_reports() const;
  // After the run: of each group of alternatives, in the order of the path.
  std::vector<AlternativesReport> alternatives_reports() const;
  // After the run: what of the scenario took part in it.
  Effects effects() const;
  const AddressPlan& addresses() const { return addresses_; }

 private:
  void number_members();
  CallBooks call_books() const;
  void build_path();
  void number_stations();
  NodeId node_at(const PathPlan::Place& place) const;
  void build_stations();
  NodeId build_hop(const PathPlan::Station& station);
  NodeId build_fork(const PathPlan::Station& station);
  void connect_forks();
  void connect_way(std::size_t group, std::size_t way);
  bool watchers_draw() const;
  std::uint32_t way_back(std::size_t group, std::uint32_t boxes) const;
  std::vector<WayShare> shares_of_ways(std::size_t connection) const;
  void build_hosts();
  void build_judges();
  void build_judge(std::size_t connection);
  void build_connections();
  void build_connection(std::uint32_t connection);
  void build_populations();
  std::optional<ClosestCall> closest_call(std::size_t connection) const;
  ConnectionReport report_of_many(std::size_t connection) const;
  ConnectionReport report_of_sessions(std::size_t connection) const;
  std::vector<LostRequestReport> lost_in_session(std::size_t connection) const;
  AdmissionReport admission(std::size_t connection) const;
  void admit(std::size_t connection, ConnectionReport& report) const;
  void await_leaving(std::uint32_t connection);
  void leave(std::size_t connection);
  void note_unsent(std::size_t connection);
  bool apply(const EventSpec& event);
  bool change_outside(const EventSpec& event);
  bool replace(const EventSpec& event);
  bool interferes(const EventSpec& event);
  bool concerns_anybody(const EventSpec& event) const;
  bool cuts_anything(const EventSpec& event) const;
  Party& party(const EventSpec& event);

  // Who judges a connection, and who listens to him.
  struct Judged {
    std::unique_ptr<Timeline> timeline;    // of one
    std::unique_ptr<PopulationSums> sums;  // of many
    std::unique_ptr<SessionBook> session;  // of one whose client has several side by side
    std::unique_ptr<Judge> judge;
  };

  // Hands what the boxes tell to whoever keeps the books of the connection.
  class Books final : public FlowObserver, public QueueObserver, public WayObserver {
   public:
    explicit Books(World& world) : world_(world) {}
    void flow_changed(NodeId box, const FlowNote& note) override;
    void packet_dropped(NodeId box, const Packet& packet, DropReason why, TimePoint at) override;
    void queue_dropped(const std::string& link, const Packet& packet, TimePoint at) override {
      world_.ledger_.queue_dropped(link, packet, at);
    }
    void took_way(std::size_t group, std::size_t way, Side towards, const Packet& packet,
                  TimePoint at) override;
    void way_changed(std::size_t group, Side end, const WayChoice::Change& change,
                     StandingFlows flows) override;

   private:
    Population* population_of(ConnectionId connection) const;
    World& world_;
  };

  // Puts the scenario's events among all others.
  class Script final : public Node {
   public:
    explicit Script(World& world) : world_(world) {}
    void receive(Simulation&, Side, const Packet&) override {}
    // The scenario's events wait in the simulation.
    void walk(StateWalk&) override {}
    // The token is an event's position; after those of all events come the connections that leave.
    void wake(Simulation&, std::uint32_t token) override {
      const std::size_t events = world_.scenario_.events.size();
      if (token >= events) return world_.leave(token - events);
      world_.effects_.events[token] = world_.apply(world_.scenario_.events[token]);
    }

   private:
    World& world_;
  };

  const Roster& roster_;
  const Scenario& scenario_;
  std::uint64_t seed_;
  AddressPlan addresses_;
  PathPlan plan_;
  Simulation sim_;
  Ledger ledger_;
  MessageStore messages_;
  Books books_{*this};
  Script script_;
  NodeId script_node_;
  std::vector<std::unique_ptr<LinkConfig>> link_configs_;
  std::unique_ptr<Path> path_;
  std::vector<NodeId> hop_nodes_;
  std::vector<NodeId> host_nodes_;
  std::vector<std::unique_ptr<MiddleboxNode>> boxes_;        // by hop; empty for other hops
  std::vector<std::unique_ptr<TcpProxy>> proxies_;           // by hop
  std::vector<std::array<std::unique_ptr<Fork>, 2>> forks_;  // by group, then Side
  std::vector<std::unique_ptr<Relay>> relays_;
  std::vector<NodeId> station_nodes_;  // by station of the plan
  JudgedPath judged_path_;
  // By connection: of those of the original scenario, and of the members of a population of
  // sessions.
  std::vector<Judged> judged_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<Server*> servers_;                    // by their place in the scenario
  std::vector<std::unique_ptr<Party>> parties_;     // client and server of each connection in turn
  std::vector<std::unique_ptr<Session>> sessions_;  // by connection
  std::map<std::size_t, TlsSession> tls_sessions_;  // of clients, by connection or session
  std::vector<std::unique_ptr<Population>> populations_;  // by connection
  std::vector<ConnectionId> first_members_;   // by connection: where its members are numbered from
  std::vector<std::uint32_t> box_positions_;  // by node: which stateful box of the path it is
  std::vector<std::uint32_t> address_changes_;  // by host
  std::vector<std::uint32_t> outside_changes_;  // by hop
  TimePoint end_;
  std::uint64_t skipped_ = 0;
  std::uint64_t held_at_first_;
  Effects effects_;  // of events, so far
};

}  // namespace stayalive
