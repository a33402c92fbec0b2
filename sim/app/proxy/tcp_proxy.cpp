// SPDX-License-Identifier: Apache-2.0
#include "app/proxy/tcp_proxy.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/reset.h"

namespace stayalive {
namespace {

// What a wake-up is about, in the two lowest bits of its token.
enum class Target : std::uint32_t { Front, Back, Idle };

std::uint32_t token(Target target, std::uint32_t index) {
  return index << 2 | static_cast<std::uint32_t>(target);
}

}  // namespace

TcpProxy::TcpProxy(Config config, Simulation& sim, Path& path, std::size_t inner,
                   MessageStore& messages, Ledger& ledger)
    : config_(std::move(config)),
      sim_(sim),
      path_(path),
      inner_(inner),
      messages_(messages),
      ledger_(ledger),
      sequences_(config_.seed, config_.name, "initial sequence numbers"),
      front_(*this, Side::Internal),
      back_(*this, Side::External) {}

void TcpProxy::serve(ConnectionId connection, Endpoint server) { servers_[connection] = server; }

// --- packets ---

void TcpProxy::receive(Simulation&, Side from, const Packet& packet) {
  Leg& receiver = leg(from);
  if (sim_.tracing())
    sim_.trace({sim_.now(), TraceKind::Arrived, self_, opposite(from), packet, ""});
  if (packet.protocol == Protocol::Icmp) {
    receiver.sockets.receive_error(quoted(packet), sim_.now());
    return;
  }
  if (packet.protocol == Protocol::Tcp) {
    const SocketId socket = receiver.sockets.find(packet);
    const RelayId relay = receiver.relay(socket);
    if (config_.probes_count && relay != kNoRelay) active(relay);
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
    case Target::Idle:
      return check_idle(index);
  }
}

// --- relays ---

TcpProxy::RelayId TcpProxy::add_relay() {
  if (free_relays_.empty()) {
    relays_.emplace_back();
    return static_cast<RelayId>(relays_.size() - 1);
  }
  const RelayId id = free_relays_.back();
  free_relays_.pop_back();
  const AlarmId idle = relays_[id].idle;
  relays_[id] = {};
  relays_[id].idle = idle;
  return id;
}

// Its place is free once its alarm rings no more.
void TcpProxy::free_if_over(RelayId id) {
  if (relays_[id].is_over() && !relays_[id].awaits_idle) free_relays_.push_back(id);
}

// Of a new socket, on which the proxy speaks for the other side.
Origin TcpProxy::origin_of(const Relay& relay, Side side) {
  const Role speaks_for = side == Side::External ? Role::Client : Role::Server;
  return {messages_.open(relay.connection, speaks_for, Transport::Tcp), relay.connection};
}

void TcpProxy::open(const Packet& syn) {
  const auto sequence = static_cast<std::uint32_t>(sequences_.next());
  const RelayId id = add_relay();
  Relay& relay = relays_[id];
  relay.connection = messages_.owner(syn.content.stream)->connection;
  relay.server = servers_.at(relay.connection);
  const SocketId socket = front_.sockets.accept(
      config_.front, syn, origin_of(relay, Side::Internal), sequence, sim_.now());
  relay.sockets[index(Side::Internal)] = socket;
  front_.set_relay(socket, id);
}

void TcpProxy::connect(RelayId id) {
  const std::optional<std::uint16_t> port = config_.ports.take();
  if (!port) {
    ledger_.log(relays_[id].connection, self_, "resets the client: no port left to the server");
    ProxyEvent refused = ending(Side::Internal);
    refused.no_port = true;
    return close(id, Side::Internal, refused, true);
  }
  const auto sequence = static_cast<std::uint32_t>(sequences_.next());
  const SocketId socket =
      back_.sockets.open(config_.back, {config_.address, *port}, relays_[id].server,
                         origin_of(relays_[id], Side::External), sequence, sim_.now());
  relays_[id].sockets[index(Side::External)] = socket;
  back_.set_relay(socket, id);
}

void TcpProxy::event(RelayId id, Side side, const TcpEvent& event) {
  const Relay& relay = relays_[id];
  switch (event.kind) {
    case TcpEvent::Kind::Established: {
      const Endpoint remote = leg(side).sockets.remote(relay.sockets[index(side)]);
      ledger_.proxy(relay.connection, {self_, side, true, sim_.now(), remote});
      active(id);
      if (side == Side::Internal) connect(id);
      return free_if_over(id);
    }
    case TcpEvent::Kind::Acknowledged:
      return;
    case TcpEvent::Kind::Delivered:
      active(id);
      return pass_on(id, side, event.message);
    case TcpEvent::Kind::PeerClosed:
      return peer_closed(id, side);
    case TcpEvent::Kind::Closed: {
      lose(id, side);
      tell_timer(id, TimerChange::Kind::Closed);
      ProxyEvent closed = ending(side);
      closed.error = event.error;
      ledger_.proxy(relay.connection, closed);
      close(id, opposite(side), ending(opposite(side)));
      return free_if_over(id);
    }
  }
}

void TcpProxy::peer_closed(RelayId id, Side side) {
  relays_[id].ended[index(side)] = true;
  const Side far = opposite(side);
  const SocketId other = relays_[id].sockets[index(far)];
  if (!relays_[id].ended[index(far)] && other != kNoSocket)
    return leg(far).sockets.shutdown(other, sim_.now());
  tell_timer(id, TimerChange::Kind::Closed);
  close(id, side, ending(side));
  close(id, far, ending(far));
  free_if_over(id);
}

// Reads this side's messages up to this one and writes them to the other.
void TcpProxy::pass_on(RelayId id, Side from, std::uint32_t number) {
  Leg& near = leg(from);
  Leg& far = leg(opposite(from));
  const StreamId read = near.sockets.connection(relays_[id].sockets[index(from)]).peer_stream();
  while (relays_[id].relayed[index(from)] < number) {
    const std::uint32_t next = ++relays_[id].relayed[index(from)];
    const Message* message = messages_.read({read, next});
    const SocketId to = relays_[id].sockets[index(opposite(from))];
    if (message == nullptr || to == kNoSocket) continue;
    const Message copy = *message;
    const StreamId written = far.sockets.connection(to).stream();
    const std::uint32_t as = messages_.write(written, copy);
    ledger_.written(relays_[id].connection, self_, {written, as}, copy.kind);
    far.sockets.send(to, as, copy.bytes, sim_.now());
  }
  messages_.forget_through({read, number});
}

// The socket of this side is no longer the relay's, and nobody reads what comes on it.
void TcpProxy::lose(RelayId id, Side side) {
  const SocketId socket = std::exchange(relays_[id].sockets[index(side)], kNoSocket);
  leg(side).set_relay(socket, kNoRelay);
  messages_.close(leg(side).sockets.connection(socket).peer_stream());
}

void TcpProxy::close(RelayId id, Side side, const ProxyEvent& how, bool reset) {
  const SocketId socket = relays_[id].sockets[index(side)];
  if (socket == kNoSocket) return;
  lose(id, side);
  ledger_.proxy(relays_[id].connection, how);
  if (reset) return leg(side).sockets.abort(socket, sim_.now());
  leg(side).sockets.close(socket, sim_.now());
}

// --- the idle timer ---

void TcpProxy::active(RelayId id) {
  Relay& relay = relays_[id];
  const bool first = relay.active_at == kNever;
  relay.active_at = sim_.now();
  tell_timer(id, first ? TimerChange::Kind::Started : TimerChange::Kind::Extended);
  if (config_.idle_timeout == kForever) return;
  if (!relay.idle.valid()) relay.idle = sim_.add_alarm(self_, token(Target::Idle, id));
  relay.awaits_idle = true;
  sim_.set_alarm(relay.idle, later(sim_.now(), config_.idle_timeout));
}

void TcpProxy::tell_timer(RelayId id, TimerChange::Kind kind) {
  if (!sim_.tracing() || config_.idle_timeout == kForever) return;
  const Relay& relay = relays_[id];
  TraceRecord record{sim_.now(), TraceKind::Timer, self_, Side::External, Packet{}, ""};
  record.packet.notes.connection = relay.connection;
  record.timer.kind = kind;
  record.timer.flow = FlowId{id};
  record.timer.timer = "idle_timeout";
  record.timer.deadline = later(relay.active_at, config_.idle_timeout);
  sim_.trace(record);
}

void TcpProxy::check_idle(RelayId id) {
  relays_[id].awaits_idle = false;
  if (!relays_[id].is_over()) {
    ledger_.log(relays_[id].connection, self_,
                "closes both sides: idle for " + print_duration(config_.idle_timeout));
    tell_timer(id, TimerChange::Kind::Expired);
    for (const Side side : {Side::Internal, Side::External}) {
      ProxyEvent idle = ending(side);
      idle.idle = true;
      close(id, side, idle, config_.reset_when_idle);
    }
  }
  free_if_over(id);
}

// --- the sockets of one side ---

void TcpProxy::Leg::transmit(const Packet& packet) {
  if (proxy_.sim_.tracing())
    proxy_.sim_.trace({proxy_.sim_.now(), TraceKind::Sent, proxy_.self_, side, packet, ""});
  const std::size_t wire = side == Side::External ? proxy_.inner_ + 1 : proxy_.inner_;
  proxy_.path_.send(proxy_.sim_, wire, side, packet);
}

void TcpProxy::Leg::socket_event(SocketId socket, const TcpEvent& event) {
  if (relay(socket) != kNoRelay) proxy_.event(relay(socket), side, event);
}

void TcpProxy::Leg::arm(SocketId socket, TimePoint due) {
  const Target target = side == Side::Internal ? Target::Front : Target::Back;
  alarms_.set(proxy_.sim_, proxy_.self_, socket, token(target, socket), due);
}

void TcpProxy::Leg::gone(SocketId socket) {
  if (side == Side::External) proxy_.config_.ports.release(sockets.local(socket).port);
}

void TcpProxy::walk(StateWalk& walk) {
  walk.still(sequences_.state(), relays_.size(), free_relays_.size());
  config_.ports.walk(walk);
  for (Leg* leg : {&front_, &back_}) leg->sockets.walk(walk);
  for (Relay& relay : relays_) {
    walk.still(relay.sockets[0], relay.sockets[1], relay.ended[0], relay.ended[1],
               relay.awaits_idle);
    for (std::uint32_t& number : relay.relayed) walk.sequence(number);
    walk.past(relay.active_at);
  }
}

}  // namespace stayalive
