// SPDX-License-Identifier: Apache-2.0
#include "probe/lab/lab_host.h"

#include <algorithm>
#include <utility>

#include "net/reset.h"

namespace stayalive {

std::uint32_t LabMessages::write(StreamId stream, const ProbeBytes& bytes) {
  std::vector<ProbeBytes>& messages = streams_[stream.value];
  messages.push_back(bytes);
  return static_cast<std::uint32_t>(messages.size());
}

const ProbeBytes* LabMessages::read(StreamId stream, std::uint32_t message) const {
  const auto found = streams_.find(stream.value);
  if (found == streams_.end() || message == 0 || message > found->second.size()) return nullptr;
  return &found->second[message - 1];
}

std::uint32_t LabHost::add(Endpoint local, Endpoint remote) {
  const std::uint32_t number = next_++;
  Socket& socket = sockets_[number];
  socket.stream = messages_->open();
  socket.tcp = std::make_unique<TcpConnection>(config_, local, remote,
                                               Origin{socket.stream, ConnectionId{0}},
                                               0x1000'0000u + number * 7919u);
  by_key_[{local, remote, Protocol::Tcp}] = number;
  return number;
}

std::uint32_t LabHost::connect(Endpoint local, Endpoint remote, TimePoint now, Outcome& out) {
  const std::uint32_t number = add(local, remote);
  TcpOutbox box;
  sockets_[number].tcp->open(now, box);
  settle(number, box, out);
  return number;
}

void LabHost::write(std::uint32_t connection, const ProbeBytes& bytes, TimePoint now,
                    Outcome& out) {
  const auto found = sockets_.find(connection);
  if (found == sockets_.end()) return;
  TcpOutbox box;
  const std::uint32_t message = messages_->write(found->second.stream, bytes);
  found->second.tcp->send(message, kProbeBytes, now, box);
  settle(connection, box, out);
}

void LabHost::finish(std::uint32_t connection, TimePoint now, Outcome& out) {
  const auto found = sockets_.find(connection);
  if (found == sockets_.end()) return;
  TcpOutbox box;
  found->second.tcp->shutdown(now, box);
  settle(connection, box, out);
}

void LabHost::abort(std::uint32_t connection, TimePoint now, Outcome& out) {
  const auto found = sockets_.find(connection);
  if (found == sockets_.end()) return;
  TcpOutbox box;
  found->second.aborted = true;
  found->second.tcp->abort(now, box);
  settle(connection, box, out);
}

void LabHost::receive(const Packet& segment, TimePoint now, Outcome& out) {
  const auto found = by_key_.find(key_of(segment).reversed());
  TcpOutbox box;
  if (found != by_key_.end()) {
    const std::uint32_t number = found->second;
    sockets_[number].tcp->receive(segment, now, box);
    settle(number, box, out);
    return;
  }
  const bool opens = segment.has(tcp_flag::kSyn) && !segment.has(tcp_flag::kAck);
  if (opens && segment.destination() == listener_) {
    const std::uint32_t number = add(segment.destination(), segment.source());
    sockets_[number].tcp->accept(segment, now, box);
    settle(number, box, out);
    return;
  }
  if (const auto reset = reset_for(segment)) out.packets.push_back(*reset);
}

void LabHost::pass(std::uint32_t number, TcpOutbox& from, Outcome& out) {
  Socket& socket = sockets_[number];
  const Endpoint local = socket.tcp->local();
  const Endpoint remote = socket.tcp->remote();
  for (const Packet& packet : from.packets) out.packets.push_back(packet);
  for (const TcpEvent& event : from.events) {
    switch (event.kind) {
      case TcpEvent::Kind::Established:
        out.events.push_back({LabEvent::Kind::Established, number, local, remote, {}});
        break;
      case TcpEvent::Kind::Delivered:
        while (socket.read < event.message) {
          const ProbeBytes* bytes = messages_->read(socket.tcp->peer_stream(), ++socket.read);
          if (bytes != nullptr)
            out.events.push_back({LabEvent::Kind::Read, number, local, remote, *bytes});
        }
        break;
      case TcpEvent::Kind::PeerClosed:
        out.events.push_back({LabEvent::Kind::Finished, number, local, remote, {}});
        break;
      case TcpEvent::Kind::Closed:
        if (socket.aborted || socket.told_end) break;
        socket.told_end = true;
        out.events.push_back(
            {event.error == SocketError::Reset ? LabEvent::Kind::Reset : LabEvent::Kind::Failed,
             number,
             local,
             remote,
             {}});
        break;
      default:
        break;
    }
  }
}

void LabHost::settle(std::uint32_t number, TcpOutbox& from, Outcome& out) {
  pass(number, from, out);
  const auto found = sockets_.find(number);
  if (found->second.tcp->state() != TcpState::Closed) return;
  const TcpConnection& tcp = *found->second.tcp;
  by_key_.erase({tcp.local(), tcp.remote(), Protocol::Tcp});
  messages_->forget(found->second.stream);
  sockets_.erase(found);
}

TimePoint LabHost::next_deadline() const {
  TimePoint next = kNever;
  for (const auto& entry : sockets_) next = std::min(next, entry.second.tcp->next_deadline());
  return next;
}

void LabHost::expire(TimePoint now, Outcome& out) {
  std::vector<std::uint32_t> due;
  for (const auto& entry : sockets_) {
    if (entry.second.tcp->next_deadline() <= now) due.push_back(entry.first);
  }
  for (const std::uint32_t number : due) {
    TcpOutbox box;
    sockets_[number].tcp->expire(now, box);
    settle(number, box, out);
  }
}

}  // namespace stayalive
