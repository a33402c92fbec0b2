// SPDX-License-Identifier: Apache-2.0
// How a host listens: handshakes, accept queues and the programs that take connections from them.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "app/host/host.h"
#include "base/text.h"
#include "net/reset.h"

namespace stayalive {
namespace {

std::string waits_where(const Server& server) {
  const std::size_t before = server.waiting() - 1;
  return "waits in the accept queue of " + server.spec().name +
         (before == 0 ? "" : ", " + std::to_string(before) + " before it");
}

}  // namespace

Server& Host::add(const ServerSpec& spec) {
  const auto index = static_cast<std::uint32_t>(servers_.size());
  servers_.push_back(
      {std::make_unique<Server>(spec), sim_.add_alarm(self_, token(Target::Self, index + 1))});
  return *servers_.back().server;
}

bool Host::stop_listening(Party& party, const Ending& ending) {
  if (party.shared != nullptr) return false;
  if (listeners_.erase({party.spec.server_port, party.connection}) == 0) return false;
  for (auto request = requests_.begin(); request != requests_.end();) {
    const auto next = std::next(request);
    if (request->second == &party) {
      sockets_.release(request->first);
      requests_.erase(request);
    }
    request = next;
  }
  // How a connection that it had accepted has ended is no longer changed.
  if (party.current == nullptr) {
    ledger_.side(party.connection, Role::Server,
                 SideEvent::end(SideEvent::Kind::Ended, sim_.now(), Outcome::Closed,
                                SocketError::None, ending));
  }
  ledger_.log(party.connection, self_, ending.message);
  return true;
}

Party* Host::listener(const Packet& syn) const {
  const MessageStore::Owner* owner = messages_.owner(syn.content.stream);
  if (owner == nullptr || owner->writer != Role::Client) return nullptr;
  const auto found = listeners_.find({syn.destination_port, owner->connection});
  return found == listeners_.end() ? nullptr : found->second;
}

// --- handshakes ---

void Host::receive_tcp(const Packet& packet) {
  const TimePoint now = kernel_time(sim_.now());
  const SocketId socket = sockets_.find(packet);
  if (socket != kNoSocket && !requests_.empty() && ignores(socket, packet)) return;
  if (socket != kNoSocket && sockets_.receive(socket, packet, now)) return;
  const bool opens =
      packet.has(tcp_flag::kSyn) && !packet.has(tcp_flag::kAck) && !packet.has(tcp_flag::kRst);
  Party* listening = opens ? listener(packet) : nullptr;
  if (listening == nullptr) return answer(packet);
  receive_syn(packet, *listening, now);
}

void Host::receive_syn(const Packet& syn, Party& listening, TimePoint now) {
  Server* server = listening.shared;
  const Server::Answer its = server == nullptr ? Server::Answer::Keep : server->answer_to_syn();
  if (its == Server::Answer::Drop) {
    ++listening.admission.dropped_syns;
    return drop(syn, listening.admission, "the queue of " + server->spec().name + " is full");
  }
  const auto sequence = static_cast<std::uint32_t>(sequences_.next());
  const SocketId request = sockets_.accept(listening.spec.tcp[index(Role::Server)], syn,
                                           origin_of(listening), sequence, now);
  requests_[request] = &listening;
  if (server == nullptr) return;
  // Nobody reads before it is accepted.
  sockets_.set_reading(request, false, now);
  if (its == Server::Answer::Keep) return server->handshake_begins();
  sockets_.make_cookie(request, now);
}

// Whether the kernel does not look at a segment that would end a handshake, since the accept queue
// takes no more (tcp_v4_syn_recv_sock in net/ipv4/tcp_ipv4.c).  Of a cookie it has kept nothing, so
// that its SYN is a new one.
bool Host::ignores(SocketId socket, const Packet& packet) {
  const auto request = requests_.find(socket);
  if (request == requests_.end() || request->second->shared == nullptr) return false;
  Party& party = *request->second;
  const Server& server = *party.shared;
  if (!server.full()) return false;
  const std::string full = "the queue of " + server.spec().name + " is full";
  const bool opens = packet.has(tcp_flag::kSyn) && !packet.has(tcp_flag::kAck);
  if (opens && sockets_.connection(socket).is_cookie()) {
    ++party.admission.dropped_syns;
    drop(packet, party.admission, full);
    return true;
  }
  if (!sockets_.connection(socket).would_establish(packet)) return false;
  ++party.admission.ignored;
  drop(packet, party.admission, full);
  sockets_.ignore_completion(socket);
  if (server.spec().rules.abort_on_overflow) {
    forget_request(request);
    sockets_.release(socket);
    answer(packet);
  }
  return true;
}

void Host::drop(const Packet& packet, Admission& books, const std::string& why) {
  books.last_dropped_at = sim_.now();
  if (sim_.tracing())
    sim_.trace({sim_.now(), TraceKind::Dropped, self_, config_.side, packet, why});
}

void Host::forget_request(std::map<SocketId, Party*>::iterator request) {
  Server* server = request->second->shared;
  if (server != nullptr && !sockets_.connection(request->first).is_cookie())
    server->handshake_ends();
  requests_.erase(request);
}

// The handshake is over: accept() returns in a program of its own, or the connection waits for it.
void Host::accept(SocketId socket, Party& party) {
  if (party.shared != nullptr) {
    const Endpoint local = sockets_.local(socket);
    const Endpoint remote = sockets_.remote(socket);
    party.shared->enqueue(socket, party, sim_.now());
    ++party.admission.waiting;
    party.current = nullptr;
    ledger_.side(party.connection, Role::Server,
                 {SideEvent::Kind::Opened, sim_.now(), local, remote});
    if (!party.shared->may_act()) ledger_.log(party.connection, self_, waits_where(*party.shared));
    return look_at_queue(*party.shared);
  }
  Program& program = run(party);
  owners_[socket] = &program;
  program.adopt(sim_.now(), socket);
}

// --- the accept queue ---

// What came for a connection that is not accepted yet.
void Host::note_waiting(SocketId socket, const TcpEvent& event) {
  for (const Serving& its : servers_) {
    Server::Waiting* waiting = its.server->find(socket);
    if (waiting == nullptr) continue;
    if (event.kind == TcpEvent::Kind::Delivered) waiting->delivered = event.message;
    waiting->octets += event.octets;
    if (event.kind == TcpEvent::Kind::PeerClosed) waiting->peer_closed = true;
    if (event.kind != TcpEvent::Kind::Closed) return;
    waiting->gone = true;
    messages_.close(sockets_.connection(socket).peer_stream());
    Party& party = *waiting->party;
    if (party.current != nullptr) return;
    ledger_.side(party.connection, Role::Server,
                 SideEvent::end(SideEvent::Kind::Ended, sim_.now(), outcome_of(event.error, true),
                                event.error, {"gone before it was accepted", 0}));
    return;
  }
}

void Host::release_place(Running& running) {
  if (running.server == nullptr) return;
  // It may rest now, and make room.
  if (!running.program->over()) return look_at_queue(*running.server);
  Server& server = *std::exchange(running.server, nullptr);
  server.released(*running.program, sim_.now());
  look_at_queue(server);
}

// Accepts later in this instant, and never while a socket reports.
void Host::look_at_queue(const Server& server) {
  if (!server.may_act()) return;
  for (const Serving& its : servers_) {
    if (its.server.get() == &server) sim_.set_alarm(its.alarm, sim_.now());
  }
}

void Host::serve(std::uint32_t index) {
  Server& server = *servers_[index].server;
  while (server.may_act()) {
    if (Program* idle = server.to_make_room()) {
      ++idle->party().admission.closed_idle;
      idle->make_room(sim_.now());
      Running& running = programs_[indices_[idle]];
      running.server = nullptr;
      server.released(*idle, sim_.now());
      arm_program(*idle);
    }
    const auto next = server.next();
    if (!next) return;
    const auto& [waiting, turn] = *next;
    Admission& books = waiting.party->admission;
    --books.waiting;
    const Duration waited = sim_.now() - waiting.since;
    if (waiting.gone || waiting.peer_closed) {
      ++books.left_waiting;
      books.last_left_waiting_at = sim_.now();
    }
    if (turn == Server::Turn::Forget) continue;
    if (turn == Server::Turn::TurnAway) {
      turn_away(server, waiting);
      continue;
    }
    ++books.accepted;
    if (waited > Duration::zero()) {
      ++books.waited;
      books.longest_wait = std::max(books.longest_wait, waited);
      ledger_.log(waiting.party->connection, self_,
                  server.spec().name + " accepts it after " + print_duration(waited));
    }
    serve(server, waiting);
  }
}

// accept() returns, and what has come meanwhile is there to be read.
void Host::serve(Server& server, const Server::Waiting& waiting) {
  Program& program = run(*waiting.party);
  programs_[indices_[&program]].server = &server;
  server.serves(program, sim_.now());
  owners_[waiting.socket] = &program;
  program.adopt(sim_.now(), waiting.socket);
  program.socket_event(sim_.now(), {TcpEvent::Kind::Established, 0, SocketError::None});
  // One that hangs reads when it goes on.
  if (!program.hangs()) sockets_.set_reading(waiting.socket, true, kernel_time(sim_.now()));
  if (waiting.octets > 0) {
    const auto kind = waiting.delivered > 0 ? TcpEvent::Kind::Delivered : TcpEvent::Kind::Octets;
    program.socket_event(sim_.now(), {kind, waiting.delivered, SocketError::None, waiting.octets});
  }
  if (waiting.peer_closed)
    program.socket_event(sim_.now(), {TcpEvent::Kind::PeerClosed, 0, SocketError::None});
  arm_program(program);
}

// What it has sent is not read, so that it meets a RST.
void Host::turn_away(const Server& server, const Server::Waiting& waiting) {
  Party& party = *waiting.party;
  ++party.admission.turned_away;
  messages_.close(sockets_.connection(waiting.socket).peer_stream());
  sockets_.close(waiting.socket, kernel_time(sim_.now()));
  const std::string why = "turned away: " + server.spec().name + " has " +
                          std::to_string(server.spec().rules.max_connections) +
                          " connections already";
  ledger_.log(party.connection, self_, why);
  if (party.current != nullptr) return;
  ledger_.side(party.connection, Role::Server,
               SideEvent::end(SideEvent::Kind::Ended, sim_.now(), Outcome::Closed,
                              SocketError::None, {why, 0}));
}

}  // namespace stayalive
