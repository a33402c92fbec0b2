// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/random.h"
#include "base/state_walk.h"
#include "strategy/strategy.h"

namespace stayalive {

// One end of the generic keepalive.  A ping that waits for an answer is repeated every
// retry_interval; after `retries` unanswered ones, one more such span ends the connection.  The
// peer's strikes are counted as gRPC proposal A8 says: a ping sooner than min_ping_interval after
// the last good one is a strike, application data sent wipes them out, and one more than
// max_strikes closes the connection.
class KeepaliveEnd final : public Strategy {
 public:
  struct Rules {
    bool pings = true;
    Duration interval = 60s;
    std::uint32_t bytes = 2;
    bool answered = true;
    std::uint32_t answer_bytes = 2;
    std::uint32_t retries = 0;       // 0: no number of unanswered pings is a reason to give up
    Duration retry_interval{};       // zero: as interval
    Duration give_up_after{};        // without anything received; zero: never
    bool reset_by_sent = true;       // whether the next ping is put off by what this end sends
    bool reset_by_received = false;  // and by what it receives
    Duration jitter{};               // each wait is shorter by up to so much
    bool reconnects = false;         // on death; else it closes
    Duration reconnect_pause = 1s;
    bool forgets = false;  // on death and after strikes: a UDP server, which goes on for others
    Duration min_ping_interval{};  // of the peer's pings; zero: any
    std::uint32_t max_strikes = 2;
    std::uint32_t max_pings_without_data = 0;  // 0: any number
  };
  KeepaliveEnd(Rules rules, Random random) : rules_(rules), random_(random) {}

  void on_open(TimePoint now, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override;
  void on_sent(TimePoint now, const Message& message) override;
  void on_closed(TimePoint now, SocketError error, Channel& channel) override;
  TimePoint next_deadline() const override;
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  TimePoint death() const;
  Duration wait();
  void ping(TimePoint now, Channel& channel);
  void judge_ping(TimePoint now, Channel& channel);
  void die(const std::string& reason, Channel& channel);

  Rules rules_;
  Random random_;
  bool open_ = false;
  bool pinging_ = false;  // what is sent now is this end's own ping
  std::uint32_t unanswered_ = 0;
  std::uint32_t pings_without_data_ = 0;
  TimePoint pinged_;
  TimePoint next_ping_ = kNever;
  TimePoint heard_;
  bool judged_ = false;  // whether a ping of the peer has come
  TimePoint good_ping_;
  std::uint32_t strikes_ = 0;
};

}  // namespace stayalive
