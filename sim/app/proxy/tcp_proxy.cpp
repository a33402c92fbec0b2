// SPDX-License-Identifier: Apache-2.0
#include "app/proxy/tcp_proxy.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/reset.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

// What a wake-up is about, in the two lowest bits of its token.
enum class Target : std::uint32_t { Front, Back, Timers, Http };

std::uint32_t token(Target target, std::uint32_t index) {
  return index << 2 | static_cast<std::uint32_t>(target);
}

// Whether a RST of the other side is passed on to this one.
bool is_passed_on(ProxyRules::PassedReset to, Side side) {
  using To = ProxyRules::PassedReset;
  return to == To::Both || to == (side == Side::Internal ? To::Client : To::Server);
}

}  // namespace

TcpProxy::TcpProxy(Config config, Simulation& sim, Path& path, std::size_t inner,
                   MessageStore& messages, Ledger& ledger)
    : config_(std::move(config)),
      sim_(sim),
      messages_(messages),
      ledger_(ledger),
      sequences_(config_.seed, config_.name, "initial sequence numbers"),
      front_(*this, Side::Internal, sim, path, inner),
      back_(*this, Side::External, sim, path, inner),
      http_({config_, sequences_, sim, path, inner, messages, ledger,
             [](std::uint32_t number) { return token(Target::Http, number); }}) {}

void TcpProxy::set_self(NodeId self) {
  self_ = self;
  front_.set_self(self);
  back_.set_self(self);
  http_.set_self(self);
}

void TcpProxy::serve(ConnectionId connection, Endpoint server, const ConnectionSpec* spec,
                     bool nearest) {
  servers_[connection] = server;
  if (spec == nullptr || !knows_http()) return;
  const StrategyKind& kind = *find_strategy(spec->strategy);
  if (kind.speaks_http) http_.serve(connection, server, *spec, nearest);
  if (kind.pings_hop_by_hop != nullptr && kind.pings_hop_by_hop(spec->options))
    hop_pingers_.insert(connection);
}

std::uint32_t TcpProxy::timers_token(RelayId id) { return token(Target::Timers, id); }

// --- packets ---

void TcpProxy::receive(Simulation&, Side from, const Packet& packet) {
  ProxyLeg& receiver = leg(from);
  if (sim_.tracing())
    sim_.trace({sim_.now(), TraceKind::Arrived, self_, opposite(from), packet, ""});
  if (http_.receive(from, packet)) return;
  if (packet.protocol == Protocol::Icmp) {
    receiver.sockets.receive_error(quoted(packet), sim_.now());
    return;
  }
  if (packet.protocol == Protocol::Tcp) {
    SocketId socket = receiver.sockets.find(packet);
    const RelayId relay = receiver.holder(socket);
    if (relay != kNoRelay) {
      expire(relay);
      socket = receiver.sockets.find(packet);
    }
    if (config_.rules.probes_count && receiver.holder(socket) != kNoRelay) {
      relays_[relay].timers.heard(from, sim_.now());
      update_timers(relay, TimerChange::Kind::Extended);
    }
    if (socket != kNoSocket && receiver.sockets.receive(socket, packet, sim_.now())) return;
    if (opens_here(from, packet)) return open(packet);
  }
  if (const std::optional<Packet> reset = reset_for(packet)) receiver.transmit(*reset);
}

// Whose client calls, the first message would tell; the stream of its SYN does.
bool TcpProxy::opens_here(Side from, const Packet& packet) const {
  if (from != Side::Internal || !packet.has(tcp_flag::kSyn) || packet.has(tcp_flag::kAck))
    return false;
  const MessageStore::Owner* owner = messages_.owner(packet.content.stream);
  if (owner == nullptr || owner->writer != Role::Client) return false;
  const auto found = servers_.find(owner->connection);
  return found != servers_.end() && found->second.port == packet.destination_port;
}

void TcpProxy::wake(Simulation&, std::uint32_t event) {
  const std::uint32_t index = event >> 2;
  switch (static_cast<Target>(event & 3)) {
    case Target::Front:
      return front_.sockets.wake(index, sim_.now());
    case Target::Back:
      return back_.sockets.wake(index, sim_.now());
    case Target::Timers:
      return ring(index);
    case Target::Http:
      return http_.wake(index);
  }
}

// --- relays ---

TcpProxy::RelayId TcpProxy::add_relay() {
  if (free_relays_.empty()) {
    relays_.emplace_back(config_.rules);
    return static_cast<RelayId>(relays_.size() - 1);
  }
  const RelayId id = free_relays_.back();
  free_relays_.pop_back();
  const AlarmId alarm = relays_[id].alarm;
  relays_[id] = Relay(config_.rules);
  relays_[id].alarm = alarm;
  return id;
}

// Its place is free once its alarm rings no more.
void TcpProxy::free_if_over(RelayId id) {
  if (relays_[id].is_over() && !relays_[id].awaits) free_relays_.push_back(id);
}

