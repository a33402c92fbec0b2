// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/time.h"
#include "strategy/channel.h"

namespace stayalive {

struct StrategyContext;

// What an end does once it takes its connection for dead.
struct AfterDeath {
  // Whether it opens a new socket, after the pause; else it closes.
  bool reconnects = false;
  Duration pause = 1s;
  // A UDP server, which goes on for others.
  bool forgets = false;

  void carry_out(const std::string& reason, Channel& channel) const;
};

// Of an end in this place.  Only a client can reconnect.
AfterDeath after_death(bool reconnects, Duration pause, const StrategyContext& context);

}  // namespace stayalive
