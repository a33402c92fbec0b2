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
// retry_interval; after `retries` unanswered ones, one more such span ends the connection.  An end
// that looks now and then whether a ping is due sends it at the first look that is not before.  One
// strike of the peer's pings more than max_strikes (PingStrikes) ends it, too; application data
// sent wipes them out.
class KeepaliveEnd final : public Strategy {
 public:
  struct Rules {
    PingRules ping;
    // How often an end looks whether a ping is due, first so long after the opening; zero: at the
    // instant itself.
    Duration look_every{};
    Duration look_phase{};
    // Pings only after application data of its own that nothing received has followed, an interval
    // after the first such data.
    bool only_after_data = false;
    // Unanswered pings in a row that are tolerated; 0: any number.
    std::uint32_t retries = 0;
    // So long after the first unanswered ping the peer is dead; zero: never.
    Duration retry_for{};
    // Without anything received for so long the peer is dead; zero: never.
    Duration give_up_after{};
    // What ends the silence: what is received; what is sent, too; or of that only the first message
    // after something was received (QUIC, RFC 9000 section 10.1).
    enum class Silence : std::uint8_t { Received, Both, FirstSent };
    Silence silence = Silence::Received;
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
  // Something was received: no wait for an answer goes on, and the silence is over.
  void hear(TimePoint now);
  // Puts the death off that silence brings.
  void restart_silence(TimePoint now);
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
  TimePoint limit_death_ = kNever;   // when it gives up on the answer to a ping, by retry_for
  bool owed_ = false;                // nothing has come since application data went out
  bool spoke_ = false;               // something has gone out since anything came
  PingStrikes strikes_;
};

}  // namespace stayalive
