// SPDX-License-Identifier: Apache-2.0
// The connections of clients: what is read from them, and what is written to them.
#include <algorithm>
#include <utility>

#include "app/proxy/http_gateway.h"
#include "base/text.h"

namespace stayalive {
namespace {

// Of an answer that a proxy makes up: header and page of nginx's 502
// (tests/observations/web/proxied-http2-502.json).
constexpr std::uint32_t kErrorBytes = 314;

}  // namespace

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
  const Service& service = service_of(fresh.connection);
  if (service.nearest) fresh.speech = CallerSpeech::of(*service.spec, rules(), *this, id);
  const Origin origin{station_.messages.open(fresh.connection, Role::Server, Transport::Tcp),
                      fresh.connection};
  fresh.socket = front_.sockets.accept(front_config_, syn, origin,
                                       static_cast<std::uint32_t>(station_.sequences.next()),
                                       station_.sim.now());
  front_.set_holder(fresh.socket, id);
  callers_[id] = std::move(fresh);
}

void HttpGateway::caller_event(CallerId id, const TcpEvent& event) {
  Caller& caller = callers_[id];
  const TimePoint now = station_.sim.now();
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      caller.accepted_at = now;
      tell(caller.connection, Side::Internal, ProxyEvent::Kind::Opened,
           front_.sockets.remote(caller.socket));
      arm(Target::Caller, id, ProxyTimer::FirstRequest, now);
      speak(id, [now](Strategy& end, Channel& channel) { end.on_open(now, channel); });
      return;
    case TcpEvent::Kind::Acknowledged:
    case TcpEvent::Kind::Octets:
      return;
    case TcpEvent::Kind::Delivered:
      return read_requests(id, event.message);
    case TcpEvent::Kind::PeerClosed:
      caller.ended = true;
      if (caller.exchanges.empty() || rules().abort_on_close) client_left(id, false);
      return;
    case TcpEvent::Kind::Closed:
      return client_left(id, true);
  }
}

void HttpGateway::read_requests(CallerId id, std::uint32_t number) {
  const SocketId socket = callers_[id].socket;
  const StreamId stream = front_.sockets.connection(socket).peer_stream();
  while (callers_[id].socket == socket && callers_[id].read < number) {
    const Message* message = station_.messages.read({stream, ++callers_[id].read});
    if (message == nullptr) continue;
    const Message copy = *message;
    const TimePoint now = station_.sim.now();
    CallerSpeech* speech = callers_[id].speech.get();
    const bool asks = copy.kind == MessageKind::Application && !copy.is_answer() &&
                      (speech == nullptr || speech->strategy().takes(now, copy));
    const bool goes_on = speak(id, [&copy, now](Strategy& end, Channel& channel) {
      end.on_message(now, copy, false, channel);
    });
    if (asks && goes_on) request_came(id, copy);
  }
  station_.messages.forget_through({stream, number});
}

void HttpGateway::request_came(CallerId id, Message request) {
  Caller& caller = callers_[id];
  const Service& service = service_of(caller.connection);
  // The server is asked over HTTP/1 without TLS, where a request has its size of the scenario.
  if (caller.speech) request.bytes = service.spec->traffic[request.traffic].bytes;
  caller.waiting.push_back(request);
  if (service.multiplexes || caller.exchanges.empty()) ask_next(id);
}

void HttpGateway::ask_next(CallerId id) {
  if (callers_[id].waiting.empty()) return;
  disarm(Target::Caller, id);
  const ExchangeId exchange = begin_exchange(id);
  const BackendId backend = take_idle(exchange);
  if (backend == kNone) return connect(exchange);
  exchanges_[exchange].backend = backend;
  forward(backend);
}

// Of the request that has waited longest.
HttpGateway::ExchangeId HttpGateway::begin_exchange(CallerId caller) {
  ExchangeId id = static_cast<ExchangeId>(exchanges_.size());
  if (free_exchanges_.empty()) {
    exchanges_.emplace_back();
  } else {
    id = free_exchanges_.back();
    free_exchanges_.pop_back();
  }
  std::deque<Message>& waiting = callers_[caller].waiting;
  exchanges_[id] = {caller, waiting.front(), false, kNone};
  waiting.pop_front();
  callers_[caller].exchanges.push_back(id);
  return id;
}

void HttpGateway::end_exchange(ExchangeId id) {
  std::erase(caller_of(id).exchanges, id);
  exchanges_[id].caller = exchanges_[id].backend = kNone;
  free_exchanges_.push_back(id);
}

// Whether its connection goes on after the answer that comes now to a request that says this.
bool HttpGateway::keeps(const Caller& caller, HttpConnection asked) const {
  const Service& service = services_.at(caller.connection);
  if (service.multiplexes) return true;
  const std::int64_t most = rules().keep_alive_requests;
  return service.rules.persists(asked) && !caller.ended && (most == 0 || caller.answers < most) &&
         station_.sim.now() < later(caller.accepted_at, rules().keep_alive_time);
}

