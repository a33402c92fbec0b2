// SPDX-License-Identifier: Apache-2.0
#include "run/world.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "app/population/datagram_population.h"
#include "app/population/stream_population.h"
#include "base/check.h"
#include "engine/steady_state.h"
#include "middlebox/stateful_box.h"
#include "middlebox/stray_passage.h"
#include "run/disturbances.h"
#include "run/estimate.h"

namespace stayalive {

namespace {

// The members of compact populations have the first streams: each one at each end.
StreamId after_populations(const Scenario& scenario) {
  std::uint32_t streams = 0;
  for (const ConnectionSpec& spec : scenario.connections) {
    if (spec.population.compact) streams += 2 * spec.population.count;
  }
  return StreamId{streams};
}

bool packets_overtake(const Scenario& scenario) {
  return std::any_of(scenario.path.begin(), scenario.path.end(), [](const Hop& hop) {
    const auto* line = std::get_if<LinkConfig>(&hop);
    return line != nullptr && line->reorder;
  });
}

bool limits_icmp(const HostSpec& host) {
  const OsPreset* os = find_os_preset(host.profile);
  CHECK(os != nullptr, "a host has an operating system that exists");
  return os->limits_icmp;
}

}  // namespace

World::World(const Roster& roster, std::uint64_t seed, TraceSink* trace)
    : roster_(roster),
      scenario_(roster.scenario()),
      seed_(seed),
      addresses_(plan_addresses(scenario_)),
      plan_(plan_path(scenario_)),
      ledger_(sim_, scenario_.connections.size(), scenario_.late_after),
      messages_(after_populations(scenario_), packets_overtake(scenario_)),
      script_(*this),
      held_at_first_(estimate_of(roster.original()).memory) {
  effects_.events.resize(scenario_.events.size());
  sim_.set_trace(trace);
  // The script comes first, so that an event of the scenario precedes what happens at the same
  // instant.
  script_node_ = sim_.add("scenario", script_);
  for (std::uint32_t i = 0; i < scenario_.events.size(); ++i) {
    if (scenario_.events[i].kind != EventKind::Cut)
      sim_.wake_at(scenario_.events[i].at, script_node_, i);
  }
  number_members();
  build_path();
  build_stations();
  build_hosts();
  build_judges();
  build_connections();
  build_populations();
}

// Those of compact populations have the numbers after all connections.
void World::number_members() {
  auto next = static_cast<std::uint32_t>(scenario_.connections.size());
  for (const ConnectionSpec& spec : scenario_.connections) {
    first_members_.push_back(ConnectionId{next});
    if (spec.population.compact) next += spec.population.count;
  }
}

CallBooks World::call_books() const {
  CallBooks books{static_cast<std::uint32_t>(scenario_.connections.size())};
  for (std::size_t i = 0; i < scenario_.connections.size(); ++i) {
    if (scenario_.connections[i].population.compact) books.populations.push_back(first_members_[i]);
  }
  return books;
}

void World::Books::flow_changed(NodeId box, const FlowNote& note) {
  const std::uint32_t position = world_.box_positions_[box.value];
  if (Population* population = population_of(note.connection)) {
    population->flow_changed(position, note);
  } else {
    world_.ledger_.flow_changed(box, position, note);
  }
}

void World::Books::packet_dropped(NodeId box, const Packet& packet, DropReason why, TimePoint at) {
  const std::uint32_t position = world_.box_positions_[box.value];
  if (Population* population = population_of(packet.notes.connection)) {
    population->packet_dropped(position, packet.notes.connection, why);
  } else {
    world_.ledger_.packet_dropped(position, packet, why, at);
  }
}

Population* World::Books::population_of(ConnectionId connection) const {
  if (!connection.valid() || connection.value < world_.scenario_.connections.size()) return nullptr;
  const auto after =
      std::upper_bound(world_.first_members_.begin(), world_.first_members_.end(), connection);
  return world_.populations_[static_cast<std::size_t>(after - world_.first_members_.begin()) - 1]
      .get();
}

void World::build_hosts() {
  for (std::size_t i = 0; i < scenario_.hosts.size(); ++i) {
    const HostSpec& spec = scenario_.hosts[i];
    const bool one_way = spec.side == Side::External && addresses_.first_public_wire > 0 &&
                         scenario_.private_sources == PrivateSources::OneWay;
    Host::Config config{spec.name, spec.side,         addresses_.hosts[i],
                        seed_,     limits_icmp(spec), !one_way};
    hosts_.push_back(std::make_unique<Host>(std::move(config), sim_, *path_, messages_, ledger_));
    host_nodes_.push_back(sim_.add(spec.name, *hosts_.back()));
    hosts_.back()->set_self(host_nodes_.back());
  }
  address_changes_.resize(hosts_.size());
  outside_changes_.resize(scenario_.path.size());
  for (const ServerSpec& spec : scenario_.servers)
    servers_.push_back(&hosts_[spec.host]->add(spec));
}

void World::build_judges() {
  box_positions_.resize(hop_nodes_.size() + host_nodes_.size() + 1);
  for (std::size_t i = 0; i < scenario_.path.size(); ++i) {
    const auto hop = static_cast<std::uint32_t>(i);
    if (proxies_[i]) judged_path_.proxies.push_back({hop_nodes_[i], hop});
    if (!boxes_[i]) continue;
    box_positions_[hop_nodes_[i].value] = static_cast<std::uint32_t>(judged_path_.boxes.size());
    const auto leg = static_cast<std::uint32_t>(judged_path_.proxies.size());
    std::vector<JudgedPath::Box>& boxes = judged_path_.boxes;
    // Of ways that lie beside each other each has a last one.
    for (std::size_t n = boxes.size(); n-- > 0 && boxes[n].leg == leg && boxes[n].last_of_leg;) {
      if (lies_beyond(scenario_, boxes[n].hop, hop)) boxes[n].last_of_leg = false;
    }
    JudgedPath::Box& box = boxes.emplace_back(JudgedPath::Box{hop_nodes_[i], hop, leg, true, {}});
    if (const std::optional<WayPlace> place = way_of(scenario_, i)) {
      box.group = static_cast<std::uint32_t>(place->group);
      box.way = static_cast<std::uint32_t>(place->way);
    }
    const Profile& profile = std::get<MiddleboxSpec>(scenario_.path[i]).profile;
    for (const Side from : {Side::Internal, Side::External}) {
      box.passes_without_flow[0][index(from)] = passes_without_state(profile, Protocol::Udp, from);
      box.passes_without_flow[1][index(from)] = passes_without_state(profile, Protocol::Tcp, from);
    }
  }
  judged_.resize(scenario_.connections.size());
  for (std::size_t i = 0; i < roster_.named(); ++i) {
    const ConnectionSpec& spec = scenario_.connections[i];
    if (spec.population.count == 0 || !spec.session) {
      build_judge(i);
      continue;
    }
    // Each of many sessions has a judge of its own.
    const Roster::Members members = roster_.members(i).value_or(Roster::Members{});
    for (std::size_t m = 0; m < members.count; ++m) build_judge(members.first + m);
  }
}

void World::build_judge(std::size_t connection) {
  const ConnectionSpec& spec = scenario_.connections[connection];
  const bool many = spec.population.count > 0;
  Judged& its = judged_[connection];
  Judge::Setting setting;
  setting.path = &judged_path_;
  setting.late_after = scenario_.late_after;
  setting.outward = scenario_.hosts[spec.client].side == Side::Internal;
  setting.programs = !spec.population.compact;
  setting.streams = spec.transport == Transport::Tcp;
  setting.details = !many;
  setting.disturbances = disturbances_of(scenario_, connection);
  setting.client_host = static_cast<std::uint32_t>(spec.client);
  const auto members = many ? roster_.members(connection) : roster_.places(connection);
  const std::size_t first = members ? members->first : connection;
  if (spec.population.compact) {
    setting.heard_at = [this, connection](std::uint32_t member, Role role) {
      return populations_[connection]->heard_at(member, role);
    };
  } else {
    setting.heard_at = [this, first](std::uint32_t number, Role role) {
      const ConnectionId id{static_cast<std::uint32_t>(first + number)};
      return ledger_.record(id).heard_at[index(role)];
    };
  }
  Judge::Listener* listener = nullptr;
  if (many) {
    its.sums = std::make_unique<PopulationSums>(scenario_, connection);
    listener = its.sums.get();
  } else if (members) {
    its.session =
        std::make_unique<SessionBook>(scenario_, connection, members->first, members->count);
    listener = its.session.get();
  } else {
    its.timeline = std::make_unique<Timeline>(scenario_, connection);
    listener = its.timeline.get();
  }
  const auto places = static_cast<std::uint32_t>(members ? members->count : 1);
  const std::uint32_t count = many ? spec.population.count : places;
  its.judge = std::make_unique<Judge>(std::move(setting), count, *listener);
  for (std::uint32_t i = 0; i < count && !spec.population.compact; ++i)
    ledger_.attach(ConnectionId{static_cast<std::uint32_t>(first + i)}, *its.judge, i);
}

void World::build_connections() {
  for (std::uint32_t i = 0; i < scenario_.connections.size(); ++i) {
    const ConnectionSpec& spec = scenario_.connections[i];
    sessions_.emplace_back();
    const bool many = spec.population.count > 0;
    if (spec.session && !many)
      sessions_.back() = std::make_unique<Session>(spec, ConnectionId{i}, ledger_);
    if (spec.session || many) {
      // It has no programs of its own, and keeps the place of two.
      parties_.resize(parties_.size() + 2);
      continue;
    }
    build_connection(i);
  }
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    if (sessions_[i]) hosts_[scenario_.connections[i].client]->add(*sessions_[i]);
  }
}

