// SPDX-License-Identifier: Apache-2.0
#include "engine/lanes.h"

namespace stayalive {

void Lane::walk(StateWalk& walk) {
  walk.past(last_);
  walk.still(deliveries_.size(), wake_ups_.size());
  for (std::size_t i = 0; i < deliveries_.size() && !walk.differs(); ++i) {
    Delivery& delivery = deliveries_[i];
    delivery.turn.walk(walk);
    walk.still(delivery.target);
    stayalive::walk(walk, delivery.packet);
  }
  for (std::size_t i = 0; i < wake_ups_.size() && !walk.differs(); ++i) {
    WakeUp& wake_up = wake_ups_[i];
    wake_up.turn.walk(walk);
    walk.still(wake_up.node, wake_up.token);
  }
  if (!deliveries_.empty()) head_ = deliveries_.front().turn;
  if (!wake_ups_.empty()) head_ = wake_ups_.front().turn;
}

LaneId Lanes::add(Duration delay) {
  lanes_.push_back(std::make_unique<Lane>(delay));
  return LaneId{static_cast<std::uint32_t>(lanes_.size() - 1)};
}

LaneId Lanes::after(Duration delay) {
  for (const auto& [known, lane] : by_delay_) {
    if (known == delay) return lane;
  }
  return by_delay_.emplace_back(delay, add(delay)).second;
}

void Lanes::walk(StateWalk& walk) {
  for (const std::unique_ptr<Lane>& lane : lanes_) {
    if (walk.differs()) return;
    lane->walk(walk);
  }
}

}  // namespace stayalive
