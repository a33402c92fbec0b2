// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/time.h"
#include "strategy/second_clock.h"
#include "strategy/ssh/ssh_cipher.h"

namespace stayalive {

// What one end of an SSH session knows of itself: its own keepalive options and how its packets
// look.  The clock stands for monotime() of misc.c, CLOCK_BOOTTIME cut to seconds.
struct SshConfig {
  Duration interval{};          // ServerAliveInterval or ClientAliveInterval; zero is off
  std::uint32_t count_max = 3;  // ServerAliveCountMax or ClientAliveCountMax
  const SshCipher* cipher = nullptr;
  bool channel_open = true;
  SecondClock clock{Duration::zero()};
  std::string peer;

  // Payloads of the probes and their answers.  A client asks by a global request, a server by a
  // channel request when a channel is open; both for "keepalive@openssh.com" with want_reply
  // (RFC 4254 sections 4 and 5.4, serverloop.c, clientloop.c).
  static constexpr std::uint32_t kGlobalRequest = 27;
  static constexpr std::uint32_t kChannelRequest = 31;
  static constexpr std::uint32_t kGlobalFailure = 1;
  static constexpr std::uint32_t kChannelFailure = 5;
  // SSH_MSG_DISCONNECT "disconnected by user" (RFC 4253 section 11.1, client_loop).
  static constexpr std::uint32_t kDisconnect = 33;
};

}  // namespace stayalive
