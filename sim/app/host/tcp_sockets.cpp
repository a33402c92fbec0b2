// SPDX-License-Identifier: Apache-2.0
#include "app/host/tcp_sockets.h"

#include <utility>

#include "base/check.h"

namespace stayalive {

SocketId TcpSockets::add(std::unique_ptr<Socket> socket) {
  const FlowKey key{socket->connection.local(), socket->connection.remote(), Protocol::Tcp};
  SocketId id = static_cast<SocketId>(sockets_.size());
  if (free_.empty()) {
    sockets_.push_back(std::move(socket));
  } else {
    id = free_.back();
    free_.pop_back();
    sockets_[id] = std::move(socket);
  }
  by_key_[key] = id;
  return id;
}

SocketId TcpSockets::take_up(const TcpConfig& config, const RestingTcp& resting) {
  const SocketId id = add(std::make_unique<Socket>(config, resting));
  settle(id);
  return id;
}

void TcpSockets::release(SocketId id) {
  CHECK(depth_ == 0 && !sockets_[id]->done, "a socket is released once, and while nobody reports");
  const TcpConnection& connection = sockets_[id]->connection;
  const auto found = by_key_.find(FlowKey{connection.local(), connection.remote(), Protocol::Tcp});
  if (found != by_key_.end() && found->second == id) by_key_.erase(found);
  arm(id, kNever);
  sockets_[id].reset();
  free_.push_back(id);
}

SocketId TcpSockets::open(const TcpConfig& config, Endpoint local, Endpoint remote, Origin origin,
                          std::uint32_t initial_sequence, TimePoint now) {
  const SocketId id =
      add(std::make_unique<Socket>(config, local, remote, origin, initial_sequence));
  sockets_[id]->connection.open(now, sockets_[id]->out);
  settle(id);
  return id;
}

SocketId TcpSockets::accept(const TcpConfig& config, const Packet& syn, Origin origin,
                            std::uint32_t initial_sequence, TimePoint now) {
  const SocketId id = add(
      std::make_unique<Socket>(config, syn.destination(), syn.source(), origin, initial_sequence));
  sockets_[id]->connection.accept(syn, now, sockets_[id]->out);
  settle(id);
  return id;
}

void TcpSockets::make_cookie(SocketId id, TimePoint now) {
  sockets_[id]->connection.make_cookie(now);
  settle(id);
}

bool TcpSockets::receive(const Packet& segment, TimePoint now) {
  const SocketId id = find(segment);
  return id != kNoSocket && receive(id, segment, now);
}

bool TcpSockets::receive(SocketId id, const Packet& segment, TimePoint now) {
  sockets_[id]->connection.receive(segment, now, sockets_[id]->out);
  // A new SYN may end a connection in TIME_WAIT; then it is the listener's.
  const bool renewed = segment.has(tcp_flag::kSyn) && !segment.has(tcp_flag::kAck) &&
                       sockets_[id]->connection.state() == TcpState::Closed;
  settle(id);
  return !renewed;
}

bool TcpSockets::receive_error(const QuotedPacket& quote, TimePoint now) {
  const SocketId id = find(quote);
  if (id == kNoSocket) return false;
  sockets_[id]->connection.receive_error(quote, now, sockets_[id]->out);
  settle(id);
  return true;
}

void TcpSockets::wake(SocketId id, TimePoint now) {
  // The socket that asked for this may be gone and its place taken; then this is an early wake-up,
  // which does nothing.
  if (!has(id)) return;
  Socket& socket = *sockets_[id];
  socket.armed = kNever;
  socket.connection.expire(now, socket.out);
  settle(id);
}

void TcpSockets::send(SocketId id, std::uint32_t message, std::uint32_t bytes, TimePoint now) {
  sockets_[id]->connection.send(message, bytes, now, sockets_[id]->out);
  settle(id);
}

void TcpSockets::hold(SocketId id, bool held, TimePoint now) {
  sockets_[id]->connection.hold(held, now, sockets_[id]->out);
  settle(id);
}

void TcpSockets::set_reading(SocketId id, bool reading, TimePoint now) {
  sockets_[id]->connection.set_reading(reading, now, sockets_[id]->out);
  settle(id);
}

void TcpSockets::shutdown(SocketId id, TimePoint now) {
  sockets_[id]->connection.shutdown(now, sockets_[id]->out);
  settle(id);
}

void TcpSockets::close(SocketId id, TimePoint now) {
  sockets_[id]->connection.close(now, sockets_[id]->out);
  settle(id);
}

void TcpSockets::abort(SocketId id, TimePoint now) {
  sockets_[id]->connection.abort(now, sockets_[id]->out);
  settle(id);
}

void TcpSockets::rearm_all() {
  for (SocketId id = 0; id < sockets_.size(); ++id) {
    if (!sockets_[id] || sockets_[id]->done) continue;
    sockets_[id]->armed = sockets_[id]->connection.next_deadline();
    user_.arm(id, sockets_[id]->armed);
  }
}

void TcpSockets::clear() {
  CHECK(depth_ == 0, "a kernel does not vanish while one of its sockets reports");
  by_key_.clear();
  closed_.clear();
  free_.clear();
  sockets_.clear();
}

void TcpSockets::settle(SocketId id) {
  Socket& socket = *sockets_[id];
  const std::size_t depth = depth_++;
  for (const Packet& packet : socket.out.packets) user_.transmit(packet);
  socket.out.packets.clear();
  if (socket.out.wait) [[unlikely]] {
    user_.came_in_time(id, *socket.out.wait);
    socket.out.wait.reset();
  }
  if (spares_.size() == depth) spares_.emplace_back();
  std::vector<TcpEvent> events = std::move(spares_[depth]);
  events.swap(socket.out.events);
  for (const TcpEvent& event : events) user_.socket_event(id, event);
  events.clear();
  spares_[depth] = std::move(events);
  --depth_;
  const bool closed = socket.connection.state() == TcpState::Closed;
  if (closed && !socket.done) {
    socket.done = true;
    closed_.push_back(id);
    const Endpoint local = socket.connection.local();
    const auto found = by_key_.find(FlowKey{local, socket.connection.remote(), Protocol::Tcp});
    if (found != by_key_.end() && found->second == id) by_key_.erase(found);
  }
  arm(id, closed ? kNever : socket.connection.next_deadline());
  if (depth_ == 0) reap();
}

void TcpSockets::arm(SocketId id, TimePoint due) {
  if (std::exchange(sockets_[id]->armed, due) != due) user_.arm(id, due);
}

void TcpSockets::reap() {
  for (const SocketId id : closed_) {
    user_.gone(id);
    sockets_[id].reset();
    free_.push_back(id);
  }
  closed_.clear();
}

void TcpSockets::walk(StateWalk& walk) {
  walk.still(sockets_.size(), free_.size());
  for (const std::unique_ptr<Socket>& socket : sockets_) {
    if (!socket) continue;
    walk.still(socket->done);
    walk.instant(socket->armed);
    socket->connection.walk(walk);
  }
}

}  // namespace stayalive
