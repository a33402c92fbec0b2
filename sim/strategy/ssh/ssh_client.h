// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/state_walk.h"
#include "strategy/ssh/ssh_config.h"
#include "strategy/strategy.h"

namespace stayalive {

// ServerAliveInterval and ServerAliveCountMax as clientloop.c of openssh-portable has them: every
// received message puts the check off by the interval; a check counts, and beyond the maximum it
// ends the program with status 255, else it sends a request.  So count_max requests go unanswered
// and the end comes with the check after them.
class SshClient final : public Strategy {
 public:
  // Releases at which the rules changed.
  enum class Version : std::uint8_t {
    V8_3,  // up to here every wake-up of the client puts the check off, its own output included
    V8_4,  // only what is received does; poll() is told whole seconds, counted from the wake-up
    V9_2,  // poll() is told the exact rest, so that checks fall on full seconds of the clock
    V9_8,  // says what the socket's error was before it says that it cannot disconnect
  };
  SshClient(SshConfig config, Version version) : config_(std::move(config)), version_(version) {}

  void on_open(TimePoint now, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override;
  void on_sent(TimePoint now, const Message& message) override;
  void on_closed(TimePoint now, SocketError error, Channel& channel) override;
  Ending ending(SocketError error) const override;
  std::uint32_t wire_bytes(std::uint32_t bytes) const override;
  TimePoint next_deadline() const override;
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  void schedule_check(TimePoint now);
  void note_wait(TimePoint now, Channel& channel) const;

  SshConfig config_;
  Version version_;
  bool open_ = false;
  bool ended_ = false;
  std::uint32_t unanswered_ = 0;
  std::int64_t check_second_ = 0;  // of the clock
  TimePoint woke_;                 // the last time that the client's loop went round
};

}  // namespace stayalive
