// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "app/connection_spec.h"
#include "app/judge/judge.h"
#include "app/ledger.h"
#include "app/message_counters.h"
#include "app/recent_messages.h"
#include "base/random.h"
#include "base/state_walk.h"
#include "engine/simulation.h"
#include "engine/speedup.h"
#include "path/path.h"

namespace stayalive {

// Many like clients, each a host of its own with one connection, and the server to which they all
// talk: when members come, write and leave, what they put on the wire, and the books about them,
// for every transport alike.  Members are numbered in the order in which they begin; both ends are
// one node each.
class Population : public HasState {
 public:
  struct Layout {
    AddressId first_client;  // member i has this address plus i
    Endpoint server;
    ConnectionId first;  // for the books: that of member i is this plus i
    StreamId streams;    // two for each member: first those of all clients, then the server's
    std::uint64_t seed = 1;
    Duration late_after = 1s;  // as Scenario::late_after
    Judge* judge = nullptr;    // of its members, by their numbers
    bool limits_icmp = true;   // whether the clients send ICMP errors as IcmpLimit says
  };
  Population(const Population&) = delete;
  Population& operator=(const Population&) = delete;

  // What the books tell; box: position among the stateful boxes of the path.
  void flow_changed(std::uint32_t box, const FlowNote& note);
  void packet_dropped(std::uint32_t box, ConnectionId connection, DropReason why);
  // When an end of a member last received a packet; over UDP nobody asks.
  virtual TimePoint heard_at(std::uint32_t, Role) const { return kStart; }

  // Whether it lists its state, and whether that is short enough for it to be looked at again and
  // again.
  virtual bool may_repeat() const { return false; }
  void walk(StateWalk& walk) override { walk.aperiodic(); }
  // Of all members together, by Role.
  const SideCounters& counters(Role role) const { return counters_[index(role)]; }
  // Application messages written by one side, of a run that ends now.
  MessageCounters messages(Role role) const;

 protected:
  // What a wake-up is for; from Traffic on, the position in the list of traffic is added.
  enum class Timer : std::uint32_t {
    Start,
    Keepalive,
    Leave,
    Traffic,
    Probes = 29,
    Unanswered,
    Socket
  };
  static constexpr std::uint32_t kTimers = 32;  // the token is what it is about * kTimers + timer
  static constexpr std::uint32_t kMostMembers = 1u << 27;
  static constexpr std::uint16_t kClientPort = 40000;

  // All must outlive the population, the judge included.
  Population(const ConnectionSpec& spec, const Layout& layout, Simulation& sim, Path& path);
  // The nodes of both ends; they must outlive the simulation.
  void join(Node& clients, Node& servers);

  // When members begin, in order.
  std::vector<TimePoint> starts() const {
    return draw_starts(spec_.population, spec_.start, spec_.name, layout_.seed);
  }
  // One start is scheduled at a time: a million of them need not wait in the queue.
  void await_start(std::uint32_t member, TimePoint at);
  // The member's beginning is now: arms its traffic and its leaving.
  void arm_life(std::uint32_t member);
  // The traffic at this position is due for a member: arms its repetition.
  void arm_repetition(std::uint32_t member, std::uint32_t position);

  // For what is mostly due in the order in which it is asked for; lane: of its own, invalid at
  // first.
  void wake_in_order(LaneId& lane, TimePoint at, Role role, std::uint32_t what) {
    if (!lane.valid()) lane = Speedup(sim_).add_lane();
    Speedup(sim_).wake_on(lane, at, node(role), what);
  }
  static std::uint32_t token(std::uint32_t of, Timer timer, std::uint32_t offset = 0) {
    return of * kTimers + static_cast<std::uint32_t>(timer) + offset;
  }
  static Timer timer_of(std::uint32_t token) {
    const std::uint32_t timer = token % kTimers;
    const auto first = static_cast<std::uint32_t>(Timer::Traffic);
    return timer > first && timer < static_cast<std::uint32_t>(Timer::Probes)
               ? Timer::Traffic
               : static_cast<Timer>(timer);
  }
  static std::uint32_t traffic_of(std::uint32_t token) {
    return token % kTimers - static_cast<std::uint32_t>(Timer::Traffic);
  }

