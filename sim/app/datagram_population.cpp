// SPDX-License-Identifier: Apache-2.0
#include "app/datagram_population.h"

#include <utility>

#include "base/check.h"

namespace stayalive {

DatagramPopulation::DatagramPopulation(const ConnectionSpec& spec, const Place& place,
                                       Simulation& sim, Path& path)
    : spec_(spec),
      place_(place),
      sim_(sim),
      path_(path),
      rules_(rules_of(spec)),
      waits_(place.seed, spec.name, "keepalive jitter"),
      members_(spec.population.count),
      traffic_lanes_(spec.traffic.size()),
      census_(spec.population.count, place.boxes, place.late_after) {
  CHECK(spec.population.count > 0 && spec.population.count < kMostMembers,
        "a population has members, and no more than its tokens can count");
  CHECK(spec.traffic.size() + static_cast<std::uint32_t>(Timer::Traffic) <= kTimers,
        "a population has no more traffic than its tokens can count");
  if (rules_.server_pings) server_pings_.resize(members_.size(), kNever);
  nodes_ = {sim_.add(spec.name + " clients", clients_), sim_.add(spec.name + " server", servers_)};
  path_.add_hosts(Side::Internal, place_.first_client, spec.population.count, node(Role::Client));
  path_.add_host(Side::External, place_.server.address, node(Role::Server));
  const std::vector<TimePoint> starts =
      draw_starts(spec.population, spec.start, spec.name, place.seed);
  for (std::size_t i = 0; i < starts.size(); ++i) members_[i].next_ping = starts[i];
  await_next_start(0);
}

DatagramPopulation::Rules DatagramPopulation::rules_of(const ConnectionSpec& spec) {
  Rules rules;
  if (spec.strategy == "silent") return rules;
  CHECK(spec.strategy == "keepalive", "a population is silent or has the generic keepalive");
  const Options& options = spec.options;
  const std::string& from = options.choice("from");
  const std::string& reset_by = options.choice("reset_by");
  rules.client_pings = from != "server";
  rules.server_pings = from != "client";
  rules.answered = options.flag("answered");
  rules.reset_by_sent = reset_by == "sent" || reset_by == "both";
  rules.reset_by_received = reset_by == "received" || reset_by == "both";
  rules.interval = options.span("interval");
  rules.jitter = options.span("jitter");
  rules.bytes = static_cast<std::uint16_t>(options.count("bytes"));
  rules.answer_bytes = static_cast<std::uint16_t>(options.count("answer_bytes"));
  return rules;
}

std::uint32_t DatagramPopulation::token(std::uint32_t member, Timer timer, std::uint32_t offset) {
  return member * kTimers + static_cast<std::uint32_t>(timer) + offset;
}

// One start is scheduled at a time: a million of them need not wait in the queue.
void DatagramPopulation::await_next_start(std::uint32_t member) {
  if (member >= members_.size()) return;
  sim_.wake_at(members_[member].next_ping, node(Role::Client), token(member, Timer::Start));
}

// For what is due in the order in which it is asked for.
void DatagramPopulation::wake_in_order(LaneId& lane, TimePoint at, Role role, std::uint32_t what) {
  if (!lane.valid()) lane = sim_.add_lane();
  sim_.wake_on(lane, at, node(role), what);
}

TimePoint& DatagramPopulation::next_ping(std::uint32_t member, Role role) {
  return role == Role::Client ? members_[member].next_ping : server_pings_[member];
}

// --- time ---

void DatagramPopulation::client_wakes(std::uint32_t event) {
  const std::uint32_t member = event / kTimers;
  const std::uint32_t what = event % kTimers;
  if (what == static_cast<std::uint32_t>(Timer::Start)) return start(member);
  if (!members_[member].active) return;
  if (what == static_cast<std::uint32_t>(Timer::Ping)) return ping_due(member, Role::Client);
  if (what == static_cast<std::uint32_t>(Timer::Leave)) {
    members_[member].active = false;
    return census_.left(member, sim_.now());
  }
  write_traffic(member, what - static_cast<std::uint32_t>(Timer::Traffic));
}

void DatagramPopulation::server_wakes(std::uint32_t event) {
  const std::uint32_t member = event / kTimers;
  const std::uint32_t what = event % kTimers;
  if (what == static_cast<std::uint32_t>(Timer::Ping)) return ping_due(member, Role::Server);
  // The server does not know that a member has left, but writes no more for it.
  if (!members_[member].active) return;
  write_traffic(member, what - static_cast<std::uint32_t>(Timer::Traffic));
}

void DatagramPopulation::start(std::uint32_t member) {
  const TimePoint now = sim_.now();
  members_[member].active = true;
  census_.started(member);
  await_next_start(member + 1);
  members_[member].next_ping = kNever;
  if (rules_.client_pings) {
    members_[member].next_ping = later(now, wait());
    arm_ping(member, Role::Client);
  }
  for (std::uint32_t i = 0; i < spec_.traffic.size(); ++i) {
    const TrafficSpec& traffic = spec_.traffic[i];
    const TimePoint first = later(now, traffic.at - spec_.start);
    wake_in_order(traffic_lanes_[i][0], first, traffic.from, token(member, Timer::Traffic, i));
  }
  const Duration stay = spec_.population.stay;
  if (stay != kForever)
    wake_in_order(leave_lane_, later(now, stay), Role::Client, token(member, Timer::Leave));
}

// Every wait that begins is as long as the others, so that they end in order; with jitter they do
// not.
void DatagramPopulation::arm_ping(std::uint32_t member, Role role) {
  const TimePoint at = next_ping(member, role);
  const std::uint32_t what = token(member, Timer::Ping);
  if (rules_.jitter == Duration::zero()) {
    wake_in_order(ping_lanes_[index(role)], at, role, what);
  } else {
    sim_.wake_at(at, node(role), what);
  }
}

void DatagramPopulation::ping_due(std::uint32_t member, Role role) {
  // Each time the ping was put off, another wake-up was armed; the last of them counts.
  if (next_ping(member, role) != sim_.now()) return;
  next_ping(member, role) = later(sim_.now(), wait());
  arm_ping(member, role);
  send(member, role, rules_.answered ? Purpose::Request : Purpose::Ping, rules_.bytes);
}

// Something was sent or received: where the rules say so, the next ping is a whole wait away.
void DatagramPopulation::put_off(std::uint32_t member, Role role, bool sent) {
  if (!pings(role) || !(sent ? rules_.reset_by_sent : rules_.reset_by_received)) return;
  next_ping(member, role) = later(sim_.now(), wait());
  arm_ping(member, role);
}

void DatagramPopulation::write_traffic(std::uint32_t member, std::uint32_t position) {
  const TrafficSpec& traffic = spec_.traffic[position];
  if (sim_.now() >= traffic.until) return;
  if (traffic.every) {
    wake_in_order(traffic_lanes_[position][1], later(sim_.now(), *traffic.every), traffic.from,
                  token(member, Timer::Traffic, position));
  }
  Messages& messages = messages_[index(traffic.from)];
  if (traffic.from == Role::Server && !members_[member].peer.address.valid()) {
    ++messages.unsent;
    return;
  }
  ++messages.sent;
  put_off(member, traffic.from, true);
  send(member, traffic.from, Purpose::Application, traffic.bytes);
}

// --- packets ---

void DatagramPopulation::send(std::uint32_t member, Role from, Purpose purpose,
                              std::uint32_t bytes) {
  Packet packet;
  packet.protocol = Protocol::Udp;
  packet.connection = ConnectionId{place_.first.value + member};
  packet.payload = static_cast<std::uint16_t>(bytes);
  packet.tag = static_cast<std::uint32_t>(purpose);
  const Endpoint client{AddressId{place_.first_client.value + member}, 40000};
  packet.set_source(from == Role::Client ? client : place_.server);
  packet.set_destination(from == Role::Client ? place_.server : members_[member].peer);
  SideCounters& counters = counters_[index(from)];
  ++counters.packets_sent;
  counters.bytes_sent += ip_bytes(packet);
  if (purpose == Purpose::Request || purpose == Purpose::Ping) ++counters.keepalives;
  if (purpose == Purpose::Reply) ++counters.keepalive_answers;
  const Side side = from == Role::Client ? Side::Internal : Side::External;
  path_.send(sim_, path_.end_wire(side), opposite(side), packet);
}

void DatagramPopulation::client_receives(const Packet& packet) {
  const std::uint32_t member = packet.connection.value - place_.first.value;
  if (packet.destination_address.value != place_.first_client.value + member) {
    return refuse_stray(packet);
  }
  if (!members_[member].active) return;
  SideCounters& counters = counters_[index(Role::Client)];
  ++counters.packets_received;
  counters.bytes_received += ip_bytes(packet);
  // An ICMP error changes nothing for a program that does not ask for it.
  if (packet.protocol != Protocol::Udp) return;
  put_off(member, Role::Client, false);
  const auto purpose = static_cast<Purpose>(packet.tag);
  if (purpose == Purpose::Application) ++messages_[index(Role::Server)].delivered;
  if (purpose != Purpose::Request) return;
  put_off(member, Role::Client, true);
  send(member, Role::Client, Purpose::Reply, rules_.answer_bytes);
}

// What the server sends to where a member was may reach another that has its port by now, whose
// kernel knows no such socket.
void DatagramPopulation::refuse_stray(const Packet& packet) {
  const std::uint32_t other = packet.destination_address.value - place_.first_client.value;
  if (packet.protocol != Protocol::Udp || other >= members_.size() || !members_[other].active)
    return;
  const Packet error = icmp_error(packet.destination_address, Unreachable::Port, packet);
  path_.send(sim_, path_.end_wire(Side::Internal), Side::External, error);
}

void DatagramPopulation::server_receives(const Packet& packet) {
  const std::uint32_t number = packet.connection.value - place_.first.value;
  Member& member = members_[number];
  SideCounters& counters = counters_[index(Role::Server)];
  ++counters.packets_received;
  counters.bytes_received += ip_bytes(packet);
  if (packet.protocol != Protocol::Udp) return;
  const bool first = !member.peer.address.valid();
  if (first || (spec_.server_follows && member.peer != packet.source())) {
    member.peer = packet.source();
    census_.server_knows(number, member.peer, sim_.now());
  }
  if (first && rules_.server_pings) {
    next_ping(number, Role::Server) = later(sim_.now(), wait());
    arm_ping(number, Role::Server);
  }
  put_off(number, Role::Server, false);
  const auto purpose = static_cast<Purpose>(packet.tag);
  if (purpose == Purpose::Application) ++messages_[index(Role::Client)].delivered;
  if (purpose != Purpose::Request) return;
  put_off(number, Role::Server, true);
  send(number, Role::Server, Purpose::Reply, rules_.answer_bytes);
}

// --- books ---

void DatagramPopulation::flow_changed(std::uint32_t box, const FlowNote& note) {
  const std::uint32_t member = note.connection.value - place_.first.value;
  census_.flow_changed(member, box, note, members_[member].peer);
}

void DatagramPopulation::packet_dropped(std::uint32_t box, ConnectionId connection,
                                        DropReason why) {
  census_.dropped(connection.value - place_.first.value, box, why);
}

}  // namespace stayalive
