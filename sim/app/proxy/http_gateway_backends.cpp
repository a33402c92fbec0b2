// SPDX-License-Identifier: Apache-2.0
// The connections to servers: how a request finds one, and what becomes of it there.
#include <algorithm>
#include <utility>

#include "app/proxy/http_gateway.h"
#include "base/text.h"

namespace stayalive {

// The idle connection that was used last; kNone: a new one is needed.
HttpGateway::BackendId HttpGateway::take_idle(CallerId id) {
  const Caller& caller = callers_[id];
  const bool first = caller.answers == 0;
  if (first && rules().reuse == HttpProxyRules::Reuse::Safe) return kNone;
  std::vector<BackendId>& idle = service_of(caller.connection).idle;
  if (idle.empty()) return kNone;
  const BackendId backend = idle.back();
  idle.pop_back();
  backends_[backend].caller = id;
  return backend;
}

void HttpGateway::connect(CallerId caller) {
  const std::optional<std::uint16_t> port = station_.config.ports.take();
  if (!port) {
    station_.ledger.log(callers_[caller].connection, self_, "no port left to the server");
    return not_connected(caller, true, LostRequest::Why::Unreachable);
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
  fresh.connection = callers_[caller].connection;
  fresh.caller = caller;
  fresh.opened_at = station_.sim.now();
  callers_[caller].backend = id;
  callers_[caller].reused = false;
  const Origin origin{station_.messages.open(fresh.connection, Role::Client, Transport::Tcp),
                      fresh.connection};
  fresh.socket = back_.sockets.open(
      station_.config.back, {station_.config.address, *port}, service_of(fresh.connection).server,
      origin, static_cast<std::uint32_t>(station_.sequences.next()), station_.sim.now());
  back_.set_holder(fresh.socket, id);
  backends_[id] = fresh;
  arm(backends_[id].wait, ProxyTimer::Connect, fresh.opened_at, Target::Backend, id);
}

void HttpGateway::backend_event(BackendId id, const TcpEvent& event) {
  Backend& backend = backends_[id];
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      tell(backend.connection, Side::External, ProxyEvent::Kind::Opened,
           back_.sockets.remote(backend.socket));
      disarm(backend.wait);
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

// Its caller's request is written to it.
void HttpGateway::forward(BackendId id) {
  Backend& backend = backends_[id];
  Message message = callers_[backend.caller].request;
  backend.state = Backend::State::Busy;
  ++backend.requests;
  callers_[backend.caller].reused = backend.requests > 1;
  message.subtype = static_cast<std::uint8_t>(rules().pool_size > 0 && !is_worn(backend)
                                                  ? HttpConnection::Persists
                                                  : HttpConnection::Close);
  const StreamId stream = back_.sockets.connection(backend.socket).stream();
  const std::uint32_t number = station_.messages.write(stream, message);
  station_.ledger.written(backend.connection, self_, {stream, number}, message, true);
  arm(backend.wait, ProxyTimer::Response, station_.sim.now(), Target::Backend, id);
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
  const CallerId caller = backends_[id].caller;
  const bool closes = static_cast<HttpConnection>(message.subtype) == HttpConnection::Close;
  if (caller == kNone) {
    // It was served all the same, for nobody.
    end_backend(id, ProxyTimer::None, rules().pool_ending == HttpProxyRules::PoolEnding::Reset);
  } else if (closes || is_worn(backends_[id])) {
    end_backend(id, ProxyTimer::None, false);
  } else {
    put_back(id);
  }
  if (caller != kNone) answer(caller, message);
}

// Whether it has been used for long enough.
bool HttpGateway::is_worn(const Backend& backend) const {
  return (rules().pool_requests > 0 && backend.requests >= rules().pool_requests) ||
         station_.sim.now() >= later(backend.opened_at, rules().pool_time);
}

// Into the pool; a full one closes the connection that has been idle for longest.
void HttpGateway::put_back(BackendId id) {
  Backend& backend = backends_[id];
  backend.caller = kNone;
  if (rules().pool_size == 0) return end_backend(id, ProxyTimer::None, false);
  backend.state = Backend::State::Idle;
  std::vector<BackendId>& idle = service_of(backend.connection).idle;
  idle.push_back(id);
  arm(backend.wait, ProxyTimer::PoolIdle, station_.sim.now(), Target::Backend, id);
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
  if (backend.caller == kNone) return;
  Caller& caller = callers_[backend.caller];
  caller.backend = kNone;
  if (backend.state == Backend::State::Connecting) {
    const bool refused = error == SocketError::Refused || error == SocketError::Reset;
    return not_connected(backend.caller, refused,
                         refused ? LostRequest::Why::Refused : LostRequest::Why::Unreachable);
  }
  const auto why = gone ? LostRequest::Why::Reset : LostRequest::Why::Closed;
  if (caller.reused && repeats(caller)) {
    note(caller, why, 0, true);
    station_.ledger.log(backend.connection, self_,
                        "sends the request again: its connection had just been closed");
    const BackendId next = take_idle(backend.caller);
    if (next == kNone) return connect(backend.caller);
    caller.backend = next;
    return forward(next);
  }
  fail(backend.caller, rules().lost_status, why);
}

void HttpGateway::not_connected(CallerId id, bool refused, LostRequest::Why why) {
  fail(id, refused ? rules().refused_status : rules().unreachable_status, why);
}

bool HttpGateway::may_be_repeated(const Caller& caller) const {
  return services_.at(caller.connection).spec->traffic[caller.request.traffic].repeatable;
}

bool HttpGateway::repeats(const Caller& caller) const {
  return rules().retry == HttpProxyRules::Retry::Everything ||
         (rules().retry == HttpProxyRules::Retry::Repeatable && may_be_repeated(caller));
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
  disarm(backend.wait);
  backend.socket = kNoSocket;
  backend.state = Backend::State::Connecting;
  backend.caller = kNone;
  free_backends_.push_back(id);
}

// Books.
void HttpGateway::note(const Caller& caller, LostRequest::Why why, std::uint16_t status,
                       bool repeated) {
  LostRequest lost;
  lost.item = caller.request.item;
  lost.asked_at = caller.request.sent_at;
  lost.at = station_.sim.now();
  lost.hop = self_;
  lost.why = why;
  lost.reused = caller.reused;
  lost.repeatable = may_be_repeated(caller);
  lost.repeated = repeated;
  lost.status = status;
  station_.ledger.lost_request(caller.connection, lost);
}

}  // namespace stayalive
