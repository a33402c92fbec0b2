// SPDX-License-Identifier: Apache-2.0
#include "app/tcp_proxy.h"

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

TcpProxy::TcpProxy(Setting setting, Simulation& sim, Path& path, std::size_t inner, Ledger& ledger)
    : setting_(std::move(setting)),
      sim_(sim),
      path_(path),
      inner_(inner),
      ledger_(ledger),
      sequences_(setting_.seed, setting_.name, "initial sequence numbers"),
      front_(*this, Side::Internal),
      back_(*this, Side::External) {}

void TcpProxy::serve(ConnectionId connection, const Conversation& conversation, Endpoint server) {
  services_[connection] = {&conversation, server};
}

void TcpProxy::receive(Simulation&, Side from, const Packet& packet) {
  Leg& receiver = leg(from);
  if (sim_.tracing())
    sim_.trace({sim_.now(), TraceKind::Arrived, self_, opposite(from), packet, ""});
  if (packet.protocol == Protocol::Icmp) {
    receiver.sockets.receive_error(quoted(packet), sim_.now());
    return;
  }
  if (setting_.probes_count) {
    for (std::uint32_t i = 0; i < relays_.size(); ++i) {
      if (relays_[i].connection == packet.connection) active(i);
    }
  }
  if (packet.protocol == Protocol::Tcp && receiver.sockets.receive(packet, sim_.now())) return;
  const bool opens = packet.has(tcp_flag::kSyn) && !packet.has(tcp_flag::kAck);
  if (from == Side::Internal && opens && services_.contains(packet.connection)) return open(packet);
  if (const std::optional<Packet> reset = reset_for(packet)) receiver.transmit(*reset);
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

void TcpProxy::open(const Packet& syn) {
  const auto sequence = static_cast<std::uint32_t>(sequences_.next());
  const SocketId socket = front_.sockets.accept(setting_.front, syn, sequence, sim_.now());
  const auto index = static_cast<std::uint32_t>(relays_.size());
  Relay relay;
  relay.connection = syn.connection;
  relay.sockets[stayalive::index(Side::Internal)] = socket;
  const Conversation& said = conversation(syn.connection);
  relay.relayed = {said.last(Role::Client), said.last(Role::Server)};
  relays_.push_back(relay);
  front_.relays[socket] = index;
}

void TcpProxy::connect(Relay& relay, std::uint32_t index) {
  const auto sequence = static_cast<std::uint32_t>(sequences_.next());
  const Endpoint local{setting_.address, next_port_++};
  const Endpoint server = services_.at(relay.connection).server;
  const SocketId socket =
      back_.sockets.open(setting_.back, local, server, relay.connection, sequence, sim_.now());
  relays_[index].sockets[stayalive::index(Side::External)] = socket;
  back_.relays[socket] = index;
}

void TcpProxy::event(std::uint32_t index, Side side, const TcpEvent& event) {
  Relay& relay = relays_[index];
  const std::size_t mine = stayalive::index(side);
  const Side far = opposite(side);
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      ledger_.proxy(relay.connection,
                    {self_, side, true, sim_.now(), leg(side).sockets.remote(relay.sockets[mine])});
      active(index);
      if (side == Side::Internal) connect(relay, index);
      return;
    case TcpEvent::Kind::Acknowledged:
      return;
    case TcpEvent::Kind::Delivered:
      active(index);
      return pass_on(relay, side, event.tag);
    case TcpEvent::Kind::PeerClosed: {
      relay.ended[mine] = true;
      const SocketId other = relay.sockets[stayalive::index(far)];
      if (relay.ended[stayalive::index(far)] || other == kNoSocket) {
        tell_timer(index, TimerChange::Kind::Closed);
        close(relay, side, false, SocketError::None, false);
        return close(relay, far, false, SocketError::None, false);
      }
      return leg(far).sockets.shutdown(other, sim_.now());
    }
    case TcpEvent::Kind::Closed:
      relay.sockets[mine] = kNoSocket;
      tell_timer(index, TimerChange::Kind::Closed);
      ledger_.proxy(relay.connection, {self_, side, false, sim_.now(), {}, event.error});
      return close(relay, far, false, SocketError::None, false);
  }
}

