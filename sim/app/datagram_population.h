// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "app/census.h"
#include "app/connection_spec.h"
#include "app/ledger.h"
#include "base/random.h"
#include "engine/path.h"
#include "engine/simulation.h"

namespace stayalive {

// Many like UDP clients, each a host of its own with one connection, and the server to which they
// all talk.  Each behaves as a client with the same strategy (silent or keepalive) would by itself;
// its whole state is one small record, and both ends are one node each.  Members are numbered in
// the order in which they begin.
class DatagramPopulation {
 public:
  struct Place {
    AddressId first_client;  // member i has this address plus i
    Endpoint server;
    ConnectionId first;     // the packets of member i carry this plus i
    std::size_t boxes = 0;  // stateful boxes of the path
    std::uint64_t seed = 1;
    Duration late_after = 1s;  // as Scenario::late_after
  };
  // All must outlive the population.
  DatagramPopulation(const ConnectionSpec& spec, const Place& place, Simulation& sim, Path& path);
  DatagramPopulation(const DatagramPopulation&) = delete;
  DatagramPopulation& operator=(const DatagramPopulation&) = delete;

  // What the books tell; box: position among the stateful boxes of the path.
  void flow_changed(std::uint32_t box, const FlowNote& note);
  void packet_dropped(std::uint32_t box, ConnectionId connection, DropReason why);
  void close(TimePoint end) { census_.close(end); }

  const Census& census() const { return census_; }
  // Of all members together, by Role.
  const SideCounters& counters(Role role) const { return counters_[index(role)]; }
  struct Messages {
    std::uint64_t sent = 0;
    std::uint64_t delivered = 0;
    std::uint64_t unsent = 0;  // the server did not know yet where to
  };
  // Application messages written by one side.
  const Messages& messages(Role role) const { return messages_[index(role)]; }

 private:
  // What a datagram is for; its packet carries it as its tag.
  enum class Purpose : std::uint32_t { Request = 1, Reply, Ping, Application };
  // What a wake-up is for; from Traffic on, the position in the list of traffic is added.
  enum class Timer : std::uint32_t { Start, Ping, Leave, Traffic };
  static constexpr std::uint32_t kTimers = 32;  // the token is member * kTimers + timer
  static constexpr std::uint32_t kMostMembers = 1u << 27;

  struct Member {
    TimePoint next_ping = kNever;  // until it begins: when it does
    Endpoint peer{};               // where the server sends to; invalid while it knows nobody
    bool active = false;
  };

  class Clients final : public Node {
   public:
    explicit Clients(DatagramPopulation& all) : all_(all) {}
    void receive(Simulation&, Side, const Packet& packet) override { all_.client_receives(packet); }
    void wake(Simulation&, std::uint32_t token) override { all_.client_wakes(token); }
    void foresee(Side, const Packet& packet) const override { all_.foresee(packet.connection); }
    void foresee(std::uint32_t token) const override { all_.bring_near(token / kTimers); }

   private:
    DatagramPopulation& all_;
  };
  class Servers final : public Node {
   public:
    explicit Servers(DatagramPopulation& all) : all_(all) {}
    void receive(Simulation&, Side, const Packet& packet) override { all_.server_receives(packet); }
    void wake(Simulation&, std::uint32_t token) override { all_.server_wakes(token); }
    using Node::foresee;
    void foresee(Side, const Packet& packet) const override { all_.foresee(packet.connection); }

   private:
    DatagramPopulation& all_;
  };

  struct Rules {
    bool client_pings = false;
    bool server_pings = false;
    bool answered = true;
    bool reset_by_sent = true;
    bool reset_by_received = false;
    Duration interval = 60s;
    Duration jitter{};
    std::uint16_t bytes = 2;
    std::uint16_t answer_bytes = 2;
  };
  static Rules rules_of(const ConnectionSpec& spec);
  void await_next_start(std::uint32_t member);

  void foresee(ConnectionId connection) const { bring_near(connection.value - place_.first.value); }
  // Prefetches the member's record; inlined, because a compiler drops calls that do nothing else.
  void bring_near(std::uint32_t member) const { __builtin_prefetch(members_.data() + member); }
  void client_wakes(std::uint32_t token);
  void server_wakes(std::uint32_t token);
  void client_receives(const Packet& packet);
  void server_receives(const Packet& packet);
  void refuse_stray(const Packet& packet);
  void start(std::uint32_t member);
  void ping_due(std::uint32_t member, Role role);
  void write_traffic(std::uint32_t member, std::uint32_t traffic);
  void put_off(std::uint32_t member, Role role, bool sent);
  void arm_ping(std::uint32_t member, Role role);
  TimePoint& next_ping(std::uint32_t member, Role role);
  bool pings(Role role) const {
    return role == Role::Client ? rules_.client_pings : rules_.server_pings;
  }
  Duration wait() { return rules_.interval - waits_.up_to(rules_.jitter); }
  void send(std::uint32_t member, Role from, Purpose purpose, std::uint32_t bytes);
  static std::uint32_t token(std::uint32_t member, Timer timer, std::uint32_t offset = 0);
  NodeId node(Role role) const { return nodes_[index(role)]; }
  void wake_in_order(LaneId& lane, TimePoint at, Role role, std::uint32_t token);

  const ConnectionSpec& spec_;
  Place place_;
  Simulation& sim_;
  Path& path_;
  Rules rules_;
  Random waits_;
  Clients clients_{*this};
  Servers servers_{*this};
  std::array<NodeId, 2> nodes_;
  std::vector<Member> members_;
  std::vector<TimePoint> server_pings_;  // when next, by member; empty unless the server pings
  std::array<LaneId, 2> ping_lanes_;     // by Role
  LaneId leave_lane_;
  std::vector<std::array<LaneId, 2>> traffic_lanes_;  // by traffic: first messages, and repetitions
  Census census_;
  std::array<SideCounters, 2> counters_;
  std::array<Messages, 2> messages_;
};

}  // namespace stayalive
