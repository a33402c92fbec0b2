// SPDX-License-Identifier: Apache-2.0
#include "run/closest_call.h"

#include <variant>

#include "scenario/profiles/profile_options.h"
#include "stack/timer/timer_slip.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

// Who decided when a packet of this kind is sent: all but messages and the end of a connection come
// from the kernel by itself.
TimedBy timed_by(PacketKind kind, const ConnectionSpec& spec) {
  if (kind != PacketKind::Data && kind != PacketKind::Fin) return TimedBy::Kernel;
  const StrategyKind* strategy = find_strategy(spec.strategy);
  return strategy == nullptr ? TimedBy::Program : messages_timed_by(*strategy, spec.options);
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
  closest.slip = most_late(call.silence, timed_by(call.by, spec), hz == 0 ? kUsualHz : hz);
  return closest;
}

}  // namespace stayalive
