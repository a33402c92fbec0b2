// SPDX-License-Identifier: Apache-2.0
#include "app/population/datagram_population.h"

#include <optional>
#include <utility>

#include "base/check.h"
#include "strategy/strategy.h"

namespace stayalive {

DatagramPopulation::DatagramPopulation(const ConnectionSpec& spec, const Layout& layout,
                                       Simulation& sim, Path& path)
    : Population(spec, layout, sim, path),
      rules_(rules_of(spec)),
      waits_(layout.seed, spec.name, "keepalive jitter"),
      members_(spec.population.count) {
  for (const Role role : {Role::Client, Role::Server}) {
    for (std::size_t event = 0; event < kPingEvents; ++event)
      moves_[index(role)][event] = rules_.may_move(role, static_cast<PingEvent>(event));
  }
  if (rules_.pings[index(Role::Server)]) server_pings_.resize(members_.size(), kNever);
  join(clients_, servers_);
  const std::vector<TimePoint> times = starts();
  for (std::size_t i = 0; i < times.size(); ++i) members_[i].next_ping = times[i];
  await_next_start(0);
}

PingRules DatagramPopulation::rules_of(const ConnectionSpec& spec) {
  const StrategyKind* kind = find_strategy(spec.strategy);
  CHECK(kind != nullptr && kind->compact.udp, "the strategy of a member has a compact form");
  return kind->compact.pings == nullptr ? PingRules{} : kind->compact.pings(spec.options);
}

void DatagramPopulation::await_next_start(std::uint32_t member) {
  if (member < members_.size()) await_start(member, members_[member].next_ping);
}

// Who is not there, or has left, will do nothing at the instant noted.
void DatagramPopulation::walk(StateWalk& walk) {
  walk_books(walk);
  walk.still(waits_.state(), waiting_.size());
  icmp_limit_.walk(walk);
  for (auto& [member, messages] : waiting_) walk.still(messages.size());
  for (Member& member : members_) {
    walk.still(member.active, member.peer);
    member.active ? walk.instant(member.next_ping) : walk.past(member.next_ping);
  }
  for (TimePoint& at : server_pings_) walk.instant(at);
}

// --- time ---

void DatagramPopulation::client_wakes(std::uint32_t event) {
  const std::uint32_t member = event / kTimers;
  const Timer timer = timer_of(event);
  if (timer == Timer::Start) return start(member);
  if (!members_[member].active) return;
  if (timer == Timer::Keepalive) return ping_due<Role::Client>(member);
  if (timer == Timer::Leave) {
    members_[member].active = false;
    return judge().left(member, sim_.now());
  }
  write_traffic(member, traffic_of(event));
}

void DatagramPopulation::server_wakes(std::uint32_t event) {
  const std::uint32_t member = event / kTimers;
  if (timer_of(event) == Timer::Keepalive) return ping_due<Role::Server>(member);
  // The server does not know that a member has left, but writes no more for it.
  if (!members_[member].active) return;
  write_traffic(member, traffic_of(event));
}

void DatagramPopulation::start(std::uint32_t member) {
  members_[member].active = true;
  tell(member, Role::Client, SideEvent::Kind::Opened, layout_.server);
  await_next_start(member + 1);
  members_[member].next_ping = kNever;
  happened<Role::Client, PingEvent::Opened>(member);
  arm_life(member);
}

// All waits are of one length, so that they end in order; with jitter they do not.
template <Role kRole, PingEvent kEvent>
void DatagramPopulation::move_ping(std::uint32_t member) {
  const std::optional<TimePoint> at = rules_.next_ping(kRole, kEvent, sim_.now(), {}, waits_);
  if (!at) return;
  next_ping<kRole>(member) = *at;
  const std::uint32_t what = token(member, Timer::Keepalive);
  if (rules_.jitter == Duration::zero()) {
    wake_in_order(ping_lanes_[index(kRole)], *at, kRole, what);
  } else {
    sim_.wake_at(*at, node(kRole), what);
  }
}

template <Role kRole>
void DatagramPopulation::ping_due(std::uint32_t member) {
  // Each time the ping was put off, another wake-up was armed; the last of them counts.
  if (next_ping<kRole>(member) != sim_.now()) return;
  move_ping<kRole, PingEvent::Pinged>(member);
  send<kRole>(member, rules_.answered ? Purpose::Request : Purpose::Ping, rules_.bytes);
}

void DatagramPopulation::write_traffic(std::uint32_t member, std::uint32_t position) {
  const TrafficSpec& traffic = spec_.traffic[position];
  if (sim_.now() >= traffic.until) return;
  arm_repetition(member, position);
  const std::uint32_t number = count_written(traffic.from);
  if (traffic.from == Role::Client)
    return send_message<Role::Client>(member, traffic.bytes, number);
  if (members_[member].peer.address.valid())
    return send_message<Role::Server>(member, traffic.bytes, number);
  waiting_[member].push_back({traffic.bytes, number});
}

template <Role kFrom>
void DatagramPopulation::send_message(std::uint32_t member, std::uint32_t bytes,
                                      std::uint32_t number) {
  happened<kFrom, PingEvent::Sent>(member);
  send<kFrom>(member, Purpose::Application, bytes, number);
}

// The server hears a member for the first time.
void DatagramPopulation::meet(std::uint32_t member) {
  happened<Role::Server, PingEvent::Opened>(member);
  const auto found = waiting_.find(member);
  if (found == waiting_.end()) return;
  for (const Waiting& message : found->second)
    send_message<Role::Server>(member, message.bytes, message.number);
  waiting_.erase(found);
}

// --- packets ---

template <Role kFrom>
void DatagramPopulation::send(std::uint32_t member, Purpose purpose, std::uint32_t bytes,
                              std::uint32_t number) {
  Packet packet;
  packet.protocol = Protocol::Udp;
  packet.set_origin(origin_of(member, kFrom));
  packet.payload = static_cast<std::uint16_t>(bytes);
  packet.content.message = static_cast<std::uint32_t>(purpose) + number * kPurposes;
  packet.set_source(kFrom == Role::Client ? client_of(member) : layout_.server);
  packet.set_destination(kFrom == Role::Client ? layout_.server : members_[member].peer);
  SideCounters& counters = counters_[index(kFrom)];
  if (purpose == Purpose::Request || purpose == Purpose::Ping) ++counters.keepalives;
  if (purpose == Purpose::Reply) ++counters.keepalive_answers;
  put_on_wire(kFrom, packet);
}

void DatagramPopulation::client_receives(const Packet& packet) {
  const std::uint32_t member = member_at(packet.destination_address);
  if (!members_[member].active) return;
  if (packet.protocol != Protocol::Udp) return count_error(member, packet);
  if (packet.content.stream != stream_of(member, Role::Server)) return refuse_stray(packet);
  count_received(Role::Client, packet);
  happened<Role::Client, PingEvent::Received>(member);
  const std::uint32_t message = packet.content.message;
  const auto purpose = static_cast<Purpose>(message % kPurposes);
  if (purpose == Purpose::Application) [[unlikely]]
    count_delivered(Role::Server, message / kPurposes);
  if (purpose != Purpose::Request) return;
  happened<Role::Client, PingEvent::Sent>(member);
  send<Role::Client>(member, Purpose::Reply, rules_.answer_bytes);
}

// An ICMP error changes nothing for a program that does not ask for it.  One that reaches another
// member than it was for is in nobody's books.
void DatagramPopulation::count_error(std::uint32_t member, const Packet& error) {
  if (is_of(member, error)) count_received(Role::Client, error);
}

// What the server sends to where a member was may reach another that has its port by now, and for
// which it is not.
void DatagramPopulation::refuse_stray(const Packet& packet) {
  const Packet error = icmp_error(packet.destination_address, Unreachable::Port, packet);
  if (layout_.limits_icmp && !icmp_limit_.allows(error, sim_.now())) return;
  send_uncounted(Role::Client, error);
}

void DatagramPopulation::server_receives(const Packet& packet) {
  count_received(Role::Server, packet);
  if (packet.protocol != Protocol::Udp) return;
  const std::uint32_t number = member_of(packet.content.stream, Role::Client);
  DCHECK(number < members_.size(), "only its own members know the server's address");
  Member& member = members_[number];
  const bool first = !member.peer.address.valid();
  if (first || (spec_.server_follows && member.peer != packet.source())) {
    member.peer = packet.source();
    tell(number, Role::Server, first ? SideEvent::Kind::Opened : SideEvent::Kind::Moved,
         member.peer);
  }
  if (first) meet(number);
  happened<Role::Server, PingEvent::Received>(number);
  const std::uint32_t message = packet.content.message;
  const auto purpose = static_cast<Purpose>(message % kPurposes);
  if (purpose == Purpose::Application) [[unlikely]]
    count_delivered(Role::Client, message / kPurposes);
  if (purpose != Purpose::Request) return;
  happened<Role::Server, PingEvent::Sent>(number);
  send<Role::Server>(number, Purpose::Reply, rules_.answer_bytes);
}

}  // namespace stayalive
