// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/ledger.h"
#include "app/message_store.h"
#include "app/proxy/http_gateway.h"
#include "app/proxy/proxy_config.h"
#include "app/proxy/proxy_leg.h"
#include "app/proxy/proxy_timers.h"
#include "base/random.h"
#include "base/state_walk.h"
#include "engine/simulation.h"
#include "path/path.h"

namespace stayalive {

// A proxy that ends the client's TCP connection and starts another one towards the server: an L7
// load balancer, nginx, a service mesh.  It reads the messages of either side and writes them to
// the other, so that TCP keepalive probes never cross it, and looks into none: a tunnel stands as
// soon as both connections do.  Where it knows HTTP, an HttpGateway handles those that speak it.
// Its rules say when and how it ends them.  Once all its ports towards servers are in use, it
// resets who connects.
class TcpProxy final : public Node, private ProxyLeg::Owner {
 public:
  using Config = ProxyConfig;
  // It stands between wire `inner` and the next one.  All must outlive the proxy.
  TcpProxy(Config config, Simulation& sim, Path& path, std::size_t inner, MessageStore& messages,
           Ledger& ledger);
  void set_self(NodeId self);
  // The proxy listens on the server's port; what the client of this connection says goes on to
  // `server`.  spec: what the connection speaks, of which a proxy of mode http knows some; it must
  // outlive the proxy.  Without, it is a tunnel.  nearest: no other proxy of mode http is nearer to
  // the client.
  void serve(ConnectionId connection, Endpoint server, const ConnectionSpec* spec = nullptr,
             bool nearest = true);
  bool knows_http() const { return config_.rules.mode == ProxyRules::Mode::Http; }

  void receive(Simulation& sim, Side from, const Packet& packet) override;
  void wake(Simulation& sim, std::uint32_t token) override;
  void walk(StateWalk& walk) override;

 private:
  using RelayId = std::uint32_t;  // position in relays_
  static constexpr RelayId kNoRelay = ProxyLeg::kNobody;

  // One client connection and its continuation, indexed by the side of the proxy.
  struct Relay {
    explicit Relay(const ProxyRules& rules) : timers(rules) {}
    ConnectionId connection;
    Endpoint server;
    std::array<SocketId, 2> sockets{kNoSocket, kNoSocket};
    std::array<std::uint32_t, 2>
        relayed{};                // number up to which this side's messages were passed on
    std::array<bool, 2> ended{};  // nothing more is read from this side
    ProxyTimers timers;
    AlarmId alarm;               // rings when a timer may have run out
    bool awaits = false;         // it is armed
    bool told = false;           // of its timers, to whoever listens
    bool answers_pings = false;  // they are between neighbours
    bool is_over() const { return sockets[0] == kNoSocket && sockets[1] == kNoSocket; }
  };

  ProxyLeg& leg(Side side) { return side == Side::Internal ? front_ : back_; }
  // ProxyLeg::Owner
  void leg_event(Side side, std::uint32_t relay, const TcpEvent& event) override;
  void leg_gone(Side side, std::uint16_t port) override;
  std::uint32_t leg_token(Side side, SocketId socket) const override;

  bool opens_here(Side from, const Packet& packet) const;
  Origin origin_of(const Relay& relay, Side side);
  RelayId add_relay();
  void free_if_over(RelayId id);
  void open(const Packet& syn);
  void connect(RelayId id);
  void event(RelayId id, Side side, const TcpEvent& event);
  void peer_closed(RelayId id, Side side);
  void lost(RelayId id, Side side, SocketError error);
  void pass_on(RelayId id, Side from, std::uint32_t number);
  bool ends_here(const Relay& relay, const Message& message) const;
  bool has_to_pass(RelayId id, Side from, std::uint32_t number);
  void answer_ping(RelayId id, Side from, const Message& ping);
  void close(RelayId id, Side side, const ProxyEvent& how, ProxyRules::Ending ending);
  void close_both(RelayId id);
  void lose(RelayId id, Side side);
  // A note about the socket of one side.
  ProxyEvent note(RelayId id, Side side, ProxyEvent::Kind kind = ProxyEvent::Kind::Ended) const;
  void expire(RelayId id);
  void run_out(RelayId id, ProxyTimer timer);
  void stop_reading(RelayId id, Side side, ProxyTimer timer);
  void end_both(RelayId id, ProxyTimer timer, bool reset);
  void update_timers(RelayId id, TimerChange::Kind kind);
  void tell_timer(RelayId id, TimerChange::Kind kind, ProxyTimer timer, TimePoint deadline);
  void ring(RelayId id);
  // What its node is woken with when timers of this relay may have run out.
  static std::uint32_t timers_token(RelayId id);

  Config config_;
  Simulation& sim_;
  MessageStore& messages_;
  Ledger& ledger_;
  NodeId self_;
  Random sequences_;
  ProxyLeg front_;
  ProxyLeg back_;
  HttpGateway http_;
  std::map<ConnectionId, Endpoint> servers_;  // by whom it serves
  std::set<ConnectionId> hop_pingers_;        // whose pings it answers
  std::vector<Relay> relays_;
  std::vector<RelayId> free_relays_;
  std::vector<ProxyTimer> ran_out_;  // empty, with memory for what runs out
};

}  // namespace stayalive
