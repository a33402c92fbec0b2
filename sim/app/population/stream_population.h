// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "app/host/socket_alarms.h"
#include "app/host/tcp_sockets.h"
#include "app/population/population.h"
#include "base/flat_index.h"
#include "base/interned.h"
#include "base/random.h"
#include "base/ring.h"

namespace stayalive {

// Many TCP clients and their server, silent or with the keepalive of the kernel.  Each end is a
// socket with all of TCP while anything goes on, and a small record while it rests: then it knows
// only how to probe and to answer, by the rules of resting_tcp.h, and for anything else becomes a
// socket again.
class StreamPopulation final : public Population {
 public:
  // All must outlive the population.
  StreamPopulation(const ConnectionSpec& spec, const Layout& layout, Simulation& sim, Path& path);

 private:
  template <class, Role>
  friend class PopulationEnd;

  // What has become of one end of a member.
  class EndState {
   public:
    static EndState awake(SocketId socket) { return EndState(socket); }
    static EndState resting(std::uint32_t remembered) { return EndState(remembered | kRests); }
    static EndState over() {
      return EndState(kOver);
    }  // it was there, and answers like any other host
    static EndState gone() { return EndState(kGone); }  // its host has left
    EndState() : EndState(kAbsent) {}

    bool is_absent() const { return bits_ == kAbsent; }
    bool is_gone() const { return bits_ == kGone; }
    bool rests() const { return (bits_ & kRests) != 0 && bits_ < kGone; }
    bool is_awake() const { return (bits_ & kRests) == 0; }
    bool is(SocketId socket) const { return is_awake() && this->socket() == socket; }
    SocketId socket() const { return bits_ & ~kEstablished; }
    // Whether the connection has come to be, and is not over.
    bool is_open() const { return rests() || (is_awake() && (bits_ & kEstablished) != 0); }
    void set_established() { bits_ |= kEstablished; }
    std::uint32_t memory() const { return bits_ & ~(kRests | kProbes); }
    // While it rests: whether it has sent a probe that is not answered yet.
    bool probing() const { return (bits_ & kProbes) != 0; }
    void set_probing(bool on) { bits_ = on ? bits_ | kProbes : bits_ & ~kProbes; }

   private:
    static constexpr std::uint32_t kRests = 0x8000'0000;
    static constexpr std::uint32_t kProbes = 0x4000'0000;       // of one that rests
    static constexpr std::uint32_t kEstablished = 0x4000'0000;  // of one that is awake
    static constexpr std::uint32_t kGone = 0xffff'fffd;
    static constexpr std::uint32_t kOver = 0xffff'fffe;
    static constexpr std::uint32_t kAbsent = 0xffff'ffff;
    explicit EndState(std::uint32_t bits) : bits_(bits) {}
    std::uint32_t bits_;
  };
  struct Member {
    TimePoint begun = kNever;      // until then: when it will
    Endpoint peer{};               // that the server's socket has accepted
    std::array<EndState, 2> ends;  // by Role
  };
  static_assert(sizeof(Member) == 24);
  // Of an end that probes, while it rests; and of its peer, what its probes change.
  struct ProbeTimer {
    TimePoint last_ack;
    TimePoint due;  // its keepalive timer
    TimePoint last_answer = kNever;
  };
  // What an end that rests remembers; instants count from the member's beginning, and sequence
  // numbers from where they begin for the member, so that many have it in common.
  struct RestingMemory {
    RestingTcp::Memory memory;
    Duration last_ack{};              // of an end that does not probe
    Duration last_answer = kForever;  // of an end that is not probed; kForever: never
    Duration heard{};                 // where it has heard something after these, probes included
    std::uint32_t initial_sequence = 0;
    std::uint32_t receive_next = 0;
    friend auto operator<=>(const RestingMemory&, const RestingMemory&) = default;
  };
  // A message that waits for its connection to be established.
  struct Waiting {
    std::uint32_t bytes = 0;
    std::uint32_t number = 0;  // of the server none while it has no connection
  };
  // Application messages of a member, by the Role that writes them: how many are written and
  // delivered.
  struct MessageCounts {
    std::array<std::uint32_t, 2> written{};
    std::array<std::uint32_t, 2> delivered{};
  };
  // Members that rest and will probe one after the other.  When, is in their timers; so an entry
  // is its member alone, and void once the timer may say something else.  A member has one entry at
  // most.
  class ProbeList {
   public:
    void resize(std::size_t members) { entries_.resize(members, Entry::None); }
    bool empty() const { return members_.empty(); }
    std::size_t size() const { return members_.size(); }
    std::uint32_t member(std::size_t position = 0) const { return members_[position]; }
    bool is_valid(std::uint32_t member) const { return entries_[member] == Entry::Valid; }
    // Whether the member can be put at the end of the list, to probe at `at`.
    bool takes(std::uint32_t member, TimePoint at) const {
      return entries_[member] == Entry::None && (empty() || at >= last_);
    }
    void push(std::uint32_t member, TimePoint at) {
      members_.push() = member;
      entries_[member] = Entry::Valid;
      last_ = at;
    }
    void pop() {
      entries_[members_.front()] = Entry::None;
      members_.pop();
    }
    // The member's entry, if it has one, says nothing any more.
    void make_void(std::uint32_t member) {
      if (is_valid(member)) entries_[member] = Entry::Void;
    }
    bool awaited = false;  // whether a wake-up is armed, no later than the first is due

   private:
    enum class Entry : std::uint8_t { None, Valid, Void };
    Ring<std::uint32_t> members_;
    std::vector<Entry> entries_;  // by member
    TimePoint last_;
  };
  // A probe on its way, and when its timer runs out.
  struct Unanswered {
    TimePoint due;
    std::uint32_t member = 0;
  };

