// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/state_walk.h"
#include "strategy/openvpn/openvpn_exchange.h"
#include "strategy/second_clock.h"
#include "strategy/strategy.h"

namespace stayalive {

// What one end of OpenVPN has been told, in the seconds in which it counts.
struct OpenvpnConfig {
  Transport transport = Transport::Udp;
  std::string peer;
  SecondClock clock{Duration::zero()};
  Random random{0, "", ""};
  std::int64_t ping = 0;          // --ping; 0 is off
  std::int64_t ping_restart = 0;  // --ping-restart; 0 is off
  std::int64_t ping_exit = 0;     // --ping-exit; 0 is off
  std::int64_t hand_window = 60;  // --hand-window
  std::int64_t reneg_sec = 3600;  // --reneg-sec; 0 is off
};

// What both ends of OpenVPN have in common: a loop that goes round at every event and counts whole
// seconds (forward.c).  A ping is sent when nothing at all was sent for --ping seconds; the tunnel
// is given up when nothing authentic was received for --ping-restart or --ping-exit seconds; keys
// are agreed anew every --reneg-sec seconds.  The loop sleeps for whole seconds and a random part
// of up to 262143 us, drawn every 10 s, so that pings are that much late.
class OpenvpnEnd : public Strategy {
 public:
  void on_sent(TimePoint now, const Message& message) override;
  std::uint32_t wire_bytes(std::uint32_t bytes) const override;
  bool queues_while_not_ready() const override { return false; }
  bool chooses_source() const override { return true; }
  TimePoint next_deadline() const override { return wake_; }
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 protected:
  enum class Phase : std::uint8_t { Idle, Handshake, Up };
  OpenvpnEnd(OpenvpnConfig config, Role role) : config_(std::move(config)), role_(role) {}

  virtual void silence(TimePoint now, Channel& channel) = 0;           // the peer is gone
  virtual void handshake_failed(TimePoint now, Channel& channel) = 0;  // within --hand-window
  virtual void came_up(TimePoint now, Channel& channel) = 0;
  virtual void said_goodbye(TimePoint now, Channel& channel) = 0;  // schedule_exit

  // Starts from nothing, with a handshake.
  void start(TimePoint now, Channel& channel);
  // Does nothing until start().
  void stop();
  // An authentic message arrived.
  void take(TimePoint now, const Message& message, Channel& channel);
  // One round of the loop.
  void go_round(TimePoint now, Channel& channel);

  // Ends in order at this second: said_goodbye() is called.
  void schedule_exit(std::int64_t second);
  // Sends a message in the middle of a round.
  void send(const Message& message, Channel& channel);

  // Subtype of a control message that belongs to no exchange.
  static constexpr std::uint8_t kNoStep = 255;

  std::int64_t read(TimePoint now) const { return config_.clock.read(now); }
  std::uint32_t bytes(std::uint32_t udp_payload) const;

  OpenvpnConfig config_;
  Role role_;
  Phase phase_ = Phase::Idle;

 private:
  void take_control(std::int64_t second, const Message& message, Channel& channel);
  void begin_exchange(OpenvpnExchange::Kind kind, std::int64_t second, Channel& channel);
  void finish_exchange(TimePoint now, Channel& channel);
  bool check_timers(TimePoint now, Channel& channel);
  bool check_keys(TimePoint now, Channel& channel);
  void sleep(TimePoint now);
  void note_wait(TimePoint now, Channel& channel) const;

  std::int64_t exit_second_ = INT64_MAX;
  std::optional<OpenvpnExchange> exchange_;
  bool in_loop_ = false;
  bool agreeing_ = false;       // an exchange is under way
  std::int64_t agreed_by_ = 0;  // when it fails
  std::int64_t renegotiate_second_ = INT64_MAX;
  std::int64_t sent_second_ = 0;
  std::int64_t heard_second_ = 0;
  std::int64_t timers_second_ = 0;  // when the timers are looked at again
  std::int64_t draw_second_ = 0;    // when late_ is drawn again
  Duration late_{};
  TimePoint wake_ = kNever;
};

}  // namespace stayalive