  // Lists what all populations have.
  void walk_books(StateWalk& walk);

  // For the books: whether a packet belongs to this member, and not to another for whose it came.
  bool is_of(std::uint32_t member, const Packet& packet) const {
    return packet.notes.connection == connection_of(member);
  }
  // Counts a packet and puts it on the wire of this end.
  void put_on_wire(Role from, const Packet& packet) {
    counters_[index(from)].count_sent(packet);
    send_uncounted(from, packet);
  }
  // As above; of what one member says to a stray of another nobody keeps books.
  void send_uncounted(Role from, const Packet& packet) {
    const Side side = from == Role::Client ? Side::Internal : Side::External;
    path_.send(sim_, path_.end_wire(side), opposite(side), packet);
  }
  // A message is written by this side; gives its number.
  std::uint32_t count_written(Role from) {
    ++messages_[index(from)].sent;
    return recent_[index(from)].write(sim_.now());
  }
  // It arrives at the other.
  void count_delivered(Role from, std::uint32_t number) {
    ++messages_[index(from)].delivered;
    if (recent_[index(from)].arrives_late(number, sim_.now())) ++messages_[index(from)].late;
  }
  void count_received(Role role, const Packet& packet) {
    counters_[index(role)].count_received(packet);
  }

  // Tells the judge what happened to an end at this instant.
  void tell(std::uint32_t member, Role role, SideEvent::Kind what, Endpoint remote);
  Judge& judge() { return *layout_.judge; }
  // What each end of a member writes.
  StreamId stream_of(std::uint32_t member, Role role) const {
    return StreamId{first_streams_[index(role)] + member};
  }
  Origin origin_of(std::uint32_t member, Role role) const {
    return {stream_of(member, role), connection_of(member)};
  }
  // Whose client or whose end of the server writes this stream; size() and more: nobody's.
  std::uint32_t member_of(StreamId stream, Role role) const {
    return stream.value - first_streams_[index(role)];
  }
  // Whose host has this address; size() and more: nobody's.
  std::uint32_t member_at(AddressId client) const {
    return client.value - layout_.first_client.value;
  }
  std::uint32_t member_in_books(ConnectionId connection) const {
    return connection.value - layout_.first.value;
  }
  ConnectionId connection_of(std::uint32_t member) const {
    return ConnectionId{layout_.first.value + member};
  }
  Endpoint client_of(std::uint32_t member) const {
    return {AddressId{layout_.first_client.value + member}, kClientPort};
  }
  std::uint32_t size() const { return spec_.population.count; }
  NodeId node(Role role) const { return nodes_[index(role)]; }

  const ConnectionSpec& spec_;
  Layout layout_;
  Simulation& sim_;
  Path& path_;
  std::array<SideCounters, 2> counters_;
  std::array<MessageCounters, 2> messages_;  // by Role; what is lost is known in the end

 private:
  std::array<NodeId, 2> nodes_;                 // by Role
  std::array<std::uint32_t, 2> first_streams_;  // by Role
  std::array<RecentMessages, 2> recent_;        // by the Role that writes
  LaneId leave_lane_;
  std::vector<std::array<LaneId, 2>> traffic_lanes_;  // by traffic: first messages, and repetitions
};

// One end of all members as a node.  All has client_receives(packet), server_receives(packet),
// client_wakes(token) and server_wakes(token).  Nothing needs foresight: members come in their
// order mostly, one record behind the other.
template <class All, Role kRole>
class PopulationEnd final : public Node {
 public:
  explicit PopulationEnd(All& all) : all_(all) {}
  void receive(Simulation&, Side, const Packet& packet) override {
    kRole == Role::Client ? all_.client_receives(packet) : all_.server_receives(packet);
  }
  void wake(Simulation&, std::uint32_t token) override {
    kRole == Role::Client ? all_.client_wakes(token) : all_.server_wakes(token);
  }
  // One of both ends lists the whole.
  void walk(StateWalk& walk) override {
    if (kRole == Role::Client) all_.walk(walk);
  }

 private:
  All& all_;
};

}  // namespace stayalive
