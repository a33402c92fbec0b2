// SPDX-License-Identifier: Apache-2.0
#include "failover/fork.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/watch_message.h"

namespace stayalive {

Fork::Fork(Config config, Path& path, WayObserver& observer)
    : config_(std::move(config)), path_(path), observer_(observer), choice_(config_.rules, 0) {}

void Fork::set_self(Simulation& sim, NodeId self) {
  self_ = self;
  alarm_ = sim.add_alarm(self, 0);
}

NodeId Fork::add_way(Simulation& sim, Way way) {
  const std::string name = config_.name + "/" + way.name;
  ports_.push_back(std::make_unique<Port>(*this, ports_.size(), std::move(way)));
  Port& port = *ports_.back();
  port.self = sim.add(name, port);
  return port.self;
}

void Fork::start(Simulation& sim) {
  choice_ = WayChoice(config_.rules, ports_.size());
  thought_up_.assign(ports_.size(), true);
  const char* end = config_.end == Side::Internal ? " internal" : " external";
  for (const auto& port : ports_) {
    if (config_.watches && port->way.watched)
      port->watcher.emplace(config_.rules, config_.seed, config_.name + "/" + port->way.name + end);
  }
  update(sim);
}

void Fork::Port::receive(Simulation& sim, Side, const Packet& packet) {
  fork.from_way(sim, *this, packet);
}

void Fork::from_way(Simulation& sim, Port& port, const Packet& packet) {
  if (packet.protocol == Protocol::Watch) {
    const WatchMessage message = watch_message(packet);
    if (message.to != port.self) return path_.send(sim, config_.trunk, config_.end, packet);
    if (message.asks) {
      path_.send(sim, port.way.wire, towards_ways(), answer_to(packet));
    } else if (port.watcher && message.answers) {
      port.watcher->answered(message.number, sim.now(), port.outbox);
    } else if (port.watcher) {
      port.watcher->heard({message.hears_nothing, message.slow}, sim.now(), port.outbox);
    }
    return update(sim);
  }
  const std::vector<AddressId>& own = port.way.addresses;
  if (port.way.filters_sources && config_.end == Side::External &&
      std::find(own.begin(), own.end(), packet.source_address) == own.end()) {
    if (sim.tracing())
      sim.trace({sim.now(), TraceKind::Dropped, NodeId{}, config_.end, packet,
                 port.way.name + " does not carry the source address of another way"});
    return;
  }
  if (config_.learns) learned_ = port.position;
  path_.send(sim, config_.trunk, config_.end, packet);
}

// From the rest of the path.
void Fork::receive(Simulation& sim, Side, const Packet& packet) {
  const Side towards = towards_ways();
  if (packet.protocol == Protocol::Watch) {
    // The answer to a probe that one of the other end's watchers sent beyond this fork.
    for (const auto& port : ports_) {
      if (port->way.far == NodeId{packet.destination_address.value})
        return path_.send(sim, port->way.wire, towards, packet);
    }
    return;
  }
  if (sim.now() < choice_.settled_at()) {
    if (sim.tracing())
      sim.trace({sim.now(), TraceKind::Dropped, NodeId{}, towards, packet,
                 fmt::format("{} is settling, nothing passes", config_.name)});
    return;
  }
  const Decision decision = choose(sim, packet);
  if (decision.way == ports_.size()) return;
  if (sim.tracing()) trace_way(sim, decision, packet);
  observer_.took_way(config_.group, decision.way, towards, packet, sim.now());
  path_.send(sim, ports_[decision.way]->way.wire, towards, packet);
}

void Fork::trace_way(Simulation& sim, const Decision& decision, const Packet& packet) const {
  TraceRecord record{sim.now(), TraceKind::Forwarded, ports_[decision.way]->self, towards_ways(),
                     packet,    decision.why};
  record.passed = packet;
  sim.trace(record);
}

// Another way than this one, in whose box the packet's flow lives.
std::optional<std::size_t> Fork::other_home(const Simulation& sim, const Packet& packet,
                                            std::size_t than) const {
  for (const auto& port : ports_) {
    const MiddleboxNode* box = port->way.nearest;
    if (port->position == than || box == nullptr) continue;
    if (box->knows(sim.now(), config_.end, packet)) return port->position;
  }
  return std::nullopt;
}

Fork::Decision Fork::choose(Simulation& sim, const Packet& packet) {
  if (config_.end == Side::External) {
    for (const auto& port : ports_) {
      const std::vector<AddressId>& all = port->way.addresses;
      if (std::find(all.begin(), all.end(), packet.destination_address) != all.end())
        return {port->position, "its address is there"};
    }
  }
  if (config_.learns) {
    const MiddleboxNode* box = ports_[learned_]->way.nearest;
    if (box == nullptr || box->knows(sim.now(), config_.end, packet))
      return {learned_, "the other end was heard there last"};
    const std::optional<std::size_t> home = other_home(sim, packet, learned_);
    if (home) return {*home, "its entry is there"};
    return {learned_, "the other end was heard there last"};
  }
  const std::size_t chosen = choice_.way();
  const Decision usual{chosen, config_.watches ? "the way that is taken" : "the fixed way"};
  if (rule_ == StandingFlows::Killed || rule_ == StandingFlows::Moved) return usual;
  const std::optional<std::size_t> home = other_home(sim, packet, chosen);
  if (!home) return usual;
  if (rule_ == StandingFlows::Kept) return {*home, "its entry keeps it there"};
  if (rule_ == StandingFlows::OldAddress)
    return {*home, "its entry is there, and it leaves by the way that is taken"};
  ports_[*home]->way.nearest->drop_with_flow(sim, config_.end, packet);
  return {ports_.size()};
}

void Fork::wake(Simulation& sim, std::uint32_t) {
  for (const auto& port : ports_) {
    if (port->watcher) port->watcher->expire(sim.now(), port->outbox);
  }
  update(sim);
}

void Fork::send_watch(Simulation& sim, Port& port) {
  const bool asks = config_.rules.method != WatcherRules::Method::Hellos;
  for (const WatcherOutbox::Sent& sent : port.outbox.sent) {
    const WatchMessage message{port.self, port.way.target,    sent.number, asks,
                               false,     sent.hears_nothing, sent.slow};
    path_.send(sim, port.way.wire, towards_ways(),
               packet_of(message, static_cast<std::uint16_t>(config_.rules.bytes)));
  }
  port.outbox.sent.clear();
}

// Acts on what the watchers think by now, and sets the next timer.
void Fork::update(Simulation& sim) {
  for (const auto& port : ports_) {
    send_watch(sim, *port);
    if (!port->watcher || port->watcher->up() == thought_up_[port->position]) continue;
    const bool up = thought_up_[port->position] = port->watcher->up();
    choice_.note(port->position, up, sim.now());
    note(sim, {up ? WayEvent::Kind::Up : WayEvent::Kind::Down, config_.end, port->position, 0,
               sim.now()});
  }
  choice_.expire(sim.now(), decided_);
  for (const WayChoice::Change& each : decided_) change(sim, each);
  decided_.clear();
  TimePoint next = choice_.next_deadline();
  for (const auto& port : ports_) {
    if (port->watcher) next = std::min(next, port->watcher->next_deadline());
  }
  sim.set_alarm(alarm_, next);
}

void Fork::change(Simulation& sim, const WayChoice::Change& change) {
  ++changes_;
  note(sim, {WayEvent::Kind::Taken, config_.end, change.to, change.from, change.at});
  rule_ = change.back() ? config_.returning : config_.leaving;
  if (config_.end == Side::Internal) {
    MiddleboxNode* left = ports_[change.from]->way.nearest;
    if (rule_ == StandingFlows::Killed && left != nullptr) left->flush(sim);
    // A box of a way that is not taken sends what it still translates by the way that is.
    const MiddleboxNode* taken = ports_[change.to]->way.nearest;
    for (const auto& port : ports_) {
      MiddleboxNode* box = port->way.nearest;
      if (box == nullptr || taken == nullptr) continue;
      box->leave_by(rule_ == StandingFlows::OldAddress ? taken->outer_wire() : box->outer_wire());
    }
  }
  observer_.way_changed(config_.group, config_.end, change, rule_);
}

void Fork::note(Simulation& sim, const WayEvent& event) {
  if (events_.size() < kMostEvents) events_.push_back(event);
  if (!sim.tracing()) return;
  TraceRecord record{sim.now(), TraceKind::Event, self_, towards_ways(), {}, words_for(event)};
  record.packet.protocol = Protocol::Watch;  // it concerns whoever may go there
  sim.trace(record);
}

// What the watcher saw, or the end does about it.
std::string Fork::words_for(const WayEvent& event) const {
  const std::string& way = ports_[event.way]->way.name;
  const WatcherRules& rules = config_.rules;
  using Method = WatcherRules::Method;
  if (event.kind == WayEvent::Kind::Taken) {
    const std::string settles =
        rules.settles_for > Duration::zero()
            ? fmt::format(", and lets nothing pass for {}", print_duration(rules.settles_for))
            : std::string();
    return fmt::format("takes {} in the place of {}{}", way, ports_[event.from]->way.name, settles);
  }
  if (event.kind == WayEvent::Kind::Up) {
    const char* what = rules.method == Method::Probes ? "answers" : "hellos";
    if (rules.method == Method::Loss)
      return fmt::format("finds {} up: {} good looks in a row", way, rules.up_count);
    return fmt::format("finds {} up: {} {} in a row", way, rules.up_count, what);
  }
  switch (rules.method) {
    case Method::Probes:
      return fmt::format("finds {} down: {} answers are missing in a row", way, rules.count);
    case Method::Loss:
      return fmt::format("finds {} down: more than {} % of the answers are missing", way,
                         rules.loss);
    case Method::Hellos:
      break;
  }
  return fmt::format("finds {} down: no hello for {}, or one that says so", way,
                     print_duration(rules.patience()));
}

void Fork::walk(StateWalk& walk) {
  for (const auto& port : ports_) {
    if (port->watcher) port->watcher->walk(walk);
  }
  choice_.walk(walk);
  walk.still(learned_, rule_, changes_);
  for (const bool up : thought_up_) walk.still(up);
}

}  // namespace stayalive
