// SPDX-License-Identifier: Apache-2.0
#include "run/closest_call.h"

#include <variant>

#include "scenario/profiles/profile_options.h"
#include "stack/timer/timer_slip.h"

namespace stayalive {
namespace {

// Who decided when a packet of this kind is sent.
TimedBy timed_by(PacketKind kind) {
  const bool program = kind == PacketKind::Data || kind == PacketKind::Fin;
  return program ? TimedBy::Program : TimedBy::Kernel;
}

}  // namespace

ClosestCall closest_call_of(const CloseCall& call, std::size_t hop, const Scenario& scenario,
                            std::size_t connection) {
  const auto& box = std::get<MiddleboxSpec>(scenario.path[hop]);
  ClosestCall closest;
  closest.who = box.name;
  closest.timer = name(call.timer);
  closest.setting = setting_name(box.profile.tracker, call.timer);
  closest.timeout = call.timeout;
  closest.status = status_of(box.statuses, "timeouts." + closest.timer);
  closest.left = call.left;
  closest.silence = call.silence;
  closest.at = call.at;
  closest.from = call.from;
  closest.by = call.by;
  const ConnectionSpec& spec = scenario.connections[connection];
  const bool by_client = scenario.hosts[spec.client].side == call.from;
  const std::uint32_t hz = spec.tcp[index(by_client ? Role::Client : Role::Server)].timer_hz;
  closest.slip = most_late(call.silence, timed_by(call.by), hz == 0 ? kUsualHz : hz);
  return closest;
}

}  // namespace stayalive
