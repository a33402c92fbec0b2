// SPDX-License-Identifier: Apache-2.0
// The connections to servers: how a request finds one, and what becomes of it there.
#include <algorithm>
#include <utility>

#include "app/proxy/http_gateway.h"
#include "base/text.h"

namespace stayalive {

// The idle connection that was used last; kNone: a new one is needed.
HttpGateway::BackendId HttpGateway::take_idle(ExchangeId id) {
  const Caller& caller = caller_of(id);
  const bool first = caller.answers == 0;
  if (first && rules().reuse == HttpProxyRules::Reuse::Safe) return kNone;
  std::vector<BackendId>& idle = service_of(caller.connection).idle;
  if (idle.empty()) return kNone;
  const BackendId backend = idle.back();
  idle.pop_back();
  backends_[backend].exchange = id;
  return backend;
}

void HttpGateway::connect(ExchangeId exchange) {
  const ConnectionId connection = caller_of(exchange).connection;
  const std::optional<std::uint16_t> port = station_.config.ports.take();
  if (!port) {
    station_.ledger.log(connection, self_, "no port left to the server");
    return not_connected(exchange, true, LostRequest::Why::Unreachable);
  }
  BackendId id = static_cast<BackendId>(backends_.size());
  if (free_backends_.empty()) {
    backends_.emplace_back();
  } else {
    id = free_backends_.back();
    free_backends_.pop_back();
  }
  Backend fresh;
  fresh.wait.alarm = backends_[id].wait.alarm;
  fresh.connection = connection;
  fresh.exchange = exchange;
  fresh.opened_at = station_.sim.now();
  exchanges_[exchange].backend = id;
  exchanges_[exchange].reused = false;
  const Origin origin{station_.messages.open(fresh.connection, Role::Client, Transport::Tcp),
                      fresh.connection};
  fresh.socket = back_.sockets.open(
      back_config_, {station_.config.address, *port}, service_of(fresh.connection).server, origin,
      static_cast<std::uint32_t>(station_.sequences.next()), station_.sim.now());
  back_.set_holder(fresh.socket, id);
  backends_[id] = fresh;
  arm(Target::Backend, id, ProxyTimer::Connect, fresh.opened_at);
}

void HttpGateway::backend_event(BackendId id, const TcpEvent& event) {
  Backend& backend = backends_[id];
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      tell(backend.connection, Side::External, ProxyEvent::Kind::Opened,
           back_.sockets.remote(backend.socket));
      disarm(Target::Backend, id);
      return forward(id);
    case TcpEvent::Kind::Acknowledged:
    case TcpEvent::Kind::Octets:
      return;
    case TcpEvent::Kind::Delivered:
      return read_answers(id, event.message);
    case TcpEvent::Kind::PeerClosed:
      return lost(id, SocketError::None, false);
    case TcpEvent::Kind::Closed:
      return lost(id, event.error, true);
  }
}

// The request of its exchange is written to it.
void HttpGateway::forward(BackendId id) {
  Backend& backend = backends_[id];
  Message message = exchanges_[backend.exchange].request;
  backend.state = Backend::State::Busy;
  ++backend.requests;
  exchanges_[backend.exchange].reused = backend.requests > 1;
  message.subtype = static_cast<std::uint8_t>(rules().pool_size > 0 && !is_worn(backend)
                                                  ? HttpConnection::Persists
                                                  : HttpConnection::Close);
  const StreamId stream = back_.sockets.connection(backend.socket).stream();
  const std::uint32_t number = station_.messages.write(stream, message);
  station_.ledger.written(backend.connection, self_, {stream, number}, message, true);
  arm(Target::Backend, id, ProxyTimer::Response, station_.sim.now());
  back_.sockets.send(backend.socket, number, message.bytes, station_.sim.now());
}

void HttpGateway::read_answers(BackendId id, std::uint32_t number) {
  const SocketId socket = backends_[id].socket;
  const StreamId stream = back_.sockets.connection(socket).peer_stream();
  while (backends_[id].socket == socket && backends_[id].read < number) {
    const Message* message = station_.messages.read({stream, ++backends_[id].read});
    if (message == nullptr || !message->is_answer()) continue;
    const Message copy = *message;
    if (backends_[id].state == Backend::State::Busy) answered(id, copy);
  }
  station_.messages.forget_through({stream, number});
}

void HttpGateway::answered(BackendId id, const Message& message) {
  const ExchangeId exchange = backends_[id].exchange;
  const bool closes = static_cast<HttpConnection>(message.subtype) == HttpConnection::Close;
  if (exchange == kNone) {
    // It was served all the same, for nobody.
    end_backend(id, ProxyTimer::None, rules().pool_ending == HttpProxyRules::PoolEnding::Reset);
  } else if (closes || is_worn(backends_[id])) {
    end_backend(id, ProxyTimer::None, false);
  } else {
    put_back(id);
  }
  if (exchange != kNone) answer(exchange, message);
}

