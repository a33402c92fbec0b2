// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/conversation.h"
#include "app/ledger.h"
#include "app/socket_alarms.h"
#include "app/tcp_sockets.h"
#include "base/random.h"
#include "base/state_walk.h"
#include "engine/simulation.h"
#include "path/path.h"

namespace stayalive {

// A proxy that ends the client's TCP connection and starts another one towards the server: an L7
// load balancer, nginx, a service mesh.  It relays application bytes, not packets, so that TCP
// keepalive probes never cross it.  When no byte has passed for its idle timeout, it closes both.
class TcpProxy final : public Node {
 public:
  struct Setting {
    std::string name;
    AddressId address;
    std::uint64_t seed = 1;
    Duration idle_timeout = kForever;
    bool probes_count = false;     // any segment counts as activity, not only data
    bool reset_when_idle = false;  // RST instead of FIN
    TcpConfig front;
    TcpConfig back;
  };
  // It stands between wire `inner` and the next one.  sim, path and ledger must outlive the proxy.
  TcpProxy(Setting setting, Simulation& sim, Path& path, std::size_t inner, Ledger& ledger);
  void set_self(NodeId self) { self_ = self; }
  // The proxy serves this connection: what arrives goes on to `server`.  The conversation must
  // outlive the proxy.
  void serve(ConnectionId connection, const Conversation& conversation, Endpoint server);

  void receive(Simulation& sim, Side from, const Packet& packet) override;
  void wake(Simulation& sim, std::uint32_t token) override;
  void walk(StateWalk& walk) override;

 private:
  // The sockets of one side.
  struct Leg final : TcpSockets::User {
    Leg(TcpProxy& proxy, Side facing) : owner(proxy), side(facing), sockets(*this) {}
    void transmit(const Packet& packet) override;
    void socket_event(SocketId socket, const TcpEvent& event) override;
    void arm(SocketId socket, TimePoint due) override;
    TcpProxy& owner;
    Side side;
    TcpSockets sockets;
    std::map<SocketId, std::uint32_t> relays;
    SocketAlarms alarms;
  };
  struct Service {
    const Conversation* conversation = nullptr;
    Endpoint server;
  };
  // One client connection and its continuation, indexed by the side of the proxy.
  struct Relay {
    ConnectionId connection;
    std::array<SocketId, 2> sockets{kNoSocket, kNoSocket};
    std::array<std::uint32_t, 2> relayed{};  // tag up to which bytes of this side were passed on
    std::array<bool, 2> ended{};             // this side's peer has closed its direction
    TimePoint active_at = kNever;            // not yet
    AlarmId idle;                            // rings when nothing has passed for the idle timeout
  };

  Leg& leg(Side side) { return side == Side::Internal ? front_ : back_; }
  const Conversation& conversation(ConnectionId id) const { return *services_.at(id).conversation; }
  void open(const Packet& syn);
  void connect(Relay& relay, std::uint32_t index);
  void event(std::uint32_t index, Side side, const TcpEvent& event);
  void pass_on(Relay& relay, Side from, std::uint32_t tag);
  void close(Relay& relay, Side side, bool reset, SocketError error, bool idle);
  void active(std::uint32_t index);
  void tell_timer(std::uint32_t index, TimerChange::Kind kind);
  void check_idle(std::uint32_t index);

  Setting setting_;
  Simulation& sim_;
  Path& path_;
  std::size_t inner_;
  Ledger& ledger_;
  NodeId self_;
  Random sequences_;
  Leg front_;
  Leg back_;
  std::map<ConnectionId, Service> services_;
  std::vector<Relay> relays_;
  std::uint16_t next_port_ = 50000;
};

}  // namespace stayalive
