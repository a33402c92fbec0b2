// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "base/state_walk.h"
#include "strategy/ssh/ssh_config.h"
#include "strategy/strategy.h"

namespace stayalive {

// ClientAliveInterval and ClientAliveCountMax as wait_until_can_do_something() of serverloop.c has
// them: the loop sleeps for at most the interval, anew from each wake-up, and what a wake-up does
// depends on the release.  A check counts and beyond the maximum ends the session, else it sends a
// request; every received message sets the count to zero.
class SshServer final : public Strategy {
 public:
  // Releases at which the rules changed.
  enum class Version : std::uint8_t {
    V7_5,  // checks when a sleep ran to its end, and only then
    V7_6,  // also at any other wake-up when nothing was heard for the interval; a sleep that ran to
           // its end does not count as such a check, so that the write of its own request wakes the
           // loop to another one
    V8_0,  // as before, but each check restarts the count of seconds
    V8_2,  // a maximum of 0 means never to end the session; before, to end it at the first check
    V9_2,  // only when a sleep ran to its end and the clock shows more than the interval, which it
           // first does at the end of the next sleep
    V9_5,  // as before, with "at least the interval"
  };
  SshServer(SshConfig config, Version version) : config_(std::move(config)), version_(version) {}

  void on_open(TimePoint now, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override;
  void on_sent(TimePoint now, const Message& message) override;
  Ending ending(SocketError error) const override;
  std::uint32_t wire_bytes(std::uint32_t bytes) const override;
  TimePoint next_deadline() const override;
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  bool checks_at_any_wake() const { return version_ >= Version::V7_6 && version_ < Version::V9_2; }
  bool unheard_for_interval(TimePoint now) const;
  void slept_to_the_end(TimePoint now, Channel& channel);
  void check(TimePoint now, Channel& channel);
  std::optional<CloseGiveUp> wait_so_far(TimePoint now) const;

  SshConfig config_;
  Version version_;
  bool open_ = false;
  bool ended_ = false;
  bool in_loop_ = false;         // what is written now is part of a wake-up that is being handled
  bool output_is_late_ = false;  // output woke the loop at woke_, and a check is due at once
  std::uint32_t unanswered_ = 0;
  std::int64_t heard_second_ = 0;  // of the clock: last heard from the client, or last check
  TimePoint woke_;                 // start of the present sleep
};

}  // namespace stayalive
