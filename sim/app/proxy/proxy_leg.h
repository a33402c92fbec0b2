// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "app/host/socket_alarms.h"
#include "app/host/tcp_sockets.h"
#include "engine/simulation.h"
#include "net/side.h"
#include "path/path.h"

namespace stayalive {

// The TCP sockets of a proxy that face one side, each with the number of what holds it.
class ProxyLeg final : public TcpSockets::User {
 public:
  static constexpr std::uint32_t kNobody = 0xffff'ffff;
  // Whose sockets these are.
  class Owner {
   public:
    virtual ~Owner() = default;
    // Of a socket that somebody holds.
    virtual void leg_event(Side side, std::uint32_t holder, const TcpEvent& event) = 0;
    // TCP is through with a socket: its local port may be used again.
    virtual void leg_gone(Side side, std::uint16_t port) = 0;
    // What the owner's node is woken with when this socket is due.
    virtual std::uint32_t leg_token(Side side, SocketId socket) const = 0;
  };
  // The proxy stands between wire `inner` and the next one.  All must outlive the leg.
  ProxyLeg(Owner& owner, Side facing, Simulation& sim, Path& path, std::size_t inner);
  void set_self(NodeId self) { self_ = self; }

  std::uint32_t holder(SocketId socket) const {
    return socket < holders_.size() ? holders_[socket] : kNobody;
  }
  void set_holder(SocketId socket, std::uint32_t holder) {
    if (holders_.size() <= socket) holders_.resize(socket + 1, kNobody);
    holders_[socket] = holder;
  }

  void transmit(const Packet& packet) override;
  void socket_event(SocketId socket, const TcpEvent& event) override;
  void arm(SocketId socket, TimePoint due) override;
  void gone(SocketId socket) override;

  TcpSockets sockets;
  const Side side;

 private:
  Owner& owner_;
  Simulation& sim_;
  Path& path_;
  std::size_t inner_;
  NodeId self_;
  std::vector<std::uint32_t> holders_;  // by SocketId
  SocketAlarms alarms_;
};

}  // namespace stayalive