void HttpGateway::answer(ExchangeId exchange, Message message) {
  const CallerId id = exchanges_[exchange].caller;
  const auto asked = static_cast<HttpConnection>(exchanges_[exchange].request.subtype);
  end_exchange(exchange);
  Caller& caller = callers_[id];
  ++caller.answers;
  const SocketId socket = caller.socket;
  const bool goes_on = keeps(caller, asked);
  message.subtype =
      static_cast<std::uint8_t>(goes_on ? HttpConnection::Silent : HttpConnection::Close);
  const TimePoint now = station_.sim.now();
  speak(id, [&message, now](Strategy& end, Channel& channel) {
    end.on_writing(now, message, channel);
    message.bytes = end.wire_bytes(message.bytes);
  });
  write(id, message);
  if (callers_[id].socket != socket) return;
  if (!goes_on) {
    station_.ledger.log(caller.connection, self_, "answers with Connection: close");
    return end_caller(id, ProxyTimer::None);
  }
  rest(id);
}

void HttpGateway::write(CallerId id, const Message& message) {
  const Caller& caller = callers_[id];
  const StreamId stream = front_.sockets.connection(caller.socket).stream();
  const std::uint32_t number = station_.messages.write(stream, message);
  station_.ledger.written(caller.connection, self_, {stream, number}, message, true);
  front_.sockets.send(caller.socket, number, message.bytes, station_.sim.now());
}

// Has what the proxy says on a client's connection say more: false when the connection is over.
bool HttpGateway::speak(CallerId id, const CallerSpeech::Line& line) {
  CallerSpeech* speech = callers_[id].speech.get();
  if (speech == nullptr) return true;
  const SocketId socket = callers_[id].socket;
  line(speech->strategy(), *speech);
  if (callers_[id].socket != socket) return false;
  if (speech->is_over()) {
    end_caller(id, ProxyTimer::None);
    return false;
  }
  schedule(Target::Caller, id);
  return true;
}

// An answer was written: the next request waits already, or is waited for.
void HttpGateway::rest(CallerId id) {
  const Caller& caller = callers_[id];
  if (!caller.exchanges.empty()) return;
  if (!caller.waiting.empty()) return ask_next(id);
  arm(Target::Caller, id, ProxyTimer::KeepAlive, station_.sim.now());
}

// The request has come to nothing.  id: kNone where nobody waits.
void HttpGateway::fail(ExchangeId id, ProxyError what, LostRequest::Why why) {
  if (id == kNone) return;
  const std::uint16_t status = status_of(what);
  const Exchange& exchange = exchanges_[id];
  const Caller& caller = callers_[exchange.caller];
  // HTTP/2 would end the stream alone, which is not played: it is answered.
  const bool silent = rules().on_lost == HttpProxyRules::Lost::CloseUnlessFirst &&
                      caller.answers > 0 && !service_of(caller.connection).multiplexes &&
                      (why == LostRequest::Why::Closed || why == LostRequest::Why::Reset);
  note_lost(exchange, why, silent ? std::uint16_t{0} : status, false);
  if (silent) {
    station_.ledger.log(caller.connection, self_,
                        "closes the client's connection without an answer");
    return end_caller(exchange.caller, ProxyTimer::None);
  }
  station_.ledger.log(caller.connection, self_, "answers " + std::to_string(status));
  Message error;
  error.status = status;
  error.bytes = kErrorBytes;
  error.traffic = exchange.request.traffic;
  error.answers = exchange.request.item;
  error.sent_at = station_.sim.now();
  answer(id, error);
}

// The client has closed; gone: TCP itself has ended the connection.
void HttpGateway::client_left(CallerId id, bool gone) { end_caller(id, ProxyTimer::None, gone); }

// Nobody waits any more for what this client has asked for.
void HttpGateway::abandon(CallerId id) {
  const std::vector<ExchangeId> asked = callers_[id].exchanges;
  for (const ExchangeId exchange : asked) {
    const BackendId backend = exchanges_[exchange].backend;
    end_exchange(exchange);
    if (backend == kNone) continue;
    backends_[backend].exchange = kNone;
    const bool connecting = backends_[backend].state == Backend::State::Connecting;
    if (rules().abort_on_close || connecting) end_backend(backend, ProxyTimer::None, connecting);
  }
}

// timer: which ran out, or None.
void HttpGateway::end_caller(CallerId id, ProxyTimer timer, bool gone) {
  abandon(id);
  const Caller& caller = callers_[id];
  if (timer != ProxyTimer::None)
    station_.ledger.log(caller.connection, self_,
                        "closes the client's connection: no " +
                            std::string(timer == ProxyTimer::KeepAlive ? "further " : "") +
                            "request for " + print_duration(station_.config.rules.span(timer)));
  const SocketId socket = caller.socket;
  if (!gone && caller.speech) {
    // Its last words: GOAWAY, close_notify.
    const TimePoint now = station_.sim.now();
    caller.speech->strategy().say_goodbye(now, *caller.speech);
    if (callers_[id].socket != socket) return;
  }
  tell(caller.connection, Side::Internal, ProxyEvent::Kind::Ended, {}, true, timer);
  front_.set_holder(socket, kNone);
  station_.messages.close(front_.sockets.connection(socket).peer_stream());
  free_caller(id);
  if (!gone) front_.sockets.close(socket, station_.sim.now());
}

void HttpGateway::free_caller(CallerId id) {
  Caller& caller = callers_[id];
  caller.socket = kNoSocket;
  caller.waiting.clear();
  disarm(Target::Caller, id);
  free_callers_.push_back(id);
}

}  // namespace stayalive
