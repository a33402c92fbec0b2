// SPDX-License-Identifier: Apache-2.0
#include "picture/margin_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/brief.h"
#include "picture/instant.h"

namespace stayalive {

std::string brief_left(Duration left) {
  return left < Duration{1ms} ? print_duration(left) : brief(left);
}

Cell margin_cell(const ClosestCall* margin) {
  if (margin == nullptr) return Value();
  return {margin->left, brief_left(margin->left), margin->within_slip() ? Tone::Warn : Tone::Plain};
}

std::string short_call(const ClosestCall& call) {
  return fmt::format("{}: {} {}", call.who, call.timer, print_duration(call.timeout));
}

std::string margin_sentence(const ClosestCall& call) {
  return fmt::format(
      "Its closest call was at {}: a packet ({}) from the {} side found {} left at {}, where {} is "
      "{}.",
      print_instant(call.at), name(call.by), name(call.from), brief_left(call.left), call.who,
      call.timer, print_duration(call.timeout));
}

std::string give_up_sentence(const CloseGiveUp& wait, Role role) {
  return fmt::format(
      "The {} came within {} of giving up ({}), when something arrived at {} after a wait of {}.",
      name(role), brief_left(wait.left), wait.limit, print_instant(wait.at), brief(wait.waited));
}

std::string slip_warning(const ClosestCall& call) {
  return fmt::format("held by {} ({}): a real timer may be late by {}", brief_left(call.left),
                     short_call(call), brief_left(call.slip));
}

}  // namespace stayalive
