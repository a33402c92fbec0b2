// SPDX-License-Identifier: Apache-2.0
// Its place in the station, its timers, and the connections of clients.
#include "app/proxy/http_gateway.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "middlebox/ending/sweep.h"

namespace stayalive {
namespace {

// Of an answer that a proxy makes up: a status line, a few headers and a short page.
constexpr std::uint32_t kErrorBytes = 300;

std::uint32_t number_of(std::uint32_t index, std::uint32_t target) { return index << 2 | target; }

}  // namespace

HttpGateway::HttpGateway(const Station& station)
    : station_(station),
      front_(*this, Side::Internal, station.sim, station.path, station.inner),
      back_(*this, Side::External, station.sim, station.path, station.inner) {}

void HttpGateway::set_self(NodeId self) {
  self_ = self;
  front_.set_self(self);
  back_.set_self(self);
}

void HttpGateway::serve(ConnectionId connection, Endpoint server, const ConnectionSpec& spec) {
  services_.emplace(connection, Service{server, HttpRules(spec.options), &spec, {}});
}

// --- packets and wake-ups ---

bool HttpGateway::receive(Side from, const Packet& packet) {
  ProxyLeg& leg = from == Side::Internal ? front_ : back_;
  const TimePoint now = station_.sim.now();
  if (packet.protocol == Protocol::Icmp) return leg.sockets.receive_error(quoted(packet), now);
  if (packet.protocol != Protocol::Tcp) return false;
  SocketId socket = leg.sockets.find(packet);
  if (socket == kNoSocket) return false;
  if (leg.holder(socket) != kNone) expire(from, leg.holder(socket));
  socket = leg.sockets.find(packet);
  return socket != kNoSocket && leg.sockets.receive(socket, packet, now);
}

void HttpGateway::wake(std::uint32_t number) {
  const std::uint32_t index = number >> 2;
  switch (static_cast<Target>(number & 3)) {
    case Target::Front:
      return front_.sockets.wake(index, station_.sim.now());
    case Target::Back:
      return back_.sockets.wake(index, station_.sim.now());
    case Target::Caller:
      return expire(Side::Internal, index);
    case Target::Backend:
      return expire(Side::External, index);
  }
}

void HttpGateway::leg_event(Side side, std::uint32_t holder, const TcpEvent& event) {
  return side == Side::Internal ? caller_event(holder, event) : backend_event(holder, event);
}

void HttpGateway::leg_gone(Side side, std::uint16_t port) {
  if (side == Side::External) station_.config.ports.release(port);
}

std::uint32_t HttpGateway::leg_token(Side side, SocketId socket) const {
  const Target target = side == Side::Internal ? Target::Front : Target::Back;
  return station_.token(number_of(socket, static_cast<std::uint32_t>(target)));
}

// --- timers ---

void HttpGateway::arm(Wait& wait, ProxyTimer timer, TimePoint since, Target target,
                      std::uint32_t index) {
  const Duration span = station_.config.rules.span(timer);
  if (span == kForever) return disarm(wait);
  wait.timer = timer;
  wait.due = swept(later(since, span), station_.config.rules.granularity);
  if (!wait.alarm.valid()) {
    const std::uint32_t number = number_of(index, static_cast<std::uint32_t>(target));
    wait.alarm = station_.sim.add_alarm(self_, station_.token(number));
  }
  station_.sim.set_alarm(wait.alarm, wait.due);
}

void HttpGateway::disarm(Wait& wait) {
  wait.timer = ProxyTimer::None;
  wait.due = kNever;
  if (wait.alarm.valid()) station_.sim.set_alarm(wait.alarm, kNever);
}

// Does what is due.  Comes before anything else at an instant.
void HttpGateway::expire(Side side, std::uint32_t holder) {
  Wait& wait = side == Side::Internal ? callers_[holder].wait : backends_[holder].wait;
  if (wait.due > station_.sim.now()) return;
  const ProxyTimer timer = wait.timer;
  disarm(wait);
  if (side == Side::Internal) return end_caller(holder, timer);
  Backend& backend = backends_[holder];
  const CallerId caller = backend.caller;
  if (timer == ProxyTimer::Connect) {
    end_backend(holder, timer, true);
    return not_connected(caller, false, LostRequest::Why::Unreachable);
  }
  const bool pooled = backend.state == Backend::State::Idle;
  end_backend(holder, timer, rules().pool_ending == HttpProxyRules::PoolEnding::Reset);
  if (!pooled) fail(caller, rules().response_status, LostRequest::Why::NoAnswer);
}

// remote: of a connection that was opened.  between_exchanges: nobody waits for anything on it.
void HttpGateway::tell(ConnectionId connection, Side side, ProxyEvent::Kind kind, Endpoint remote,
                       bool between_exchanges, ProxyTimer timer) {
  ProxyEvent event{self_, side, kind, station_.sim.now(), remote};
  event.timer = timer;
  event.timeout = station_.config.rules.span(timer);
  event.between_exchanges = between_exchanges;
  station_.ledger.proxy(connection, event);
}

// --- the client's connection ---

void HttpGateway::open(const Packet& syn) {
  CallerId id = static_cast<CallerId>(callers_.size());
  if (free_callers_.empty()) {
    callers_.emplace_back();
  } else {
    id = free_callers_.back();
    free_callers_.pop_back();
  }
  Caller fresh;
  fresh.wait.alarm = callers_[id].wait.alarm;
  fresh.connection = station_.messages.owner(syn.content.stream)->connection;
  const Origin origin{station_.messages.open(fresh.connection, Role::Server, Transport::Tcp),
                      fresh.connection};
  fresh.socket = front_.sockets.accept(station_.config.front, syn, origin,
                                       static_cast<std::uint32_t>(station_.sequences.next()),
                                       station_.sim.now());
  front_.set_holder(fresh.socket, id);
  callers_[id] = std::move(fresh);
}

void HttpGateway::caller_event(CallerId id, const TcpEvent& event) {
  Caller& caller = callers_[id];
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      caller.accepted_at = station_.sim.now();
      tell(caller.connection, Side::Internal, ProxyEvent::Kind::Opened,
           front_.sockets.remote(caller.socket));
      return arm(caller.wait, ProxyTimer::FirstRequest, caller.accepted_at, Target::Caller, id);
    case TcpEvent::Kind::Acknowledged:
    case TcpEvent::Kind::Octets:
      return;
    case TcpEvent::Kind::Delivered:
      return read_requests(id, event.message);
    case TcpEvent::Kind::PeerClosed:
      caller.ended = true;
      if (!caller.asking || rules().abort_on_close) client_left(id, false);
      return;
    case TcpEvent::Kind::Closed:
      return client_left(id, true);
  }
}

