// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "app/connection_spec.h"
#include "app/ledger.h"
#include "app/lost_request.h"
#include "app/message_store.h"
#include "app/proxy/proxy_config.h"
#include "app/proxy/proxy_leg.h"
#include "base/random.h"
#include "base/state_walk.h"
#include "strategy/http/http_rules.h"

namespace stayalive {

// The part of a proxy that knows HTTP/1: two exchanges back to back.  A client's requests end here,
// one after the other; each is sent to the server on an idle connection of the pool or on a new
// one, and its answer, or an answer of the proxy's own (502, 504), goes back to the client.  Every
// connection has one timer, which says what it is waited for.  A pool is that of one connection of
// the scenario, since each has a server of its own.
class HttpGateway final : private ProxyLeg::Owner {
 public:
  // The station that the gateway is a part of.  All must outlive the gateway.
  struct Station {
    ProxyConfig& config;
    Random& sequences;
    Simulation& sim;
    Path& path;
    std::size_t inner = 0;
    MessageStore& messages;
    Ledger& ledger;
    // The token of the station's node with which wake(number) is to be called.
    std::uint32_t (*token)(std::uint32_t number) = nullptr;
  };
  explicit HttpGateway(const Station& station);
  void set_self(NodeId self);
  // Whose client speaks HTTP on this connection; it goes on to `server`.  spec must outlive it.
  void serve(ConnectionId connection, Endpoint server, const ConnectionSpec& spec);
  bool serves(ConnectionId connection) const { return services_.contains(connection); }

  // A TCP segment or an ICMP error that may be for one of its sockets: false when it is not.
  bool receive(Side from, const Packet& packet);
  // A SYN of a client that it serves.
  void open(const Packet& syn);
  void wake(std::uint32_t number);
  void walk(StateWalk& walk);

 private:
  using CallerId = std::uint32_t;   // position in callers_
  using BackendId = std::uint32_t;  // position in backends_
  static constexpr std::uint32_t kNone = ProxyLeg::kNobody;

  // What a wake-up is about, in the two lowest bits of its number.
  enum class Target : std::uint32_t { Front, Back, Caller, Backend };

  // The one timer of a connection, and its alarm.
  struct Wait {
    ProxyTimer timer = ProxyTimer::None;
    TimePoint due = kNever;
    AlarmId alarm;
  };
  // A client's connection.
  struct Caller {
    ConnectionId connection;
    SocketId socket = kNoSocket;  // none: the place is free
    std::uint32_t read = 0;       // number up to which its messages have been read
    std::deque<Message> waiting;  // requests behind the one that is asked for
    bool asking = false;
    Message request;            // the one that is asked for
    bool reused = false;        // on a connection that had carried an answer before
    BackendId backend = kNone;  // on which it is
    std::int64_t answers = 0;
    bool ended = false;  // it has closed its direction
    TimePoint accepted_at;
    Wait wait;
  };
  // A connection to a server.
  struct Backend {
    enum class State : std::uint8_t { Connecting, Busy, Idle };
    ConnectionId connection;
    SocketId socket = kNoSocket;  // none: the place is free
    State state = State::Connecting;
    CallerId caller = kNone;  // who asks on it; none: nobody waits for the answer any more
    std::uint32_t read = 0;
    std::int64_t requests = 0;  // that were sent on it
    TimePoint opened_at;
    Wait wait;
  };
  struct Service {
    Endpoint server;
    HttpRules rules;
    const ConnectionSpec* spec = nullptr;
    std::vector<BackendId> idle;  // the pool; the last one used is the last
  };

  // ProxyLeg::Owner
  void leg_event(Side side, std::uint32_t holder, const TcpEvent& event) override;
  void leg_gone(Side side, std::uint16_t port) override;
  std::uint32_t leg_token(Side side, SocketId socket) const override;

  const HttpProxyRules& rules() const { return station_.config.rules.http; }
  Service& service_of(ConnectionId connection) { return services_.at(connection); }
  void expire(Side side, std::uint32_t holder);
  void arm(Wait& wait, ProxyTimer timer, TimePoint since, Target target, std::uint32_t index);
  void disarm(Wait& wait);
  void tell(ConnectionId connection, Side side, ProxyEvent::Kind kind, Endpoint remote,
            bool between_exchanges = false, ProxyTimer timer = ProxyTimer::None);

  void caller_event(CallerId id, const TcpEvent& event);
  void read_requests(CallerId id, std::uint32_t number);
  void ask_next(CallerId id);
  void client_left(CallerId id, bool gone);
  void rest(CallerId id);
  bool keeps(const Caller& caller) const;
  void answer(CallerId id, Message message);
  void fail(CallerId id, ProxyError error, LostRequest::Why why);
  void end_caller(CallerId id, ProxyTimer timer, bool gone = false);
  void free_caller(CallerId id);

  void backend_event(BackendId id, const TcpEvent& event);
  BackendId take_idle(CallerId caller);
  void connect(CallerId caller);
  void forward(BackendId id);
  void read_answers(BackendId id, std::uint32_t number);
  void answered(BackendId id, const Message& message);
  void put_back(BackendId id);
  bool is_worn(const Backend& backend) const;
  void lost(BackendId id, SocketError error, bool gone);
  void not_connected(CallerId id, bool refused, LostRequest::Why why);
  void end_backend(BackendId id, ProxyTimer timer, bool reset);
  void free_backend(BackendId id);
  bool may_be_repeated(const Caller& caller) const;
  bool repeats(const Caller& caller) const;
  void note(const Caller& caller, LostRequest::Why why, std::uint16_t status, bool repeated);

  Station station_;
  NodeId self_;
  ProxyLeg front_;
  ProxyLeg back_;
  std::map<ConnectionId, Service> services_;
  std::vector<Caller> callers_;
  std::vector<CallerId> free_callers_;
  std::vector<Backend> backends_;
  std::vector<BackendId> free_backends_;
};

}  // namespace stayalive