  // The kernels of one side.
  class Kernels final : public TcpSockets::User {
   public:
    Kernels(StreamPopulation& all, Role role) : sockets(*this), all_(all), role_(role) {}
    void transmit(const Packet& packet) override { all_.transmit(role_, packet); }
    void socket_event(SocketId socket, const TcpEvent& event) override {
      all_.socket_event(role_, socket, event);
    }
    void arm(SocketId socket, TimePoint due) override { all_.arm(role_, socket, due); }
    TcpSockets sockets;

   private:
    StreamPopulation& all_;
    Role role_;
  };

  void client_wakes(std::uint32_t token);
  void server_wakes(std::uint32_t token) { wake(Role::Server, token); }
  void client_receives(const Packet& packet);
  void server_receives(const Packet& packet);
  // Prefetches the member's records; inlined, because a compiler drops calls that do nothing else.
  void bring_near(std::uint32_t member) const {
    __builtin_prefetch(members_.data() + member);
    for (const std::vector<ProbeTimer>& timers : probe_timers_) {
      if (!timers.empty()) __builtin_prefetch(timers.data() + member);
    }
  }
  void await_next_start(std::uint32_t member);
  void start(std::uint32_t member);
  void leave(std::uint32_t member);
  void wake(Role role, std::uint32_t token);

  // What an end that rests does.
  void probes_due(Role role);
  void probe_due(Role role, std::uint32_t member);
  void unanswered_due(Role role);
  bool receive_at_rest(Role role, std::uint32_t member, const Packet& packet);
  void await_probe(Role role, std::uint32_t member);
  bool is_answered(Role role, const Unanswered& probe) const;
  TimePoint heard(Role role, std::uint32_t member) const;
  TimePoint heard_at(std::uint32_t member, Role role) const override;
  // The socket received something.
  void note_heard(Role role, SocketId socket, TimePoint at);
  TimePoint probes_at(Role role, std::uint32_t member) const;

  // Between resting and being awake.
  void let_rest(Role role, std::uint32_t member);
  SocketId awaken(Role role, std::uint32_t member);

  // What sockets do.
  void receive_error(Role role, const Packet& packet);
  bool receive_awake(Role role, SocketId socket, const Packet& packet);
  void accept(const Packet& syn);
  void socket_event(Role role, SocketId socket, const TcpEvent& event);
  void transmit(Role role, const Packet& packet);
  void arm(Role role, SocketId socket, TimePoint due);
  void ended(Role role, std::uint32_t member, SocketError error);

  void write_traffic(Role role, std::uint32_t member, std::uint32_t position);
  void write(Role role, std::uint32_t member, std::uint32_t bytes);
  void number_waiting(std::uint32_t member);
  void write_waiting(Role role, std::uint32_t member);
  void send(Role role, std::uint32_t member, const Waiting& message);
  void delivered(Role from, std::uint32_t member, std::uint32_t through);

  // Which member's end of the server has this peer; FlatIndex::kNone: none has.
  std::uint32_t served_at(Endpoint peer) const;
  void serve_at(Endpoint peer, std::uint32_t member);
  void serve_no_more(std::uint32_t member);
  std::uint64_t hash_of(Endpoint peer) const;

  using Population::member_of;
  std::uint32_t member_of(Role role, SocketId socket) const;
  // Where the sequence numbers of an end begin.
  std::uint32_t sequence(Role role, std::uint32_t member) const;
  RestingStreams streams_of(Role role, std::uint32_t member) const;
  EndState& end_state(Role role, std::uint32_t member) {
    return members_[member].ends[index(role)];
  }
  const EndState& end_state(Role role, std::uint32_t member) const {
    return members_[member].ends[index(role)];
  }
  const TcpConfig& config(Role role) const { return spec_.tcp[index(role)]; }
  bool probes(Role role) const { return !probe_timers_[index(role)].empty(); }
  TcpSockets& sockets(Role role) { return kernels_[index(role)].sockets; }

  Random sequences_;
  std::array<std::uint32_t, 2> first_sequences_;  // by Role
  PopulationEnd<StreamPopulation, Role::Client> clients_{*this};
  PopulationEnd<StreamPopulation, Role::Server> servers_{*this};
  std::array<Kernels, 2> kernels_{Kernels{*this, Role::Client}, Kernels{*this, Role::Server}};
  std::vector<Member> members_;
  std::array<std::vector<ProbeTimer>, 2>
      probe_timers_;  // by the Role that probes; empty where none does
  Interned<RestingMemory> resting_memories_;
  FlatIndex served_;  // members by the peer that their end of the server has, until it is over
  std::array<ProbeList, 2> probes_;             // by Role
  std::array<Ring<Unanswered>, 2> unanswered_;  // by Role, in order of time; some answered since
  std::array<bool, 2> unanswered_awaited_{};    // by Role: whether a wake-up for them is armed
  std::array<LaneId, 2> probe_lanes_;           // by Role: the wake-ups for the first to probe
  std::array<SocketAlarms, 2> alarms_;          // by Role
  std::vector<MessageCounts> message_counts_;   // by member; empty without traffic
  // By Role and socket: when its end last received a packet.
  std::array<std::vector<TimePoint>, 2> heard_;
  // Messages that wait for a connection to be established, by Role and member.
  std::array<std::map<std::uint32_t, std::vector<Waiting>>, 2> waiting_;
  // Numbers of messages that are sent and not delivered, in order; by Role and member.
  std::array<std::map<std::uint32_t, std::vector<std::uint32_t>>, 2> unheard_;
};

}  // namespace stayalive