void HttpGateway::read_requests(CallerId id, std::uint32_t number) {
  Caller& caller = callers_[id];
  const StreamId stream = front_.sockets.connection(caller.socket).peer_stream();
  while (caller.read < number) {
    const Message* message = station_.messages.read({stream, ++caller.read});
    if (message != nullptr && message->kind == MessageKind::Application && !message->is_answer())
      caller.waiting.push_back(*message);
  }
  station_.messages.forget_through({stream, number});
  if (!caller.asking) ask_next(id);
}

void HttpGateway::ask_next(CallerId id) {
  Caller& caller = callers_[id];
  if (caller.waiting.empty()) return;
  disarm(caller.wait);
  caller.request = caller.waiting.front();
  caller.waiting.pop_front();
  caller.asking = true;
  const BackendId backend = take_idle(id);
  if (backend == kNone) return connect(id);
  caller.backend = backend;
  forward(backend);
}

// Whether its connection goes on after the answer that comes now.
bool HttpGateway::keeps(const Caller& caller) const {
  const auto asked = static_cast<HttpConnection>(caller.request.subtype);
  const std::int64_t most = rules().keep_alive_requests;
  return services_.at(caller.connection).rules.persists(asked) && !caller.ended &&
         (most == 0 || caller.answers < most) &&
         station_.sim.now() < later(caller.accepted_at, rules().keep_alive_time);
}

void HttpGateway::answer(CallerId id, Message message) {
  Caller& caller = callers_[id];
  caller.asking = false;
  caller.backend = kNone;
  ++caller.answers;
  const bool goes_on = keeps(caller);
  message.subtype =
      static_cast<std::uint8_t>(goes_on ? HttpConnection::Silent : HttpConnection::Close);
  const StreamId stream = front_.sockets.connection(caller.socket).stream();
  const std::uint32_t number = station_.messages.write(stream, message);
  station_.ledger.written(caller.connection, self_, {stream, number}, message, true);
  front_.sockets.send(caller.socket, number, message.bytes, station_.sim.now());
  if (callers_[id].socket == kNoSocket) return;
  if (!goes_on) {
    station_.ledger.log(caller.connection, self_, "answers with Connection: close");
    return end_caller(id, ProxyTimer::None);
  }
  rest(id);
}