// Whether it has been used for long enough.
bool HttpGateway::is_worn(const Backend& backend) const {
  return (rules().pool_requests > 0 && backend.requests >= rules().pool_requests) ||
         station_.sim.now() >= later(backend.opened_at, rules().pool_time);
}

// Into the pool; a full one closes the connection that has been idle for longest.
void HttpGateway::put_back(BackendId id) {
  Backend& backend = backends_[id];
  if (backend.exchange != kNone) exchanges_[backend.exchange].backend = kNone;
  backend.exchange = kNone;
  if (rules().pool_size == 0) return end_backend(id, ProxyTimer::None, false);
  backend.state = Backend::State::Idle;
  std::vector<BackendId>& idle = service_of(backend.connection).idle;
  idle.push_back(id);
  arm(Target::Backend, id, ProxyTimer::PoolIdle, station_.sim.now());
  if (static_cast<std::int64_t>(idle.size()) > rules().pool_size)
    end_backend(idle.front(), ProxyTimer::None,
                rules().pool_ending == HttpProxyRules::PoolEnding::Reset);
}

// The server has closed it, or it is gone.
void HttpGateway::lost(BackendId id, SocketError error, bool gone) {
  const Backend backend = backends_[id];
  if (gone) {
    // TCP itself has ended it.
    tell(backend.connection, Side::External, ProxyEvent::Kind::Ended, {},
         backend.state == Backend::State::Idle);
    free_backend(id);
  } else {
    end_backend(id, ProxyTimer::None, false);
  }
  const ExchangeId asked = backend.exchange;
  if (asked == kNone) return;
  if (backend.state == Backend::State::Connecting) {
    const bool refused = error == SocketError::Refused || error == SocketError::Reset;
    return not_connected(asked, refused,
                         refused ? LostRequest::Why::Refused : LostRequest::Why::Unreachable);
  }
  const auto why = gone ? LostRequest::Why::Reset : LostRequest::Why::Closed;
  Exchange& exchange = exchanges_[asked];
  if (exchange.reused && repeats(exchange)) {
    note_lost(exchange, why, 0, true);
    station_.ledger.log(backend.connection, self_,
                        "sends the request again: its connection had just been closed");
    const BackendId next = take_idle(asked);
    if (next == kNone) return connect(asked);
    exchange.backend = next;
    return forward(next);
  }
  fail(asked, rules().lost_status, why);
}

void HttpGateway::not_connected(ExchangeId id, bool refused, LostRequest::Why why) {
  fail(id, refused ? rules().refused_status : rules().unreachable_status, why);
}

bool HttpGateway::may_be_repeated(const Exchange& exchange) const {
  const ConnectionId connection = callers_[exchange.caller].connection;
  return services_.at(connection).spec->traffic[exchange.request.traffic].repeatable;
}

bool HttpGateway::repeats(const Exchange& exchange) const {
  return rules().retry == HttpProxyRules::Retry::Everything ||
         (rules().retry == HttpProxyRules::Retry::Repeatable && may_be_repeated(exchange));
}

// timer: which ran out, or None.
void HttpGateway::end_backend(BackendId id, ProxyTimer timer, bool reset) {
  const Backend& backend = backends_[id];
  const SocketId socket = backend.socket;
  const bool idle = backend.state == Backend::State::Idle;
  if (timer != ProxyTimer::None)
    station_.ledger.log(backend.connection, self_,
                        std::string(idle ? "closes an idle connection to the server: "
                                         : "gives up its connection to the server: ") +
                            (idle ? "not used" : "no answer") + " for " +
                            print_duration(station_.config.rules.span(timer)));
  tell(backend.connection, Side::External, ProxyEvent::Kind::Ended, {},
       timer == ProxyTimer::None || idle, timer);
  free_backend(id);
  if (reset) return back_.sockets.abort(socket, station_.sim.now());
  back_.sockets.close(socket, station_.sim.now());
}

void HttpGateway::free_backend(BackendId id) {
  Backend& backend = backends_[id];
  back_.set_holder(backend.socket, kNone);
  station_.messages.close(back_.sockets.connection(backend.socket).peer_stream());
  std::erase(service_of(backend.connection).idle, id);
  disarm(Target::Backend, id);
  backend.socket = kNoSocket;
  backend.state = Backend::State::Connecting;
  if (backend.exchange != kNone) exchanges_[backend.exchange].backend = kNone;
  backend.exchange = kNone;
  free_backends_.push_back(id);
}

// Books.
void HttpGateway::note_lost(const Exchange& exchange, LostRequest::Why why, std::uint16_t status,
                            bool repeated) {
  LostRequest lost;
  lost.item = exchange.request.item;
  lost.asked_at = exchange.request.sent_at;
  lost.at = station_.sim.now();
  lost.hop = self_;
  lost.why = why;
  lost.reused = exchange.reused;
  lost.repeatable = may_be_repeated(exchange);
  lost.repeated = repeated;
  lost.status = status;
  station_.ledger.lost_request(callers_[exchange.caller].connection, lost);
}

}  // namespace stayalive
