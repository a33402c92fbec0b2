// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "app/population/population.h"
#include "base/random.h"
#include "net/icmp_limit.h"
#include "strategy/ping_rules.h"

namespace stayalive {

// Many UDP clients and their server.  Each behaves as a client with the same strategy would by
// itself, for a strategy that has a compact form over UDP; its whole state is one small record.
class DatagramPopulation final : public Population {
 public:
  // All must outlive the population.
  DatagramPopulation(const ConnectionSpec& spec, const Layout& layout, Simulation& sim, Path& path);
  bool may_repeat() const override { return members_.size() <= kMostRepeating; }
  void walk(StateWalk& walk) override;

 private:
  template <class, Role>
  friend class PopulationEnd;
  // A period has five events of each member and more, and each note some twenty fields.
  static constexpr std::size_t kMostRepeating = 10'000;
  // What a datagram is for.  There are so many of them that nobody keeps each: as its message its
  // packet carries the purpose, and above it the number of an application message.
  enum class Purpose : std::uint32_t { Request = 1, Reply, Ping, Application };
  static constexpr std::uint32_t kPurposes = 8;

  struct Member {
    TimePoint next_ping = kNever;  // until it begins: when it does
    // Where the server sends to; invalid while it knows nobody.  What follows lies in its padding.
    [[no_unique_address]] Endpoint peer{};
    bool active = false;
  };
  static_assert(sizeof(Member) == 16);

  static PingRules rules_of(const ConnectionSpec& spec);
  void await_next_start(std::uint32_t member);

  void client_wakes(std::uint32_t token);
  void server_wakes(std::uint32_t token);
  void client_receives(const Packet& packet);
  void server_receives(const Packet& packet);
  void count_error(std::uint32_t member, const Packet& error);
  void refuse_stray(const Packet& packet);
  void start(std::uint32_t member);
  template <Role kRole>
  void ping_due(std::uint32_t member);
  void write_traffic(std::uint32_t member, std::uint32_t traffic);
  // Something happened to a member that may move its next ping.  Most of what happens never does,
  // which is known beforehand.
  template <Role kRole, PingEvent kEvent>
  void happened(std::uint32_t member) {
    constexpr auto kPosition = static_cast<std::size_t>(kEvent);
    if (moves_[index(kRole)][kPosition]) move_ping<kRole, kEvent>(member);
  }
  template <Role kRole, PingEvent kEvent>
  void move_ping(std::uint32_t member);
  template <Role kRole>
  TimePoint& next_ping(std::uint32_t member) {
    return kRole == Role::Client ? members_[member].next_ping : server_pings_[member];
  }
  template <Role kFrom>
  void send(std::uint32_t member, Purpose purpose, std::uint32_t bytes, std::uint32_t number = 0);
  template <Role kFrom>
  void send_message(std::uint32_t member, std::uint32_t bytes, std::uint32_t number);
  void meet(std::uint32_t member);

  PingRules rules_;
  // By Role and PingEvent: PingRules::may_move().
  std::array<std::array<bool, kPingEvents>, 2> moves_{};
  Random waits_;
  PopulationEnd<DatagramPopulation, Role::Client> clients_{*this};
  PopulationEnd<DatagramPopulation, Role::Server> servers_{*this};
  std::vector<Member> members_;
  std::vector<TimePoint> server_pings_;  // when next, by member; empty unless the server pings
  std::array<LaneId, 2> ping_lanes_;     // by Role
  // What the server would write to members that it does not know yet.
  struct Waiting {
    std::uint32_t bytes = 0;
    std::uint32_t number = 0;
  };
  IcmpLimit icmp_limit_;  // of all clients
  std::map<std::uint32_t, std::vector<Waiting>> waiting_;
};

}  // namespace stayalive