// Nothing is asked for any more: the next request waits already, or is waited for.
void HttpGateway::rest(CallerId id) {
  Caller& caller = callers_[id];
  if (!caller.waiting.empty()) return ask_next(id);
  arm(caller.wait, ProxyTimer::KeepAlive, station_.sim.now(), Target::Caller, id);
}

// The request has come to nothing.  id: kNone where nobody waits.
void HttpGateway::fail(CallerId id, ProxyError what, LostRequest::Why why) {
  if (id == kNone) return;
  const std::uint16_t status = status_of(what);
  Caller& caller = callers_[id];
  const bool silent = rules().on_lost == HttpProxyRules::Lost::CloseUnlessFirst &&
                      caller.answers > 0 &&
                      (why == LostRequest::Why::Closed || why == LostRequest::Why::Reset);
  note(caller, why, silent ? std::uint16_t{0} : status, false);
  if (silent) {
    station_.ledger.log(caller.connection, self_,
                        "closes the client's connection without an answer");
    return end_caller(id, ProxyTimer::None);
  }
  station_.ledger.log(caller.connection, self_, "answers " + std::to_string(status));
  Message error;
  error.status = status;
  error.bytes = kErrorBytes;
  error.traffic = caller.request.traffic;
  error.answers = caller.request.item;
  error.sent_at = station_.sim.now();
  answer(id, error);
}

// The client has closed; gone: TCP itself has ended the connection.
void HttpGateway::client_left(CallerId id, bool gone) {
  Caller& caller = callers_[id];
  const BackendId backend = std::exchange(caller.backend, kNone);
  if (backend != kNone) {
    backends_[backend].caller = kNone;
    const bool connecting = backends_[backend].state == Backend::State::Connecting;
    if (rules().abort_on_close || connecting) end_backend(backend, ProxyTimer::None, connecting);
  }
  end_caller(id, ProxyTimer::None, gone);
}

// timer: which ran out, or None.
void HttpGateway::end_caller(CallerId id, ProxyTimer timer, bool gone) {
  Caller& caller = callers_[id];
  if (timer != ProxyTimer::None)
    station_.ledger.log(caller.connection, self_,
                        "closes the client's connection: no " +
                            std::string(timer == ProxyTimer::KeepAlive ? "further " : "") +
                            "request for " + print_duration(station_.config.rules.span(timer)));
  tell(caller.connection, Side::Internal, ProxyEvent::Kind::Ended, {}, true, timer);
  const SocketId socket = caller.socket;
  front_.set_holder(socket, kNone);
  station_.messages.close(front_.sockets.connection(socket).peer_stream());
  free_caller(id);
  if (!gone) front_.sockets.close(socket, station_.sim.now());
}

void HttpGateway::free_caller(CallerId id) {
  Caller& caller = callers_[id];
  disarm(caller.wait);
  caller.socket = kNoSocket;
  caller.waiting.clear();
  caller.asking = false;
  free_callers_.push_back(id);
}

// --- state ---

void HttpGateway::walk(StateWalk& walk) {
  front_.sockets.walk(walk);
  back_.sockets.walk(walk);
  walk.still(callers_.size(), free_callers_.size(), backends_.size(), free_backends_.size());
  for (Caller& caller : callers_) {
    walk.still(caller.socket, caller.asking, caller.backend, caller.ended, caller.wait.timer,
               caller.waiting.size());
    if (caller.socket == kNoSocket) continue;
    walk.sequence(caller.read);
    // Whether there was one matters, and how many where they are limited.
    walk.still(rules().keep_alive_requests > 0 ? caller.answers : std::int64_t{caller.answers > 0});
    walk.past(caller.accepted_at,
              rules().keep_alive_time == kForever ? Duration::zero() : rules().keep_alive_time);
    walk.instant(caller.wait.due);
    walk.still(caller.reused);
    if (caller.asking) stayalive::walk(walk, caller.request);
    for (Message& message : caller.waiting) stayalive::walk(walk, message);
  }
  for (Backend& backend : backends_) {
    walk.still(backend.socket, backend.state, backend.caller, backend.wait.timer);
    if (backend.socket == kNoSocket) continue;
    walk.sequence(backend.read);
    walk.still(rules().pool_requests > 0 ? backend.requests : std::int64_t{backend.requests > 1});
    walk.past(backend.opened_at,
              rules().pool_time == kForever ? Duration::zero() : rules().pool_time);
    walk.instant(backend.wait.due);
  }
  for (auto& [connection, service] : services_) {
    walk.still(service.idle.size());
    for (const BackendId id : service.idle) walk.still(id);
  }
}

}  // namespace stayalive
