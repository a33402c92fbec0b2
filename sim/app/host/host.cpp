// SPDX-License-Identifier: Apache-2.0
#include "app/host/host.h"

#include <algorithm>

#include "base/check.h"
#include "net/reset.h"

namespace stayalive {

Host::Host(Config config, Simulation& sim, Path& path, MessageStore& messages, Ledger& ledger)
    : config_(std::move(config)),
      sim_(sim),
      path_(path),
      messages_(messages),
      ledger_(ledger),
      sequences_(config_.seed, config_.name, "initial sequence numbers"),
      sockets_(*this) {}

Host::~Host() = default;

void Host::set_self(NodeId self) {
  self_ = self;
  path_.add_host(config_.side, config_.address, self_);
}

std::uint32_t Host::token(Target target, std::uint32_t index) {
  return index << 2 | static_cast<std::uint32_t>(target);
}

// --- programs ---

void Host::add(Party& party) {
  parties_.push_back(&party);
  ledger_.attach(party.connection, party.role, self_);
  if (party.role == Role::Server) return listen(party);
  Program& program = run(party);
  const std::uint32_t index = indices_[&program];
  if (party.dispatcher == nullptr) sim_.set_alarm(programs_[index].alarm, party.spec.start);
}

void Host::add(Session& session) {
  const auto index = static_cast<std::uint32_t>(sessions_.size());
  sessions_.push_back({&session, sim_.add_alarm(self_, token(Target::Session, index))});
  session_indices_[&session] = index;
  arm_session(index);
}

void Host::arm_session(std::uint32_t index) {
  const Session& session = *sessions_[index].session;
  const TimePoint due = session.started() ? session.next_deadline() : session.begins();
  sim_.set_alarm(sessions_[index].alarm, std::max(due, sim_.now()));
}

// What it does to its programs changes when they are due.
void Host::wake_session(std::uint32_t index) {
  Session& session = *sessions_[index].session;
  if (session.started()) {
    session.expire(sim_.now());
  } else if (sim_.now() >= session.begins()) {
    session.start(sim_.now());
  }
  for (const Party* party : session.parties()) set_alarm_of(indices_[party->current]);
  arm_session(index);
}

void Host::listen(Party& party) {
  if (!party.spec.listens) return;
  if (party.spec.transport == Transport::Tcp) {
    // A TCP listener needs no program until somebody connects.
    listeners_[{party.spec.server_port, party.connection}] = &party;
    return;
  }
  Program& program = run(party);
  program.listen_udp(sim_.now());
  arm_program(program);
}

bool Host::hang(Party& party, TimePoint until) {
  if (power_ == Power::Off) return false;
  party.hung_until = until;
  bool any = party.role == Role::Server;
  for (std::uint32_t i = 0; i < programs_.size(); ++i) {
    Program& program = *programs_[i].program;
    if (&program.party() != &party || !program.started() || program.over()) continue;
    any = true;
    program.hang(sim_.now(), until);
    arm_program(i);
  }
  return any;
}

Program& Host::run(Party& party) {
  Kernel& kernel = *this;
  const auto index = static_cast<std::uint32_t>(programs_.size());
  programs_.push_back({std::make_unique<Program>(party, kernel),
                       sim_.add_alarm(self_, token(Target::Program, index))});
  Program& program = *programs_.back().program;
  indices_[&program] = index;
  party.current = &program;
  return program;
}

void Host::arm_program(Program& program) { arm_program(indices_[&program]); }

void Host::set_alarm_of(std::uint32_t index) {
  Running& running = programs_[index];
  sim_.set_alarm(running.alarm, std::max(running.program->next_deadline(), sim_.now()));
}

void Host::arm_program(std::uint32_t index) {
  set_alarm_of(index);
  release_place(programs_[index]);
  const Dispatcher* dispatcher = programs_[index].program->party().dispatcher;
  if (dispatcher != nullptr) arm_session(session_indices_[dispatcher]);
}

// --- events ---

void Host::wake(Simulation&, std::uint32_t event) {
  const auto target = static_cast<Target>(event & 3);
  const std::uint32_t index = event >> 2;
  if (target == Target::Self && index == 0) {
    if (sim_.now() < power_until_) return;
    return power_ == Power::Off ? boot() : resume();
  }
  // While it sleeps or is off, nothing runs; resume() looks after what came due meanwhile.
  if (power_ != Power::On) return;
  if (target == Target::Socket) return sockets_.wake(index, kernel_time(sim_.now()));
  if (target == Target::Session) return wake_session(index);
  if (target == Target::Self) return serve(index - 1);
  if (index >= programs_.size()) return;
  Running& running = programs_[index];
  Program& program = *running.program;
  if (program.party().role == Role::Client && !program.started()) {
    if (sim_.now() >= program.party().spec.start) program.start(sim_.now());
  } else {
    program.expire(sim_.now());
  }
  arm_program(index);
}

void Host::receive(Simulation&, Side, const Packet& packet) {
  if (power_ != Power::On) {
    if (sim_.tracing()) {
      const std::string why = config_.name + (power_ == Power::Off ? " is down" : " is asleep");
      sim_.trace({sim_.now(), TraceKind::Dropped, self_, config_.side, packet, why});
    }
    return;
  }
  if (sim_.tracing()) sim_.trace({sim_.now(), TraceKind::Arrived, self_, config_.side, packet, ""});
  ledger_.received(self_, packet);
  switch (packet.protocol) {
    case Protocol::Tcp:
      return receive_tcp(packet);
    case Protocol::Udp:
      return receive_udp(packet);
    case Protocol::Icmp:
      return receive_icmp(packet);
    case Protocol::Watch:
      return;  // watchers stand on the path
  }
}

// A datagram of somebody else's, such as a stray that was for whom a NAT gave this port before, is
// for none of the programs here.
Program* Host::recipient(const Packet& datagram) const {
  const MessageStore::Owner* owner = messages_.owner(datagram.content.stream);
  if (owner == nullptr) return nullptr;
  const auto found = udp_.find({datagram.destination_port, owner->connection});
  if (found == udp_.end() || found->second->party().role == owner->writer) return nullptr;
  return found->second;
}

Program* Host::sender(const QuotedPacket& quote) const {
  const std::uint16_t port = quote.source.port;
  for (auto at = udp_.lower_bound({port, ConnectionId{0}});
       at != udp_.end() && at->first.first == port; ++at) {
    if (at->second->sends_to(quote.destination)) return at->second;
  }
  return nullptr;
}

void Host::receive_udp(const Packet& packet) {
  Program* program = recipient(packet);
  if (program == nullptr) return answer(packet);
  program->datagram(sim_.now(), packet);
  arm_program(*program);
}

void Host::receive_icmp(const Packet& packet) {
  const QuotedPacket quote = quoted(packet);
  if (quote.protocol == Protocol::Tcp) {
    sockets_.receive_error(quote, kernel_time(sim_.now()));
    return;
  }
  if (Program* program = sender(quote)) program->datagram_refused(sim_.now(), quote);
}

void Host::answer(const Packet& packet) {
  if (packet.protocol == Protocol::Udp) {
    const Packet error = icmp_error(config_.address, Unreachable::Port, packet);
    if (config_.limits_icmp && !icmp_limit_.allows(error, sim_.now())) return;
    return transmit(error);
  }
  if (const std::optional<Packet> reset = reset_for(packet)) transmit(*reset);
}

// --- the kernel ---

// Of a new TCP socket of this party.
Origin Host::origin_of(const Party& party) {
  return {messages_.open(party.connection, party.role, Transport::Tcp), party.connection};
}

std::uint16_t Host::ephemeral_port() {
  const std::uint16_t port = next_port_;
  next_port_ = port == EphemeralPorts::kHighest ? EphemeralPorts::kLowest
                                                : static_cast<std::uint16_t>(port + 1);
  return port;
}

SocketId Host::connect(Program& program, Endpoint remote) {
  const ConnectionSpec& spec = program.party().spec;
  const bool first = program.party().sessions == 1;
  const std::uint16_t port = spec.client_port != 0 && first ? spec.client_port : ephemeral_port();
  const auto sequence = static_cast<std::uint32_t>(sequences_.next());
  const SocketId socket =
      sockets_.open(spec.tcp[index(program.party().role)], {config_.address, port}, remote,
                    origin_of(program.party()), sequence, kernel_time(sim_.now()));
  owners_[socket] = &program;
  return socket;
}

void Host::close(SocketId socket) {
  owners_.erase(socket);
  sockets_.close(socket, kernel_time(sim_.now()));
}

Endpoint Host::bind_udp(Program& program, std::uint16_t port) {
  if (port == 0) port = ephemeral_port();
  udp_[{port, program.party().connection}] = &program;
  return {config_.address, port};
}

void Host::unbind_udp(std::uint16_t port, Program& program) {
  udp_.erase({port, program.party().connection});
}

void Host::send_datagram(const Packet& datagram) { transmit(datagram); }

void Host::transmit(const Packet& packet) {
  const Side towards = opposite(config_.side);
  const auto drop = [&](const char* why) {
    if (sim_.tracing()) sim_.trace({sim_.now(), TraceKind::Dropped, self_, towards, packet, why});
  };
  if (packet.source_address != config_.address) return drop("the host has this address no more");
  if (!config_.routes_to_private && is_private(packet.destination_address))
    return drop("the host has no route to this address");
  if (sim_.tracing()) sim_.trace({sim_.now(), TraceKind::Sent, self_, towards, packet, ""});
  ledger_.sent(self_, packet);
  path_.send(sim_, path_.end_wire(config_.side), towards, packet);
}

void Host::socket_event(SocketId socket, const TcpEvent& event) {
  if (const auto request = requests_.find(socket); request != requests_.end()) {
    Party& party = *request->second;
    forget_request(request);
    if (event.kind == TcpEvent::Kind::Established) accept(socket, party);
  }
  const auto found = owners_.find(socket);
  if (found == owners_.end()) return note_waiting(socket, event);
  Program& program = *found->second;
  if (event.kind == TcpEvent::Kind::Closed) owners_.erase(found);
  program.socket_event(sim_.now(), event);
  arm_program(program);
}

void Host::came_in_time(SocketId socket, const CloseGiveUp& wait) {
  const auto found = owners_.find(socket);
  if (found != owners_.end()) found->second->kernel_was_near(wait);
}

void Host::arm(SocketId socket, TimePoint due) {
  socket_alarms_.set(sim_, self_, socket, token(Target::Socket, socket), later(due, slept_));
}

// --- power ---

void Host::crash(TimePoint until) {
  power_ = Power::Off;
  power_until_ = until;
  for (Party* party : parties_) party->hung_until = kStart;
  for (Running& running : programs_) running.program->host_down(sim_.now());
  for (const Dispatching& its : sessions_) its.session->host_down(sim_.now());
  owners_.clear();
  requests_.clear();
  for (Running& running : programs_) running.server = nullptr;
  for (const Serving& its : servers_) its.server->clear(sim_.now());
  icmp_limit_.clear();
  udp_.clear();
  sockets_.clear();
  socket_alarms_.clear(sim_);
  sim_.wake_at(until, self_, token(Target::Self, 0));
}

void Host::boot() {
  power_ = Power::On;
  power_until_ = kNever;
  for (Party* party : parties_) {
    if (party->role == Role::Server) listen(*party);
  }
  for (std::uint32_t i = 0; i < programs_.size(); ++i) {
    if (!await_start(i)) arm_program(i);
  }
  for (std::uint32_t i = 0; i < sessions_.size(); ++i) arm_session(i);
}

// A client whose time to start came while the host was away starts now.
bool Host::await_start(std::uint32_t index) {
  Running& running = programs_[index];
  const Program& program = *running.program;
  if (program.party().role != Role::Client || program.started()) return false;
  if (program.party().dispatcher != nullptr) return true;
  sim_.set_alarm(running.alarm, std::max(program.party().spec.start, sim_.now()));
  return true;
}

void Host::suspend(TimePoint until) {
  if (power_ != Power::On) return;
  power_ = Power::Asleep;
  power_until_ = until;
  asleep_since_ = sim_.now();
  sim_.wake_at(until, self_, token(Target::Self, 0));
}

void Host::resume() {
  power_ = Power::On;
  power_until_ = kNever;
  slept_ += sim_.now() - asleep_since_;
  for (std::uint32_t i = 0; i < programs_.size(); ++i) {
    Program& program = *programs_[i].program;
    if (await_start(i)) continue;
    program.expire(sim_.now());
    arm_program(i);
  }
  for (std::uint32_t i = 0; i < sessions_.size(); ++i) wake_session(i);
  for (const Serving& its : servers_) look_at_queue(*its.server);
  sockets_.rearm_all();
}

void Host::change_address(AddressId address) {
  path_.remove_host(config_.side, config_.address);
  config_.address = address;
  path_.add_host(config_.side, address, self_);
  for (Running& running : programs_) running.program->address_changed(sim_.now());
}

// Requests are sockets, too, and who listens changes only when the scenario says so.
void Host::walk(StateWalk& walk) {
  walk.still(config_.address, sequences_.state(), owners_.size(), udp_.size(), programs_.size(),
             power_, slept_, next_port_);
  walk.instant(power_until_);
  walk.past(asleep_since_);
  icmp_limit_.walk(walk);
  sockets_.walk(walk);
  for (Running& running : programs_) running.program->walk(walk);
  for (const Dispatching& its : sessions_) its.session->walk(walk);
  for (const Serving& its : servers_) its.server->walk(walk);
}

}  // namespace stayalive
