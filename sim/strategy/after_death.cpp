// SPDX-License-Identifier: Apache-2.0
#include "strategy/after_death.h"

#include "strategy/strategy.h"

namespace stayalive {

void AfterDeath::carry_out(const std::string& reason, Channel& channel) const {
  if (reconnects) {
    channel.reconnect(pause, {reason, 1});
  } else if (forgets) {
    channel.forget_peer({reason, 1});
  } else {
    channel.give_up({reason, 1});
  }
}

AfterDeath after_death(bool reconnects, Duration pause, const StrategyContext& context) {
  const bool client = context.role == Role::Client;
  return {reconnects && client, pause, !client && context.transport == Transport::Udp};
}

}  // namespace stayalive
