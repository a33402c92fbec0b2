// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/random.h"
#include "base/state_walk.h"
#include "strategy/after_death.h"
#include "strategy/ping_rules.h"
#include "strategy/ping_strikes.h"
#include "strategy/strategy.h"

namespace stayalive {

// One end of the generic keepalive.  A ping that waits for an answer is repeated every
// retry_interval; after `retries` unanswered ones, one more such span ends the connection.  So does
// one strike of the peer's pings more than max_strikes (PingStrikes); application data sent wipes
// them out.
class KeepaliveEnd final : public Strategy {
 public:
  struct Rules {
    PingRules ping;
    // Unanswered pings in a row that are tolerated; 0: any number.
    std::uint32_t retries = 0;
    // Without anything received for so long the peer is dead; zero: never.
    Duration give_up_after{};
    // How often that is looked at, first so long after the opening; zero: at the instant itself.
    Duration check_every{};
    Duration check_phase{};
    // What follows death; one that forgets does so after strikes, too.
    AfterDeath after_death;
    // Pings of the peer that come sooner after the last good one are strikes; zero: none are.
    Duration min_ping_interval{};
    std::uint32_t max_strikes = 2;
    std::uint32_t max_pings_without_data = 0;  // 0: any number
  };
  KeepaliveEnd(Rules rules, Role role, Random waits)
      : rules_(rules), role_(role), waits_(waits), strikes_(rules.max_strikes) {}

  void on_open(TimePoint now, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override;
  void on_sent(TimePoint now, const Message& message) override;
  void on_closed(TimePoint now, SocketError error, Channel& channel) override;
  TimePoint next_deadline() const override;
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  // Puts the death off that silence brings: something was received.
  void hear(TimePoint now);
  void note_wait(TimePoint now, Channel& channel) const;
  void move_ping(PingEvent event, TimePoint now);
  void ping(TimePoint now, Channel& channel);
  void judge_ping(TimePoint now, Channel& channel);
  void die(const std::string& reason, Channel& channel);

  Rules rules_;
  Role role_;
  Random waits_;
  bool open_ = false;
  bool pinging_ = false;  // what is sent now is this end's own ping
  PingRules::Memory memory_;
  std::uint32_t pings_without_data_ = 0;
  TimePoint next_ping_ = kNever;
  TimePoint silent_death_ = kNever;  // when the end gives up if nothing is received
  TimePoint heard_;                  // when something last came; for the books
  PingStrikes strikes_;
};

}  // namespace stayalive