// Of a new socket, on which the proxy speaks for the other side.
Origin TcpProxy::origin_of(const Relay& relay, Side side) {
  const Role speaks_for = side == Side::External ? Role::Client : Role::Server;
  return {messages_.open(relay.connection, speaks_for, Transport::Tcp), relay.connection};
}

void TcpProxy::open(const Packet& syn) {
  if (http_.serves(messages_.owner(syn.content.stream)->connection)) return http_.open(syn);
  const auto sequence = static_cast<std::uint32_t>(sequences_.next());
  const RelayId id = add_relay();
  Relay& relay = relays_[id];
  relay.connection = messages_.owner(syn.content.stream)->connection;
  relay.server = servers_.at(relay.connection);
  relay.answers_pings = hop_pingers_.contains(relay.connection);
  const SocketId socket = front_.sockets.accept(
      config_.front, syn, origin_of(relay, Side::Internal), sequence, sim_.now());
  relay.sockets[index(Side::Internal)] = socket;
  front_.set_holder(socket, id);
}

void TcpProxy::connect(RelayId id) {
  const std::optional<std::uint16_t> port = config_.ports.take();
  if (!port) {
    ledger_.log(relays_[id].connection, self_, "resets the client: no port left to the server");
    ProxyEvent refused = note(id, Side::Internal);
    refused.no_port = true;
    relays_[id].timers.stop();
    return close(id, Side::Internal, refused, ProxyRules::Ending::Reset);
  }
  relays_[id].timers.connecting(sim_.now());
  const auto sequence = static_cast<std::uint32_t>(sequences_.next());
  const SocketId socket =
      back_.sockets.open(config_.back, {config_.address, *port}, relays_[id].server,
                         origin_of(relays_[id], Side::External), sequence, sim_.now());
  relays_[id].sockets[index(Side::External)] = socket;
  back_.set_holder(socket, id);
}

void TcpProxy::event(RelayId id, Side side, const TcpEvent& event) {
  Relay& relay = relays_[id];
  switch (event.kind) {
    case TcpEvent::Kind::Established: {
      ProxyEvent opened = note(id, side, ProxyEvent::Kind::Opened);
      opened.remote = leg(side).sockets.remote(relay.sockets[index(side)]);
      ledger_.proxy(relay.connection, opened);
      relay.timers.opened(side, sim_.now());
      if (side == Side::Internal) {
        connect(id);
      } else {
        relay.timers.begin_tunnel(sim_.now());
      }
      update_timers(id, TimerChange::Kind::Extended);
      return free_if_over(id);
    }
    case TcpEvent::Kind::Acknowledged:
    case TcpEvent::Kind::Octets:
      return;
    case TcpEvent::Kind::Delivered:
      if (relay.ended[index(side)]) return;
      if (has_to_pass(id, side, event.message)) relay.timers.passed(side, sim_.now());
      update_timers(id, TimerChange::Kind::Extended);
      return pass_on(id, side, event.message);
    case TcpEvent::Kind::PeerClosed:
      return peer_closed(id, side);
    case TcpEvent::Kind::Closed:
      return lost(id, side, event.error);
  }
}

ProxyEvent TcpProxy::note(RelayId id, Side side, ProxyEvent::Kind kind) const {
  ProxyEvent event{self_, side, kind, sim_.now()};
  event.pair = id;
  return event;
}

void TcpProxy::peer_closed(RelayId id, Side side) {
  Relay& relay = relays_[id];
  if (std::exchange(relay.ended[index(side)], true)) return;
  relay.timers.end_reading(side);
  const Side far = opposite(side);
  const bool open = !relay.ended[index(far)] && relay.sockets[index(far)] != kNoSocket;
  if (!open || config_.rules.half_close == ProxyRules::HalfClose::CloseBoth) return close_both(id);
  if (config_.rules.half_close == ProxyRules::HalfClose::PassOn)
    leg(far).sockets.shutdown(relay.sockets[index(far)], sim_.now());
  update_timers(id, TimerChange::Kind::Unchanged);
}

// The connection on this side is gone: its peer has reset it, or could not be reached any more.
void TcpProxy::lost(RelayId id, Side side, SocketError error) {
  relays_[id].timers.stop();
  lose(id, side);
  tell_timer(id, TimerChange::Kind::Closed, ProxyTimer::None, sim_.now());
  ProxyEvent closed = note(id, side);
  closed.error = error;
  ledger_.proxy(relays_[id].connection, closed);
  const Side far = opposite(side);
  // Whoever had closed before has said so already.
  const bool broken = error != SocketError::None && !relays_[id].ended[index(side)];
  const bool reset = broken && is_passed_on(config_.rules.passed_reset, far);
  close(id, far, note(id, far), reset ? ProxyRules::Ending::Reset : ProxyRules::Ending::Fin);
  free_if_over(id);
}

// A keepalive between neighbours, to which it is itself the neighbour.
bool TcpProxy::ends_here(const Relay& relay, const Message& message) const {
  return relay.answers_pings &&
         (message.kind == MessageKind::Request || message.kind == MessageKind::Reply ||
          message.kind == MessageKind::Ping);
}

