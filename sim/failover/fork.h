// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/state_walk.h"
#include "engine/simulation.h"
#include "failover/watcher.h"
#include "failover/watcher_rules.h"
#include "failover/way_choice.h"
#include "middlebox/middlebox_node.h"
#include "path/path.h"

namespace stayalive {

// Is told which ways packets take, and what the watchers of a group make of it.
class WayObserver {
 public:
  virtual ~WayObserver() = default;
  // A packet enters a way, travelling to this side.
  virtual void took_way(std::size_t group, std::size_t way, Side towards, const Packet& packet,
                        TimePoint at) = 0;
  // This end sends what belongs to no other way by `change.to` from now on.
  virtual void way_changed(std::size_t group, Side end, const WayChoice::Change& change,
                           StandingFlows flows) = 0;
};

// Something that a watcher found or an end decided.
struct WayEvent {
  enum class Kind : std::uint8_t { Down, Up, Taken };
  Kind kind = Kind::Down;
  Side end = Side::Internal;
  std::size_t way = 0;
  std::size_t from = 0;  // Taken: the way that is left
  TimePoint at;
};

// One end of a group of alternatives: where the path parts into several ways, or where they meet.
// It watches each way, chooses one, and sends every packet by it, unless its flow or its address
// says another.  What comes from any way goes on.
class Fork final : public Node {
 public:
  // A way, seen from this end.
  struct Way {
    std::string name;
    std::size_t wire = 0;  // the one that begins here
    // The box nearest to this end; nullptr: there is none.
    MiddleboxNode* nearest = nullptr;
    std::vector<AddressId> addresses{};  // what comes to these from outside takes this way
    bool watched = true;
    bool filters_sources = false;  // outwards only what has one of these as its source passes
    NodeId far;                    // its other end
    NodeId target;                 // whom its watcher asks, or says hello to
  };
  struct Config {
    std::string name;
    std::size_t group = 0;
    Side end = Side::Internal;  // the one towards which the rest of the path lies
    std::size_t trunk = 0;      // the wire there
    WatcherRules rules;
    bool watches = true;  // this end has watchers; otherwise it learns or stays
    bool learns = false;
    StandingFlows leaving = StandingFlows::Moved;    // when a way is given up
    StandingFlows returning = StandingFlows::Moved;  // when a better one is taken again
    std::uint64_t seed = 1;
  };

  // path and observer must outlive the node.
  Fork(Config config, Path& path, WayObserver& observer);
  void set_self(Simulation& sim, NodeId self);
  // The next way, in the order of preference; its node, where the way ends on this side.
  NodeId add_way(Simulation& sim, Way way);
  // The other end of the way, which its watcher asks.
  void set_far(std::size_t way, NodeId far) {
    ports_[way]->way.far = ports_[way]->way.target = far;
  }
  // The watcher asks this station instead.
  void set_target(std::size_t way, NodeId target) { ports_[way]->way.target = target; }
  MiddleboxNode* nearest(std::size_t way) const { return ports_[way]->way.nearest; }
  void set_nearest(std::size_t way, MiddleboxNode* box) { ports_[way]->way.nearest = box; }
  // What comes to this address takes this way, too.
  void add_address(std::size_t way, AddressId address) {
    ports_[way]->way.addresses.push_back(address);
  }
  // Sets the first timers; after all ways and targets are known.
  void start(Simulation& sim);

  void receive(Simulation& sim, Side from, const Packet& packet) override;
  void wake(Simulation& sim, std::uint32_t token) override;
  void walk(StateWalk& walk) override;

  std::size_t way() const { return choice_.way(); }
  // The way over whose lines goes out what passes the boxes of this one.
  std::size_t lines_of(std::size_t boxes) const {
    return rule_ == StandingFlows::OldAddress ? choice_.way() : boxes;
  }
  // Whether it chooses by what it finds out itself.
  bool watches() const { return config_.watches; }
  const Watcher* watcher(std::size_t way) const {
    return ports_[way]->watcher ? &*ports_[way]->watcher : nullptr;
  }
  // The first kMostEvents of what happened, in order of time; and how many changes there were.
  const std::vector<WayEvent>& events() const { return events_; }
  std::uint64_t changes() const { return changes_; }
  static constexpr std::size_t kMostEvents = 10'000;

 private:
  // Where one way ends on this side.
  class Port final : public Node {
   public:
    Port(Fork& owner, std::size_t number, Way its_way)
        : way(std::move(its_way)), fork(owner), position(number) {}
    void receive(Simulation& sim, Side from, const Packet& packet) override;
    void wake(Simulation&, std::uint32_t) override {}
    void walk(StateWalk&) override {}  // the fork does

    Way way;
    Fork& fork;
    std::size_t position;
    NodeId self;
    std::optional<Watcher> watcher;
    WatcherOutbox outbox;
  };

  Side towards_ways() const { return opposite(config_.end); }
  void from_way(Simulation& sim, Port& port, const Packet& packet);
  // Where a packet goes, and why; as many as there are ways: nowhere.
  struct Decision {
    std::size_t way = 0;
    const char* why = "";
  };
  Decision choose(Simulation& sim, const Packet& packet);
  void trace_way(Simulation& sim, const Decision& decision, const Packet& packet) const;
  std::string words_for(const WayEvent& event) const;
  std::optional<std::size_t> other_home(const Simulation& sim, const Packet& packet,
                                        std::size_t than) const;
  void update(Simulation& sim);
  void change(Simulation& sim, const WayChoice::Change& change);
  void send_watch(Simulation& sim, Port& port);
  void note(Simulation& sim, const WayEvent& event);

  Config config_;
  Path& path_;
  WayObserver& observer_;
  NodeId self_;
  std::vector<std::unique_ptr<Port>> ports_;
  WayChoice choice_;
  std::size_t learned_ = 0;
  StandingFlows rule_ = StandingFlows::Moved;  // since the last change
  AlarmId alarm_;
  std::vector<WayChoice::Change> decided_;
  std::vector<bool> thought_up_;  // by way: what the choice was told last
  std::vector<WayEvent> events_;
  std::uint64_t changes_ = 0;
};

}  // namespace stayalive
