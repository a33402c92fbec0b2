// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "app/host/server_spec.h"
#include "app/host/tcp_sockets.h"
#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

class Program;
struct Party;

// The accept queue of one listening socket and the workers behind it, which several connections of
// the scenario share.  It decides who has a place, and in which order; the host, which owns the
// sockets and the programs, tells it what happens and does what it says.
class Server {
 public:
  // A connection that is established and not accepted, and what has come on it meanwhile.
  struct Waiting {
    SocketId socket = kNoSocket;
    Party* party = nullptr;
    TimePoint since;
    std::uint32_t delivered = 0;  // messages, by TcpEvent::Delivered
    std::uint32_t octets = 0;     // of all that has come
    bool peer_closed = false;
    bool gone = false;  // it was reset, or timed out
  };
  enum class Answer : std::uint8_t { Keep, Cookie, Drop };
  // What the program does about the first of the queue.
  enum class Turn : std::uint8_t { Serve, TurnAway, Forget };

  // What all its connections came to.
  struct Figures {
    std::uint64_t most_served = 0;   // at once
    std::uint64_t most_waiting = 0;  // in the accept queue at once
    std::uint64_t served_ns = 0;     // nanoseconds of all connections from accept() to close
  };

  explicit Server(const ServerSpec& spec) : spec_(spec) {}  // spec must outlive it

  const ServerSpec& spec() const { return spec_; }
  const Figures& figures() const { return figures_; }
  // As Figures::served_ns, by then.
  std::uint64_t served_ns(TimePoint by) const;
  // How long the first of this party's has been waiting; zero: none is.
  Duration waiting_of(const Party& party, TimePoint now) const;
  std::size_t serving() const { return serving_.size(); }
  std::size_t waiting() const { return queue_.size(); }

  // --- the kernel ---
  // A SYN has come (tcp_conn_request in net/ipv4/tcp_input.c).
  Answer answer_to_syn() const;
  // Whether the accept queue takes no more: it holds one more than the backlog
  // (sk_acceptq_is_full in include/net/sock.h).
  bool full() const { return queue_.size() > spec_.rules.backlog; }
  // A handshake has begun, or is over; those that are no cookies.
  void handshake_begins() { ++handshakes_; }
  void handshake_ends() { --handshakes_; }
  void enqueue(SocketId socket, Party& party, TimePoint now);
  // Who waits on this socket; nullptr: nobody.
  Waiting* find(SocketId socket);

  // --- the program ---
  // Whether it has anything to do about its queue now.
  bool may_act() const;
  // The first of the queue and what is done about it; empty while it has to wait.
  std::optional<std::pair<Waiting, Turn>> next();
  void serves(Program& program, TimePoint now);
  // It has closed its connection.
  void released(const Program& program, TimePoint now);
  // Whether a connection is to be closed for one that waits, and which; nullptr: none.
  Program* to_make_room() const;
  // Its host is gone.
  void clear(TimePoint now);

  void walk(StateWalk& walk);

 private:
  bool at_limit() const;
  void count_time(TimePoint now);

  const ServerSpec& spec_;
  std::deque<Waiting> queue_;
  std::vector<Program*> serving_;  // in the order of their accepting
  std::size_t handshakes_ = 0;
  TimePoint counted_until_;
  Figures figures_;
};

}  // namespace stayalive