// Whether any of this side's messages up to this one is for the other.
bool TcpProxy::has_to_pass(RelayId id, Side from, std::uint32_t number) {
  const Relay& relay = relays_[id];
  if (!relay.answers_pings) return true;
  const StreamId read = leg(from).sockets.connection(relay.sockets[index(from)]).peer_stream();
  for (std::uint32_t next = relay.relayed[index(from)] + 1; next != number + 1; ++next) {
    const Message* message = messages_.read({read, next});
    if (message != nullptr && !ends_here(relay, *message)) return true;
  }
  return false;
}

void TcpProxy::answer_ping(RelayId id, Side from, const Message& ping) {
  if (ping.kind != MessageKind::Request) return;
  Message reply = ping;
  reply.kind = MessageKind::Reply;
  reply.sent_at = sim_.now();
  TcpSockets& sockets = leg(from).sockets;
  const SocketId socket = relays_[id].sockets[index(from)];
  const StreamId stream = sockets.connection(socket).stream();
  const std::uint32_t number = messages_.write(stream, reply);
  ledger_.written(relays_[id].connection, self_, {stream, number}, reply, false);
  sockets.send(socket, number, reply.bytes, sim_.now());
}

// Reads this side's messages up to this one and writes them to the other.
void TcpProxy::pass_on(RelayId id, Side from, std::uint32_t number) {
  ProxyLeg& near = leg(from);
  ProxyLeg& far = leg(opposite(from));
  const StreamId read = near.sockets.connection(relays_[id].sockets[index(from)]).peer_stream();
  while (relays_[id].relayed[index(from)] < number) {
    const std::uint32_t next = ++relays_[id].relayed[index(from)];
    const Message* message = messages_.read({read, next});
    const SocketId to = relays_[id].sockets[index(opposite(from))];
    if (message == nullptr || to == kNoSocket) continue;
    const Message copy = *message;
    if (ends_here(relays_[id], copy)) {
      answer_ping(id, from, copy);
      continue;
    }
    const StreamId written = far.sockets.connection(to).stream();
    const std::uint32_t as = messages_.write(written, copy);
    ledger_.written(relays_[id].connection, self_, {written, as}, copy, false);
    far.sockets.send(to, as, copy.bytes, sim_.now());
  }
  messages_.forget_through({read, number});
}

// The socket of this side is no longer the relay's, and nobody reads what comes on it.
void TcpProxy::lose(RelayId id, Side side) {
  const SocketId socket = std::exchange(relays_[id].sockets[index(side)], kNoSocket);
  leg(side).set_holder(socket, kNoRelay);
  messages_.close(leg(side).sockets.connection(socket).peer_stream());
}

void TcpProxy::close(RelayId id, Side side, const ProxyEvent& how, ProxyRules::Ending ending) {
  const SocketId socket = relays_[id].sockets[index(side)];
  if (socket == kNoSocket) return;
  TcpSockets& sockets = leg(side).sockets;
  // What was not read there since its timer ran out makes a RST of the close, behind a FIN.  A SYN
  // that nobody has answered is followed by neither.
  const bool first_fin =
      (relays_[id].ended[index(side)] || ending == ProxyRules::Ending::FinAndReset) &&
      sockets.connection(socket).state() != TcpState::SynSent;
  lose(id, side);
  ledger_.proxy(relays_[id].connection, how);
  if (first_fin && ending != ProxyRules::Ending::Reset) sockets.shutdown(socket, sim_.now());
  if (ending == ProxyRules::Ending::Fin) return sockets.close(socket, sim_.now());
  sockets.abort(socket, sim_.now());
}

// Both ends have closed, or one has and the rules make no difference.
void TcpProxy::close_both(RelayId id) {
  relays_[id].timers.stop();
  tell_timer(id, TimerChange::Kind::Closed, ProxyTimer::None, sim_.now());
  for (const Side side : {Side::Internal, Side::External})
    close(id, side, note(id, side), ProxyRules::Ending::Fin);
  free_if_over(id);
}

// --- the sockets of one side ---

void TcpProxy::leg_event(Side side, std::uint32_t relay, const TcpEvent& happened) {
  event(relay, side, happened);
}

void TcpProxy::leg_gone(Side side, std::uint16_t port) {
  if (side == Side::External) config_.ports.release(port);
}

std::uint32_t TcpProxy::leg_token(Side side, SocketId socket) const {
  return token(side == Side::Internal ? Target::Front : Target::Back, socket);
}

void TcpProxy::walk(StateWalk& walk) {
  walk.still(sequences_.state(), relays_.size(), free_relays_.size());
  config_.ports.walk(walk);
  for (ProxyLeg* leg : {&front_, &back_}) leg->sockets.walk(walk);
  http_.walk(walk);
  for (Relay& relay : relays_) {
    walk.still(relay.sockets[0], relay.sockets[1], relay.ended[0], relay.ended[1], relay.awaits);
    for (std::uint32_t& number : relay.relayed) walk.sequence(number);
    relay.timers.walk(walk);
  }
}

}  // namespace stayalive