void TcpProxy::pass_on(Relay& relay, Side from, std::uint32_t tag) {
  const Role writer = from == Side::Internal ? Role::Client : Role::Server;
  const SocketId to = relay.sockets[index(opposite(from))];
  std::uint32_t& done = relay.relayed[index(from)];
  while (done < tag) {
    const Message* message = conversation(relay.connection).read(writer, ++done);
    if (message == nullptr || to == kNoSocket) continue;
    leg(opposite(from)).sockets.send(to, done, message->bytes, sim_.now());
  }
}

void TcpProxy::close(Relay& relay, Side side, bool reset, SocketError error, bool idle) {
  const SocketId socket = std::exchange(relay.sockets[index(side)], kNoSocket);
  if (socket == kNoSocket) return;
  leg(side).relays.erase(socket);
  ledger_.proxy(relay.connection, {self_, side, false, sim_.now(), {}, error, idle});
  if (reset) return leg(side).sockets.abort(socket, sim_.now());
  leg(side).sockets.close(socket, sim_.now());
}

void TcpProxy::active(std::uint32_t index) {
  Relay& relay = relays_[index];
  const bool first = relay.active_at == kNever;
  relay.active_at = sim_.now();
  tell_timer(index, first ? TimerChange::Kind::Started : TimerChange::Kind::Extended);
  if (setting_.idle_timeout == kForever) return;
  if (!relay.idle.valid()) relay.idle = sim_.add_alarm(self_, token(Target::Idle, index));
  sim_.set_alarm(relay.idle, later(sim_.now(), setting_.idle_timeout));
}

void TcpProxy::tell_timer(std::uint32_t index, TimerChange::Kind kind) {
  if (!sim_.tracing() || setting_.idle_timeout == kForever) return;
  const Relay& relay = relays_[index];
  TraceRecord record{sim_.now(), TraceKind::Timer, self_, Side::External, Packet{}, ""};
  record.packet.connection = relay.connection;
  record.timer.kind = kind;
  record.timer.flow = FlowId{index};
  record.timer.timer = "idle_timeout";
  record.timer.deadline = later(relay.active_at, setting_.idle_timeout);
  sim_.trace(record);
}

void TcpProxy::check_idle(std::uint32_t index) {
  Relay& relay = relays_[index];
  if (relay.sockets[0] == kNoSocket && relay.sockets[1] == kNoSocket) return;
  ledger_.log(relay.connection, self_,
              "closes both sides: idle for " + print_duration(setting_.idle_timeout));
  tell_timer(index, TimerChange::Kind::Expired);
  close(relay, Side::Internal, setting_.reset_when_idle, SocketError::None, true);
  close(relay, Side::External, setting_.reset_when_idle, SocketError::None, true);
}

void TcpProxy::Leg::transmit(const Packet& packet) {
  if (owner.sim_.tracing())
    owner.sim_.trace({owner.sim_.now(), TraceKind::Sent, owner.self_, side, packet, ""});
  owner.path_.send(owner.sim_, side == Side::External ? owner.inner_ + 1 : owner.inner_, side,
                   packet);
}

void TcpProxy::Leg::socket_event(SocketId socket, const TcpEvent& event) {
  const auto found = relays.find(socket);
  if (found != relays.end()) owner.event(found->second, side, event);
}

void TcpProxy::Leg::arm(SocketId socket, TimePoint due) {
  const Target target = side == Side::Internal ? Target::Front : Target::Back;
  alarms.set(owner.sim_, owner.self_, socket, token(target, socket), due);
}

void TcpProxy::walk(StateWalk& walk) {
  walk.still(sequences_.state(), next_port_, relays_.size());
  for (Leg* leg : {&front_, &back_}) {
    walk.still(leg->relays.size());
    leg->sockets.walk(walk);
  }
  for (Relay& relay : relays_) {
    walk.still(relay.sockets[0], relay.sockets[1], relay.ended[0], relay.ended[1]);
    for (std::uint32_t& tag : relay.relayed) walk.sequence(tag);
    walk.past(relay.active_at);
  }
}

}  // namespace stayalive
