// SPDX-License-Identifier: Apache-2.0
#include "run/closest_call.h"

#include <variant>

namespace stayalive {

ClosestCall closest_call_of(const CloseCall& call, std::size_t hop, const Scenario& scenario) {
  const auto& box = std::get<MiddleboxSpec>(scenario.path[hop]);
  ClosestCall closest;
  closest.who = box.name;
  closest.timer = name(call.timer);
  closest.setting = setting_name(box.profile.tracker, call.timer);
  closest.timeout = call.timeout;
  closest.left = call.left;
  closest.at = call.at;
  closest.from = call.from;
  closest.by = call.by;
  return closest;
}

}  // namespace stayalive
