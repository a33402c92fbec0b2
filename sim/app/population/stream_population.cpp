// SPDX-License-Identifier: Apache-2.0
#include "app/population/stream_population.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "net/reset.h"
#include "stack/timer/keepalive_step.h"
#include "strategy/strategy.h"

namespace stayalive {

StreamPopulation::StreamPopulation(const ConnectionSpec& spec, const Layout& layout,
                                   Simulation& sim, Path& path)
    : Population(spec, layout, sim, path),
      sequences_(layout.seed, spec.name, "initial sequence numbers"),
      members_(spec.population.count) {
  const StrategyKind* kind = find_strategy(spec.strategy);
  CHECK(kind != nullptr && kind->compact.tcp, "the strategy of a member has a compact form");
  for (const Role role : {Role::Client, Role::Server}) {
    first_sequences_[index(role)] = static_cast<std::uint32_t>(sequences_.next());
    if (!config(role).keepalive) continue;
    probe_timers_[index(role)].resize(members_.size());
    probes_[index(role)].resize(members_.size());
  }
  if (!spec.traffic.empty()) message_counts_.resize(members_.size());
  served_.reserve(members_.size());
  join(clients_, servers_);
  const std::vector<TimePoint> times = starts();
  for (std::size_t i = 0; i < times.size(); ++i) members_[i].begun = times[i];
  await_next_start(0);
}

void StreamPopulation::await_next_start(std::uint32_t member) {
  if (member < members_.size()) await_start(member, members_[member].begun);
}

// Members are told apart by a step that is coprime to the number of sequence numbers.
std::uint32_t StreamPopulation::sequence(Role role, std::uint32_t member) const {
  return first_sequences_[index(role)] + member * 0x9e37'79b9u;
}

std::uint32_t StreamPopulation::member_of(Role role, SocketId socket) const {
  return Population::member_of(kernels_[index(role)].sockets.connection(socket).stream(), role);
}

// --- coming and going ---

void StreamPopulation::client_wakes(std::uint32_t token) {
  const std::uint32_t member = token / kTimers;
  if (timer_of(token) == Timer::Start) return start(member);
  if (timer_of(token) == Timer::Leave) return leave(member);
  wake(Role::Client, token);
}

void StreamPopulation::start(std::uint32_t member) {
  await_next_start(member + 1);
  tell(member, Role::Client, SideEvent::Kind::Opening, layout_.server);
  end_state(Role::Client, member) = EndState::awake(
      sockets(Role::Client)
          .open(config(Role::Client), client_of(member), layout_.server,
                origin_of(member, Role::Client), sequence(Role::Client, member), sim_.now()));
  note_heard(Role::Client, end_state(Role::Client, member).socket(), kStart);
  arm_life(member);
}

void StreamPopulation::leave(std::uint32_t member) {
  EndState& client = end_state(Role::Client, member);
  if (client.is_awake()) sockets(Role::Client).release(client.socket());
  if (client.rests()) resting_memories_.release(client.memory());
  client = EndState::gone();
  if (probes(Role::Client)) probes_[index(Role::Client)].make_void(member);
  judge().left(member, sim_.now());
  let_rest(Role::Server, member);
  // Nobody will ever hear anything of a server's end that waits for its peer.
  EndState& server = end_state(Role::Server, member);
  if (!server.rests() || probes(Role::Server)) return;
  resting_memories_.release(server.memory());
  server = EndState::gone();
}

void StreamPopulation::wake(Role role, std::uint32_t token) {
  const std::uint32_t what = token / kTimers;
  switch (timer_of(token)) {
    case Timer::Keepalive:
      return probe_due(role, what);
    case Timer::Probes:
      return probes_due(role);
    case Timer::Unanswered:
      return unanswered_due(role);
    case Timer::Traffic:
      return write_traffic(role, what, traffic_of(token));
    case Timer::Socket: {
      TcpSockets& kernel = sockets(role);
      if (!kernel.has(what)) return;
      const std::uint32_t member = member_of(role, what);
      kernel.wake(what, sim_.now());
      return let_rest(role, member);
    }
    case Timer::Start:
    case Timer::Leave:
      return;
  }
}

// --- at rest ---

RestingStreams StreamPopulation::streams_of(Role role, std::uint32_t number) const {
  const Member& member = members_[number];
  const RestingMemory& remembered = resting_memories_[member.ends[index(role)].memory()];
  RestingStreams streams;
  streams.local = role == Role::Client ? client_of(number) : layout_.server;
  streams.remote = role == Role::Client ? layout_.server : member.peer;
  streams.origin = origin_of(number, role);
  streams.next = sequence(role, number) + remembered.initial_sequence +
                 static_cast<std::uint32_t>(remembered.memory.position);
  streams.receive_next = sequence(opposite(role), number) + remembered.receive_next;
  return streams;
}

TimePoint StreamPopulation::heard(Role role, std::uint32_t member) const {
  const ProbeTimer& timer = probe_timers_[index(role)][member];
  if (config(role).keepalive_style == KeepaliveStyle::Linux) return timer.last_ack;
  if (probes(opposite(role)))
    return last_heard(config(role), timer.last_ack,
                      probe_timers_[index(opposite(role))][member].last_answer);
  const Duration since = resting_memories_[end_state(role, member).memory()].last_answer;
  return last_heard(config(role), timer.last_ack, later(members_[member].begun, since));
}

void StreamPopulation::note_heard(Role role, SocketId socket, TimePoint at) {
  std::vector<TimePoint>& heard = heard_[index(role)];
  if (heard.size() <= socket) heard.resize(std::size_t{socket} + 1);
  heard[socket] = at;
}

TimePoint StreamPopulation::heard_at(std::uint32_t member, Role role) const {
  const EndState& mine = end_state(role, member);
  if (mine.is_awake()) return heard_[index(role)][mine.socket()];
  if (!mine.rests()) return kStart;
  const RestingMemory& history = resting_memories_[mine.memory()];
  const TimePoint begun = members_[member].begun;
  TimePoint at = later(begun, history.heard);
  at = std::max(at, probes(role) ? probe_timers_[index(role)][member].last_ack
                                 : later(begun, history.last_ack));
  const TimePoint answered = probes(opposite(role))
                                 ? probe_timers_[index(opposite(role))][member].last_answer
                                 : later(begun, history.last_answer);
  return answered == kNever ? at : std::max(at, answered);
}

TimePoint StreamPopulation::probes_at(Role role, std::uint32_t member) const {
  return next_probe(config(role), probe_timers_[index(role)][member].due, heard(role, member));
}

void StreamPopulation::await_probe(Role role, std::uint32_t member) {
  const TimePoint at = probes_at(role, member);
  ProbeList& probes = probes_[index(role)];
  // Kernels whose timers run late, and lines with jitter, put some out of order.
  if (!probes.takes(member, at)) {
    probes.make_void(member);
    return sim_.wake_at(at, node(role), token(member, Timer::Keepalive));
  }
  probes.push(member, at);
  if (std::exchange(probes.awaited, true)) return;
  wake_in_order(probe_lanes_[index(role)], at, role, token(0, Timer::Probes));
}

void StreamPopulation::probes_due(Role role) {
  constexpr std::size_t kForesight = 8;
  ProbeList& probes = probes_[index(role)];
  while (!probes.empty()) {
    const std::uint32_t member = probes.member();
    const bool valid = probes.is_valid(member);
    if (valid) {
      if (const TimePoint at = probes_at(role, member); at > sim_.now())
        return wake_in_order(probe_lanes_[index(role)], at, role, token(0, Timer::Probes));
    }
    probes.pop();
    if (probes.size() > kForesight) bring_near(probes.member(kForesight));
    if (valid) probe_due(role, member);
  }
  probes.awaited = false;
}

void StreamPopulation::probe_due(Role role, std::uint32_t member) {
  EndState& mine = end_state(role, member);
  // One that woke up, or whose probe is on its way, has other timers.
  if (!mine.rests() || mine.probing()) return;
  const TimePoint now = sim_.now();
  // It may have heard its peer since this wake-up was armed.
  if (probes_at(role, member) != now) return await_probe(role, member);
  const Duration idle = now - heard(role, member);
  if (keepalive_step(config(role), idle, 0, false, {}).action != KeepaliveStep::Action::Probe) {
    awaken(role, member);
    return;
  }
  mine.set_probing(true);
  probes_[index(role)].make_void(member);
  ProbeTimer& timer = probe_timers_[index(role)][member];
  timer.due = after_probe(config(role), resting_memories_[mine.memory()].memory, now);
  unanswered_[index(role)].push() = {timer.due, member};
  if (!std::exchange(unanswered_awaited_[index(role)], true))
    sim_.wake_at(unanswered_[index(role)].front().due, node(role), token(0, Timer::Unanswered));
  put_on_wire(role, probe_at_rest(config(role), streams_of(role, member)));
}

bool StreamPopulation::is_answered(Role role, const Unanswered& probe) const {
  const EndState& prober = end_state(role, probe.member);
  return !prober.rests() || !prober.probing() ||
         probe_timers_[index(role)][probe.member].due != probe.due;
}

// Nearly all probes are answered before their timers run out.
void StreamPopulation::unanswered_due(Role role) {
  Ring<Unanswered>& probes = unanswered_[index(role)];
  while (!probes.empty()) {
    const Unanswered first = probes.front();
    if (!is_answered(role, first)) {
      if (first.due > sim_.now())
        return sim_.wake_at(first.due, node(role), token(0, Timer::Unanswered));
      awaken(role, first.member);
    }
    probes.pop();
  }
  unanswered_awaited_[index(role)] = false;
}

bool StreamPopulation::receive_at_rest(Role role, std::uint32_t member, const Packet& packet) {
  const TimePoint now = sim_.now();
  const RestingStreams streams = streams_of(role, member);
  EndState& mine = end_state(role, member);
  if (mine.probing() && is_answer(packet, streams)) {
    mine.set_probing(false);
    const RestingMemory& remembered = resting_memories_[mine.memory()];
    if (tells_window(packet, remembered.memory)) {
      RestingMemory told = remembered;
      told.memory = with_window_of(packet, remembered.memory);
      resting_memories_.release(mine.memory());
      mine = EndState::resting(resting_memories_.add(told));
    }
    probe_timers_[index(role)][member].last_ack = now;
    await_probe(role, member);
    Ring<Unanswered>& unanswered = unanswered_[index(role)];
    while (!unanswered.empty() && is_answered(role, unanswered.front())) unanswered.pop();
    return true;
  }
  if (!probes(opposite(role)) || !is_probe(packet, streams)) return false;
  TimePoint& last_answer = probe_timers_[index(opposite(role))][member].last_answer;
  if (answers_too_soon(config(role), last_answer, now)) return true;
  // What its own timer did before it heard this, it did without having heard it.
  if (probes(role) && !mine.probing()) {
    ProbeTimer& timer = probe_timers_[index(role)][member];
    timer.due = keepalive_timer(config(role), timer.due, heard(role, member), now);
  }
  last_answer = now;
  // A style that counts this as a sign of life probes later for it.
  if (probes(role) && !mine.probing() && probes_[index(role)].is_valid(member) &&
      config(role).keepalive_style != KeepaliveStyle::Linux)
    await_probe(role, member);
  put_on_wire(role, answer_at_rest(config(role), streams));
  return true;
}

void StreamPopulation::let_rest(Role role, std::uint32_t member) {
  EndState& mine = end_state(role, member);
  if (!mine.is_awake()) return;
  const std::optional<RestingTcp> resting = sockets(role).connection(mine.socket()).rest();
  if (!resting) return;
  const TimePoint begun = members_[member].begun;
  RestingMemory remembered;
  remembered.memory = resting->memory;
  const AcknowledgmentDelay& delay = resting->memory.acknowledgment;
  remembered.memory.acknowledgment = delay.with_last_data(kStart + (delay.last_data() - begun));
  remembered.initial_sequence = resting->initial_sequence - sequence(role, member);
  remembered.receive_next = resting->receive_next - sequence(opposite(role), member);
  if (probes(role)) {
    ProbeTimer& timer = probe_timers_[index(role)][member];
    timer.last_ack = resting->last_ack;
    timer.due = resting->keepalive_due;
  } else {
    remembered.last_ack = resting->last_ack - begun;
  }
  if (probes(opposite(role))) {
    probe_timers_[index(opposite(role))][member].last_answer = resting->last_answer;
  } else if (resting->last_answer != kNever) {
    remembered.last_answer = resting->last_answer - begun;
  }
  const TimePoint heard = heard_[index(role)][mine.socket()];
  sockets(role).release(mine.socket());
  mine = EndState::resting(resting_memories_.add(remembered));
  if (heard > heard_at(member, role)) {
    resting_memories_.release(mine.memory());
    remembered.heard = heard - begun;
    mine = EndState::resting(resting_memories_.add(remembered));
  }
  if (probes(role)) await_probe(role, member);
}

SocketId StreamPopulation::awaken(Role role, std::uint32_t member) {
  EndState& mine = end_state(role, member);
  if (mine.is_awake()) return mine.socket();
  const RestingMemory& remembered = resting_memories_[mine.memory()];
  const RestingStreams streams = streams_of(role, member);
  const TimePoint begun = members_[member].begun;
  RestingTcp resting;
  resting.local = streams.local;
  resting.remote = streams.remote;
  resting.origin = streams.origin;
  resting.peer_stream = stream_of(member, opposite(role));
  resting.initial_sequence = sequence(role, member) + remembered.initial_sequence;
  resting.receive_next = streams.receive_next;
  resting.probing = mine.probing();
  resting.memory = remembered.memory;
  const AcknowledgmentDelay& delay = remembered.memory.acknowledgment;
  resting.memory.acknowledgment = delay.with_last_data(begun + (delay.last_data() - kStart));
  resting.last_ack = begun + remembered.last_ack;
  resting.last_answer = later(begun, remembered.last_answer);
  if (probes(opposite(role)))
    resting.last_answer = probe_timers_[index(opposite(role))][member].last_answer;
  if (probes(role)) {
    const ProbeTimer& timer = probe_timers_[index(role)][member];
    resting.last_ack = timer.last_ack;
    resting.keepalive_due =
        mine.probing() ? timer.due
                       : keepalive_timer(config(role), timer.due, heard(role, member), sim_.now());
  }
  if (probes(role)) probes_[index(role)].make_void(member);
  const TimePoint heard = heard_at(member, role);
  resting_memories_.release(mine.memory());
  mine = EndState::awake(sockets(role).take_up(config(role), resting));
  mine.set_established();
  note_heard(role, mine.socket(), heard);
  return mine.socket();
}

// --- packets ---

void StreamPopulation::client_receives(const Packet& packet) {
  const std::uint32_t member = member_at(packet.destination_address);
  if (end_state(Role::Client, member).is_gone()) return;
  // What a NAT brings here that was for another member is in nobody's books.
  const bool stray = !is_of(member, packet);
  if (!stray) count_received(Role::Client, packet);
  if (packet.protocol == Protocol::Icmp) return receive_error(Role::Client, packet);
  if (end_state(Role::Client, member).rests()) {
    if (receive_at_rest(Role::Client, member, packet)) return;
    awaken(Role::Client, member);
  }
  const SocketId socket = sockets(Role::Client).find(packet);
  if (socket != kNoSocket) {
    (void)receive_awake(Role::Client, socket, packet);
  } else if (const std::optional<Packet> reset = reset_for(packet)) {
    let_rest(Role::Client, member);
    stray ? send_uncounted(Role::Client, *reset) : put_on_wire(Role::Client, *reset);
  }
}

void StreamPopulation::server_receives(const Packet& packet) {
  count_received(Role::Server, packet);
  if (packet.protocol == Protocol::Icmp) return receive_error(Role::Server, packet);
  const bool opens =
      packet.has(tcp_flag::kSyn) && !packet.has(tcp_flag::kAck) && !packet.has(tcp_flag::kRst);
  const std::uint32_t member = served_at(packet.source());
  if (member != FlatIndex::kNone) {
    // A client that has left leaves its endpoint to another.
    if (end_state(Role::Server, member).is_gone() && !opens) return;
    if (end_state(Role::Server, member).rests()) {
      if (receive_at_rest(Role::Server, member, packet)) return;
      awaken(Role::Server, member);
    }
  }
  const SocketId socket = sockets(Role::Server).find(packet);
  if (socket != kNoSocket && receive_awake(Role::Server, socket, packet)) return;
  if (opens) return accept(packet);
  if (const std::optional<Packet> reset = reset_for(packet)) put_on_wire(Role::Server, *reset);
}

// ICMP errors concern what is in flight, and of one that rests nothing is.
void StreamPopulation::receive_error(Role role, const Packet& packet) {
  const QuotedPacket quote = quoted(packet);
  TcpSockets& kernel = sockets(role);
  const SocketId socket = kernel.find(quote);
  if (socket == kNoSocket) return;
  const std::uint32_t member = member_of(role, socket);
  if (is_of(member, packet) && end_state(role, member).is(socket))
    note_heard(role, socket, sim_.now());
  kernel.receive_error(quote, sim_.now());
  let_rest(role, member);
}

// False when the segment is not for the socket after all.
bool StreamPopulation::receive_awake(Role role, SocketId socket, const Packet& packet) {
  const std::uint32_t member = member_of(role, socket);
  if (is_of(member, packet)) note_heard(role, socket, sim_.now());
  const bool received = sockets(role).receive(socket, packet, sim_.now());
  let_rest(role, member);
  return received;
}

// The server learns whose client calls from the stream of its SYN, as a real one would from the
// first message.
void StreamPopulation::accept(const Packet& syn) {
  const std::uint32_t member = member_of(syn.content.stream, Role::Client);
  DCHECK(member < members_.size(), "only its own members know the server's address");
  EndState& mine = end_state(Role::Server, member);
  if (mine.is_gone()) return;
  // Another socket of the member goes on alone, or its segments are still under way, and nobody
  // shall take this one for it.
  const bool first = mine.is_absent() && members_[member].peer == Endpoint{};
  if (mine.rests()) awaken(Role::Server, member);
  if (mine.is_awake()) serve_no_more(member);
  const std::uint32_t begin =
      first ? sequence(Role::Server, member) : static_cast<std::uint32_t>(sequences_.next());
  serve_at(syn.source(), member);
  mine = EndState::awake(
      sockets(Role::Server)
          .accept(config(Role::Server), syn, origin_of(member, Role::Server), begin, sim_.now()));
  note_heard(Role::Server, mine.socket(), sim_.now());
  let_rest(Role::Server, member);
}

// --- whom the server serves ---

std::uint64_t StreamPopulation::hash_of(Endpoint peer) const {
  return FlowKey{peer, layout_.server, Protocol::Tcp}.hash();
}

std::uint32_t StreamPopulation::served_at(Endpoint peer) const {
  return served_.find(hash_of(peer),
                      [&](std::uint32_t member) { return members_[member].peer == peer; });
}

void StreamPopulation::serve_at(Endpoint peer, std::uint32_t member) {
  const std::uint64_t hash = hash_of(peer);
  const std::uint32_t before = served_at(peer);
  if (before != FlatIndex::kNone) {
    served_.replace(hash, before, member);
  } else {
    served_.insert(hash, member);
  }
  members_[member].peer = peer;
}

void StreamPopulation::serve_no_more(std::uint32_t member) {
  served_.erase(hash_of(members_[member].peer), member);
}

void StreamPopulation::socket_event(Role role, SocketId socket, const TcpEvent& event) {
  const std::uint32_t member = member_of(role, socket);
  // A socket that the member has replaced or closed goes on alone.
  if (!end_state(role, member).is(socket)) return;
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      end_state(role, member).set_established();
      if (role == Role::Server) number_waiting(member);
      tell(member, role, SideEvent::Kind::Opened, sockets(role).remote(socket));
      return write_waiting(role, member);
    case TcpEvent::Kind::Acknowledged:
    case TcpEvent::Kind::Octets:
      return;
    case TcpEvent::Kind::Delivered:
      return delivered(opposite(role), member, event.message);
    case TcpEvent::Kind::PeerClosed:
      ended(role, member, SocketError::None);
      return sockets(role).close(socket, sim_.now());
    case TcpEvent::Kind::Closed:
      return ended(role, member, event.error);
  }
}

void StreamPopulation::ended(Role role, std::uint32_t member, SocketError error) {
  if (role == Role::Server && !end_state(role, member).is_open()) {
    // It was the listener's, and nobody has heard of it.
    serve_no_more(member);
    end_state(role, member) = EndState();
    return;
  }
  SideEvent event{SideEvent::Kind::Ended, sim_.now()};
  event.error = error;
  event.outcome = outcome_of(error, end_state(role, member).is_open());
  judge().side(member, role, std::move(event));
  end_state(role, member) = EndState::over();
  if (role == Role::Server) serve_no_more(member);
  waiting_[index(role)].erase(member);
}

// What a client says to a stray of another member is in nobody's books.
void StreamPopulation::transmit(Role role, const Packet& packet) {
  const bool stray = role == Role::Client && !is_of(member_at(packet.source_address), packet);
  stray ? send_uncounted(role, packet) : put_on_wire(role, packet);
}

void StreamPopulation::arm(Role role, SocketId socket, TimePoint due) {
  alarms_[index(role)].set(sim_, node(role), socket, token(socket, Timer::Socket), due);
}

}  // namespace stayalive
