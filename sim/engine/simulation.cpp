// SPDX-License-Identifier: Apache-2.0
#include "engine/simulation.h"

#include <algorithm>
#include <utility>

namespace stayalive {

NodeId Simulation::add(std::string name, Node& node) {
  CHECK(nodes_.size() < (1u << 30), "a simulation has fewer than 2^30 nodes");
  nodes_.push_back(&node);
  names_.push_back(std::move(name));
  return NodeId{static_cast<std::uint32_t>(nodes_.size() - 1)};
}

void Simulation::deliver_at(TimePoint at, NodeId to, Side from, const Packet& packet) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  queue_.push(at, Event{target_of(to, from), packets_.add(packet), scheduled_++});
}

void Simulation::wake_at(TimePoint at, NodeId node, std::uint32_t token) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  queue_.push(at, Event{node.value << 2, token, scheduled_++});
}

LaneId Simulation::add_lane() {
  lanes_.emplace_back();
  heads_.emplace_back();
  return LaneId{static_cast<std::uint32_t>(lanes_.size() - 1)};
}

LaneId Simulation::lane_after(Duration delay) {
  for (const auto& [known, lane] : lanes_after_) {
    if (known == delay) return lane;
  }
  return lanes_after_.emplace_back(delay, add_lane()).second;
}

// The lane whose first event comes first; one that is empty only when all are.
inline std::size_t Simulation::first_lane() const {
  std::size_t first = 0;
  Turn::Number number = heads_[0].number();
  for (std::size_t i = 1; i < heads_.size(); ++i) {
    const Turn::Number other = heads_[i].number();
    first = other < number ? i : first;
    number = other < number ? other : number;
  }
  return first;
}

inline void Simulation::run(std::uint32_t target, const Packet& packet) {
  const auto instant = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  const std::uint64_t header =
      std::uint64_t{packet.source_port} << 32 | std::uint64_t{packet.payload} << 8 | packet.flags;
  digest_.add(std::uint64_t{target} << 48 ^ header, {instant, events_++, packet.sequence});
  nodes_[target >> 2]->receive(*this, side_of(target), packet);
}

// A wake-up, or a packet of the queue.
void Simulation::run(std::uint32_t target, std::uint32_t token) {
  if ((target & 1u) != 0) {
    const Packet packet = packets_[token];
    packets_.remove(token);
    return run(target, packet);
  }
  const auto instant = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  digest_.add(std::uint64_t{target} << 32 | token, {instant, events_++, 0});
  nodes_[target >> 2]->wake(*this, token);
}

// An event is used where it lies and leaves its lane afterwards; the node may meanwhile put others
// on the lane, and add lanes.
inline void Simulation::run_lane(std::size_t number) {
  now_ = heads_[number].at;
  if (lanes_[number].wakeups.empty()) {
    const Ring<Delivery>& coming = lanes_[number].deliveries;
    if (coming.size() > kForesight) {
      const Delivery& next = coming[kForesight];
      nodes_[next.target >> 2]->foresee(side_of(next.target), next.packet);
    }
    run(coming.front().target, coming.front().packet);
    Ring<Delivery>& deliveries = lanes_[number].deliveries;
    deliveries.pop();
    heads_[number] = deliveries.empty() ? Turn{} : deliveries.front().turn;
  } else {
    const Ring<Wakeup>& coming = lanes_[number].wakeups;
    if (coming.size() > kForesight) {
      const Wakeup& next = coming[kForesight];
      nodes_[next.node.value]->foresee(next.token);
    }
    run(coming.front().node.value << 2, coming.front().token);
    Ring<Wakeup>& wakeups = lanes_[number].wakeups;
    wakeups.pop();
    heads_[number] = wakeups.empty() ? Turn{} : wakeups.front().turn;
  }
}

std::uint64_t Simulation::run_until(TimePoint limit) {
  CHECK(limit >= now_, "a simulation does not run backwards");
  const std::uint64_t before = events_;
  if (heads_.empty()) add_lane();
  while (true) {
    const std::size_t lane = first_lane();
    const TimePoint at = heads_[lane].at;
    const bool queue_counts = queue_.lower_bound() <= std::min(at, limit);
    if (queue_counts && run_queue_before(heads_[lane], limit)) continue;
    if (at > limit || at == kNever) break;
    run_lane(lane);
  }
  now_ = limit;
  return events_ - before;
}

// Runs the first event of the queue, if it is due by the limit and comes before this turn.
bool Simulation::run_queue_before(const Turn& turn, TimePoint limit) {
  const auto* waiting = queue_.first_until(std::min(turn.at, limit));
  if (waiting == nullptr || turn.before({waiting->at, waiting->item.order})) return false;
  const auto entry = queue_.pop();
  now_ = entry.at;
  run(entry.item.target, entry.item.token);
  return true;
}

}  // namespace stayalive
