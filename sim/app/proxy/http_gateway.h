// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "app/connection_spec.h"
#include "app/ledger.h"
#include "app/lost_request.h"
#include "app/message_store.h"
#include "app/proxy/caller_speech.h"
#include "app/proxy/proxy_config.h"
#include "app/proxy/proxy_leg.h"
#include "base/random.h"
#include "base/state_walk.h"
#include "strategy/http/http_rules.h"

namespace stayalive {

// The part of a proxy that knows HTTP: two exchanges back to back.  A client's requests end here,
// one after the other, or side by side as the streams of HTTP/2; each is sent to the server over
// HTTP/1 on an idle connection of the pool or on a new one, and its answer, or an answer of the
// proxy's own (502, 504), goes back to the client.  The client's TLS ends here, too.  Every
// connection has one timer, which says what it is waited for.  A pool is that of one connection of
// the scenario, since each has a server of its own.
class HttpGateway final : private ProxyLeg::Owner, private CallerSpeech::Owner {
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
  // Whose client speaks HTTP on this connection; it goes on to `server`.  nearest: no other gateway
  // stands between, so that the client's TLS and HTTP/2 end at this one.  spec must outlive it.
  void serve(ConnectionId connection, Endpoint server, const ConnectionSpec& spec, bool nearest);
  bool serves(ConnectionId connection) const { return services_.contains(connection); }

  // A TCP segment or an ICMP error that may be for one of its sockets: false when it is not.
  bool receive(Side from, const Packet& packet);
  // A SYN of a client that it serves.
  void open(const Packet& syn);
  void wake(std::uint32_t number);
  void walk(StateWalk& walk);

 private:
  using CallerId = std::uint32_t;    // position in callers_
  using ExchangeId = std::uint32_t;  // position in exchanges_
  using BackendId = std::uint32_t;   // position in backends_
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
    SocketId socket = kNoSocket;        // none: the place is free
    std::uint32_t read = 0;             // number up to which its messages have been read
    std::deque<Message> waiting;        // requests behind those that are asked for
    std::vector<ExchangeId> exchanges;  // these; over HTTP/1 at most one
    std::int64_t answers = 0;
    bool ended = false;  // it has closed its direction
    TimePoint accepted_at;
    Wait wait;
    std::unique_ptr<CallerSpeech> speech;  // none: HTTP/1 without TLS
  };
  // A request that is asked for.
  struct Exchange {
    CallerId caller = kNone;  // none: the place is free
    Message request;
    bool reused = false;        // on a connection that had carried an answer before
    BackendId backend = kNone;  // on which it is
  };
  // A connection to a server.
  struct Backend {
    enum class State : std::uint8_t { Connecting, Busy, Idle };
    ConnectionId connection;
    SocketId socket = kNoSocket;  // none: the place is free
    State state = State::Connecting;
    ExchangeId exchange = kNone;  // what it carries; none: nobody waits for the answer any more
    std::uint32_t read = 0;
    std::int64_t requests = 0;  // that were sent on it
    TimePoint opened_at;
    Wait wait;
  };
  struct Service {
    Endpoint server;
    HttpRules rules;
    const ConnectionSpec* spec = nullptr;
    bool nearest = true;
    bool multiplexes = false;     // its client speaks HTTP/2 with this gateway
    std::vector<BackendId> idle;  // the pool; the last one used is the last
  };

  // ProxyLeg::Owner
  void leg_event(Side side, std::uint32_t holder, const TcpEvent& event) override;
  void leg_gone(Side side, std::uint16_t port) override;
  std::uint32_t leg_token(Side side, SocketId socket) const override;
  // CallerSpeech::Owner
  void say(std::uint32_t caller, const Message& message) override { write(caller, message); }
  void note(std::uint32_t caller, const std::string& line) override {
    station_.ledger.log(callers_[caller].connection, self_, line);
  }

  const HttpProxyRules& rules() const { return station_.config.rules.http; }
  Service& service_of(ConnectionId connection) { return services_.at(connection); }
  void expire(Side side, std::uint32_t holder);
  Wait& wait_of(Target target, std::uint32_t index) {
    return target == Target::Caller ? callers_[index].wait : backends_[index].wait;
  }
  void arm(Target target, std::uint32_t index, ProxyTimer timer, TimePoint since);
  void disarm(Target target, std::uint32_t index);
  void schedule(Target target, std::uint32_t index);
  void tell(ConnectionId connection, Side side, ProxyEvent::Kind kind, Endpoint remote,
            bool between_exchanges = false, ProxyTimer timer = ProxyTimer::None);

  void caller_event(CallerId id, const TcpEvent& event);
  void read_requests(CallerId id, std::uint32_t number);
  void request_came(CallerId id, Message request);
  void ask_next(CallerId id);
  void client_left(CallerId id, bool gone);
  void abandon(CallerId id);
  void rest(CallerId id);
  bool keeps(const Caller& caller, HttpConnection asked) const;
  void answer(ExchangeId id, Message message);
  void fail(ExchangeId id, ProxyError error, LostRequest::Why why);
  void end_caller(CallerId id, ProxyTimer timer, bool gone = false);
  void free_caller(CallerId id);
  void write(CallerId id, const Message& message);
  bool speak(CallerId id, const CallerSpeech::Line& line);
  ExchangeId begin_exchange(CallerId id);
  void end_exchange(ExchangeId id);
  Caller& caller_of(ExchangeId id) { return callers_[exchanges_[id].caller]; }

  void backend_event(BackendId id, const TcpEvent& event);
  BackendId take_idle(ExchangeId id);
  void connect(ExchangeId id);
  void forward(BackendId id);
  void read_answers(BackendId id, std::uint32_t number);
  void answered(BackendId id, const Message& message);
  void put_back(BackendId id);
  bool is_worn(const Backend& backend) const;
  void lost(BackendId id, SocketError error, bool gone);
  void not_connected(ExchangeId id, bool refused, LostRequest::Why why);
  void end_backend(BackendId id, ProxyTimer timer, bool reset);
  void free_backend(BackendId id);
  bool may_be_repeated(const Exchange& exchange) const;
  bool repeats(const Exchange& exchange) const;
  void note_lost(const Exchange& exchange, LostRequest::Why why, std::uint16_t status,
                 bool repeated);

  Station station_;
  // With TCP_NODELAY, as nginx (tcp_nodelay) and HAProxy set it on both connections.
  TcpConfig front_config_;
  TcpConfig back_config_;
  NodeId self_;
  ProxyLeg front_;
  ProxyLeg back_;
  std::map<ConnectionId, Service> services_;
  std::vector<Caller> callers_;
  std::vector<CallerId> free_callers_;
  std::vector<Exchange> exchanges_;
  std::vector<ExchangeId> free_exchanges_;
  std::vector<Backend> backends_;
  std::vector<BackendId> free_backends_;
};

}  // namespace stayalive
