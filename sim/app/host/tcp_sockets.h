// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/state_walk.h"
#include "net/flow_key.h"
#include "stack/tcp_connection.h"

namespace stayalive {

using SocketId = std::uint32_t;
inline constexpr SocketId kNoSocket = 0xffff'ffff;

// The TCP sockets of one kernel: finds the connection a segment belongs to, and carries what a
// connection emits to whoever uses the sockets.  A socket that its program has closed lives on
// until TCP is through with it.
class TcpSockets {
 public:
  // Who uses the sockets.  transmit() and arm() must not call back; socket_event() may.
  class User {
   public:
    virtual ~User() = default;
    virtual void transmit(const Packet& packet) = 0;
    virtual void socket_event(SocketId socket, const TcpEvent& event) = 0;
    // A wait of the socket is over that had brought it near its end.  Must not call back.
    virtual void came_in_time(SocketId, const CloseGiveUp&) {}
    // The socket wants wake() at `due`, in the clock of `now`, and not before; kNever: not at all.
    virtual void arm(SocketId socket, TimePoint due) = 0;
    // TCP is through with the socket: its number and its port may be used again.
    virtual void gone(SocketId) {}
  };
  explicit TcpSockets(User& user) : user_(user) {}

  // config must outlive the socket.
  SocketId open(const TcpConfig& config, Endpoint local, Endpoint remote, Origin origin,
                std::uint32_t initial_sequence, TimePoint now);
  SocketId accept(const TcpConfig& config, const Packet& syn, Origin origin,
                  std::uint32_t initial_sequence, TimePoint now);
  // What it answered to the SYN was a SYN cookie.
  void make_cookie(SocketId socket, TimePoint now);
  // A segment that would have ended the handshake of a passive open is not offered to it.
  void ignore_completion(SocketId socket) { sockets_[socket]->connection.ignore_completion(); }
  // The socket with the endpoints of this segment, or of what an ICMP error quotes; kNoSocket when
  // there is none.
  SocketId find(const Packet& segment) const { return find(key_of(segment).reversed()); }
  SocketId find(const QuotedPacket& quote) const {
    return find(FlowKey{quote.source, quote.destination, Protocol::Tcp});
  }
  // The segment is for this socket.  False when it is not after all: a new SYN that has only ended
  // an old connection.
  bool receive(SocketId socket, const Packet& segment, TimePoint now);
  // As above, for the socket that has its endpoints; false when there is none.
  bool receive(const Packet& segment, TimePoint now);
  bool receive_error(const QuotedPacket& quote, TimePoint now);
  void wake(SocketId socket, TimePoint now);

  void send(SocketId socket, std::uint32_t message, std::uint32_t bytes, TimePoint now);
  // What is written while it is held leaves when it is let go.
  void hold(SocketId socket, bool held, TimePoint now);
  void set_reading(SocketId socket, bool reading, TimePoint now);
  void shutdown(SocketId socket, TimePoint now);
  void close(SocketId socket, TimePoint now);
  void abort(SocketId socket, TimePoint now);
  // After the kernel's clock stood still: asks anew for every wake-up.
  void rearm_all();
  // The kernel is gone: no socket, no farewell.
  void clear();
  void walk(StateWalk& walk);
  // A connection that rested becomes a socket again, and one that rests stops being one: it is
  // gone, without a word to anyone.  release() must not be called from a callback.
  SocketId take_up(const TcpConfig& config, const RestingTcp& resting);
  void release(SocketId socket);
  bool has(SocketId socket) const { return socket < sockets_.size() && sockets_[socket]; }
  const TcpConnection& connection(SocketId socket) const { return sockets_[socket]->connection; }
  Endpoint local(SocketId socket) const { return sockets_[socket]->connection.local(); }
  Endpoint remote(SocketId socket) const { return sockets_[socket]->connection.remote(); }

 private:
  struct Socket {
    Socket(const TcpConfig& config, Endpoint local, Endpoint remote, Origin origin,
           std::uint32_t sequence)
        : connection(config, local, remote, origin, sequence) {}
    Socket(const TcpConfig& config, const RestingTcp& resting) : connection(config, resting) {}
    TcpConnection connection;
    TcpOutbox out;
    TimePoint armed = kNever;
    bool done = false;
  };
  SocketId find(const FlowKey& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? kNoSocket : found->second;
  }
  SocketId add(std::unique_ptr<Socket> socket);
  void settle(SocketId socket);
  void arm(SocketId socket, TimePoint due);
  void reap();

  User& user_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<SocketId> free_;
  std::vector<SocketId> closed_;
  std::map<FlowKey, SocketId> by_key_;
  std::size_t depth_ = 0;  // how many sockets are reporting, each from within the one before
  std::vector<std::vector<TcpEvent>> spares_;  // by depth: empty, with memory for what is reported
};

}  // namespace stayalive