void World::build_connection(std::uint32_t i) {
  const ConnectionSpec& spec = scenario_.connections[i];
  const ConnectionId id{i};
  const auto party = [&](Role role, std::size_t peer) {
    StrategyContext setting{role, spec.transport, scenario_.hosts[peer].name, spec.name, seed_};
    if (spec.tls && role == Role::Client)
      setting.tls_session = &tls_sessions_[spec.place_of.value_or(i)];
    parties_.push_back(
        std::make_unique<Party>(spec, id, role, messages_, ledger_, std::move(setting)));
    return parties_.back().get();
  };
  Party* client = party(Role::Client, spec.server);
  Party* server = party(Role::Server, spec.client);
  // From the server inwards: everyone connects to the next proxy on the way, the last one to the
  // server.
  Endpoint target{addresses_.hosts[spec.server], spec.server_port};
  const bool outward = scenario_.hosts[spec.client].side == Side::Internal;
  const auto nearest = std::ranges::find_if(
      proxies_, [](const auto& proxy) { return proxy && proxy->knows_http(); });
  for (std::size_t n = 0; n < scenario_.path.size(); ++n) {
    const std::size_t hop = outward ? scenario_.path.size() - 1 - n : n;
    if (!proxies_[hop]) continue;
    const bool first = nearest != proxies_.end() && *nearest == proxies_[hop];
    proxies_[hop]->serve(id, target, &spec, first);
    target.address = addresses_.hops[hop].front();
  }
  client->server = target;
  if (spec.served_by) server->shared = servers_[*spec.served_by];
  if (spec.place_of) sessions_[*spec.place_of]->add(*client);
  hosts_[spec.server]->add(*server);
  hosts_[spec.client]->add(*client);
  await_leaving(i);
}

