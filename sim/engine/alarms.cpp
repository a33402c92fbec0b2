// SPDX-License-Identifier: Apache-2.0
#include "engine/alarms.h"

namespace stayalive {

AlarmId Alarms::add(NodeId node, std::uint32_t token, Foresight* foresight) {
  alarms_.push_back({node, token, {}, {}, foresight});
  return AlarmId{static_cast<std::uint32_t>(alarms_.size() - 1)};
}

void Alarms::set(AlarmId id, const Turn& turn) {
  alarms_[id.value].turn = turn;
  enqueue(id);
}

void Alarms::enqueue(AlarmId id) {
  Alarm& alarm = alarms_[id.value];
  if (alarm.entries.need(alarm.turn.at)) queue_.add(alarm.turn, id);
}

bool Alarms::rings(const EventQueue::Event& entry, TimePoint now) {
  const AlarmId id{entry.token};
  Alarm& alarm = alarms_[id.value];
  alarm.entries.take_until(now);
  if (alarm.turn.at == now && alarm.turn.order == entry.order) {
    if (alarm.foresight != nullptr)
      alarm.turn.at = alarm.foresight->sure_deadline(now, alarm.token);
    if (alarm.turn.at <= now) {
      alarm.turn = {};
      return true;
    }
  }
  enqueue(id);
  return false;
}

// An early alarm may be set for any instant before its sure deadline, so its instant is no state.
void Alarms::walk(StateWalk& walk) {
  walk.still(alarms_.size());
  for (Alarm& alarm : alarms_) {
    if (alarm.foresight == nullptr) alarm.turn.walk(walk);
  }
}

void Alarms::enqueue_all(TimePoint now) {
  for (std::uint32_t i = 0; i < alarms_.size(); ++i) {
    // An early alarm that comes too soon is put off.
    if (alarms_[i].foresight != nullptr) alarms_[i].turn = {now, 0};
    alarms_[i].entries.clear();
    enqueue(AlarmId{i});
  }
}

}  // namespace stayalive
