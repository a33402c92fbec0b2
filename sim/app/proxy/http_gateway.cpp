// SPDX-License-Identifier: Apache-2.0
// Its place in the station, its timers and its state.
#include "app/proxy/http_gateway.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "middlebox/ending/sweep.h"

namespace stayalive {
namespace {

std::uint32_t number_of(std::uint32_t index, std::uint32_t target) { return index << 2 | target; }

}  // namespace

HttpGateway::HttpGateway(const Station& station)
    : station_(station),
      front_config_(station.config.front),
      back_config_(station.config.back),
      front_(*this, Side::Internal, station.sim, station.path, station.inner),
      back_(*this, Side::External, station.sim, station.path, station.inner) {
  front_config_.nodelay = back_config_.nodelay = true;
}

void HttpGateway::set_self(NodeId self) {
  self_ = self;
  front_.set_self(self);
  back_.set_self(self);
}

void HttpGateway::serve(ConnectionId connection, Endpoint server, const ConnectionSpec& spec,
                        bool nearest) {
  services_.emplace(connection, Service{server,
                                        HttpRules(spec.options_of(Role::Server)),
                                        &spec,
                                        nearest,
                                        nearest && is_multiplexed(spec),
                                        {}});
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

void HttpGateway::arm(Target target, std::uint32_t index, ProxyTimer timer, TimePoint since) {
  const Duration span = station_.config.rules.span(timer);
  if (span == kForever) return disarm(target, index);
  Wait& wait = wait_of(target, index);
  wait.timer = timer;
  wait.due = swept(later(since, span), station_.config.rules.granularity);
  schedule(target, index);
}

void HttpGateway::disarm(Target target, std::uint32_t index) {
  wait_of(target, index).timer = ProxyTimer::None;
  wait_of(target, index).due = kNever;
  schedule(target, index);
}

// Its alarm rings when its timer has run out, or what it says to the client is due.
void HttpGateway::schedule(Target target, std::uint32_t index) {
  Wait& wait = wait_of(target, index);
  TimePoint due = wait.due;
  if (target == Target::Caller && callers_[index].socket != kNoSocket && callers_[index].speech)
    due = std::min(due, callers_[index].speech->next_deadline());
  if (!wait.alarm.valid()) {
    if (due == kNever) return;
    const std::uint32_t number = number_of(index, static_cast<std::uint32_t>(target));
    wait.alarm = station_.sim.add_alarm(self_, station_.token(number));
  }
  station_.sim.set_alarm(wait.alarm, due);
}

// Does what is due.  Comes before anything else at an instant.
void HttpGateway::expire(Side side, std::uint32_t holder) {
  const TimePoint now = station_.sim.now();
  if (side == Side::Internal) {
    const Caller& caller = callers_[holder];
    const SocketId socket = caller.socket;
    if (caller.speech && caller.speech->next_deadline() <= now) {
      speak(holder, [now](Strategy& end, Channel& channel) { end.expire(now, channel); });
      if (callers_[holder].socket != socket) return;
    }
  }
  const Target target = side == Side::Internal ? Target::Caller : Target::Backend;
  if (wait_of(target, holder).due > now) return;
  const ProxyTimer timer = wait_of(target, holder).timer;
  disarm(target, holder);
  if (side == Side::Internal) return end_caller(holder, timer);
  const ExchangeId exchange = backends_[holder].exchange;
  if (timer == ProxyTimer::Connect) {
    end_backend(holder, timer, true);
    return not_connected(exchange, false, LostRequest::Why::Unreachable);
  }
  const bool pooled = backends_[holder].state == Backend::State::Idle;
  end_backend(holder, timer, rules().pool_ending == HttpProxyRules::PoolEnding::Reset);
  if (!pooled) fail(exchange, rules().response_status, LostRequest::Why::NoAnswer);
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

// --- state ---

void HttpGateway::walk(StateWalk& walk) {
  front_.sockets.walk(walk);
  back_.sockets.walk(walk);
  walk.still(callers_.size(), free_callers_.size(), backends_.size(), free_backends_.size());
  for (Caller& caller : callers_) {
    walk.still(caller.socket, caller.exchanges.size(), caller.ended, caller.wait.timer,
               caller.waiting.size());
    if (caller.socket == kNoSocket) continue;
    walk.sequence(caller.read);
    // Whether there was one matters, and how many where they are limited.
    walk.still(rules().keep_alive_requests > 0 ? caller.answers : std::int64_t{caller.answers > 0});
    walk.past(caller.accepted_at,
              rules().keep_alive_time == kForever ? Duration::zero() : rules().keep_alive_time);
    walk.instant(caller.wait.due);
    for (const ExchangeId id : caller.exchanges) walk.still(id);
    for (Message& message : caller.waiting) stayalive::walk(walk, message);
    if (caller.speech) caller.speech->walk(walk);
  }
  walk.still(exchanges_.size(), free_exchanges_.size());
  for (Exchange& exchange : exchanges_) {
    walk.still(exchange.caller, exchange.backend, exchange.reused);
    if (exchange.caller != kNone) stayalive::walk(walk, exchange.request);
  }
  for (Backend& backend : backends_) {
    walk.still(backend.socket, backend.state, backend.exchange, backend.wait.timer);
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