void World::await_leaving(std::uint32_t connection) {
  const TimePoint at = scenario_.connections[connection].leaves;
  if (at == kNever) return;
  const auto events = static_cast<std::uint32_t>(scenario_.events.size());
  sim_.wake_at(at, script_node_, events + connection);
}

void World::leave(std::size_t connection) {
  ledger_.leave(ConnectionId{static_cast<std::uint32_t>(connection)});
  hosts_[scenario_.connections[connection].client]->crash(kNever);
}

void World::build_populations() {
  StreamId stream{0};
  for (std::size_t i = 0; i < scenario_.connections.size(); ++i) {
    const ConnectionSpec& spec = scenario_.connections[i];
    populations_.emplace_back();
    if (!spec.population.compact) continue;
    const AddressPlan::Population& addresses = addresses_.populations[i];
    const Population::Layout layout{addresses.first_client,
                                    {addresses.server, spec.server_port},
                                    first_members_[i],
                                    stream,
                                    seed_,
                                    scenario_.late_after,
                                    judged_[i].judge.get(),
                                    limits_icmp(scenario_.hosts[spec.client])};
    if (spec.transport == Transport::Udp) {
      populations_.back() = std::make_unique<DatagramPopulation>(spec, layout, sim_, *path_);
    } else {
      populations_.back() = std::make_unique<StreamPopulation>(spec, layout, sim_, *path_);
    }
    stream.value += 2 * spec.population.count;
  }
}

bool World::run_until(TimePoint until, bool skip, RunWatch* watch) {
  const bool may_repeat =
      std::all_of(populations_.begin(), populations_.end(),
                  [](const auto& its) { return its == nullptr || its->may_repeat(); });
  if (skip && !sim_.tracing() && may_repeat && !path_->draws_each_time() && !watchers_draw()) {
    SteadyState steady(sim_, *this, watch);
    const bool whole = steady.run_until(until);
    skipped_ += steady.skipped();
    return whole;
  }
  Speedup fast(sim_);
  std::uint64_t ran = 0;
  std::uint64_t allowed = 0;
  do {
    allowed = watch == nullptr ? UINT64_MAX : watch->allow(ran);
    if (allowed == 0) return false;
    ran = fast.run_some(until, allowed);
  } while (ran == allowed);
  return true;
}

bool World::run(bool skip, RunWatch* watch) {
  const bool whole = run_until(later(kStart, scenario_.duration), skip, watch);
  end_ = sim_.now();
  for (std::size_t i = 0; i < judged_.size(); ++i) {
    if (!judged_[i].judge) continue;
    judged_[i].judge->finish(end_);
    note_unsent(i);
  }
  return whole;
}

LimitWatch::Held World::held() {
  // Of one field, with what is around it, and of an entry of a timeline.
  constexpr std::uint64_t kField = 24;
  constexpr std::uint64_t kTransition = 64;
  StateWalk walk;
  this->walk(walk);
  LimitWatch::Held held{held_at_first_ + walk.passed() * kField + sim_.held_by_trace(),
                        walk.passed()};
  for (const Judged& its : judged_) {
    if (!its.judge) continue;
    held.bytes += its.judge->held_bytes();
    if (its.timeline) held.bytes += its.timeline->held() * kTransition;
  }
  return held;
}

void World::walk(StateWalk& walk) {
  sim_.walk(walk);
  if (walk.differs()) return;
  path_->walk(walk);
  ledger_.walk(walk);
  for (const Judged& its : judged_) {
    if (its.judge) its.judge->walk(walk);
  }
  messages_.walk(walk);
  for (const auto& party : parties_) {
    if (!party) continue;
    walk.still(party->sessions, party->server);
    if (party->shared != nullptr) party->admission.walk(walk);
    party->workload.walk(walk);
  }
}

}  // namespace stayalive
