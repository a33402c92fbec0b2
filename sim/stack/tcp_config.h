// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"

namespace stayalive {

// How a stack treats its keepalive timer.
enum class KeepaliveStyle : std::uint8_t {
  Linux,  // no probes while data is unacknowledged; user_timeout replaces the count; RST at the end
  Bsd,    // also while data is in flight; RST when it gives up (FreeBSD, macOS, AIX)
  Windows,  // as Bsd, without a RST
  Solaris,  // not while data is in flight; without a RST
};

// Whether a stack tells the peer when keepalive gives up.
constexpr bool resets_at_end(KeepaliveStyle style) {
  return style == KeepaliveStyle::Linux || style == KeepaliveStyle::Bsd;
}

// What an operating system and a program's socket options decide.  Defaults are Linux 6.5 and
// later; every default names its source in tcp_config.cpp, where the presets are.
struct TcpConfig {
  // Keepalive: SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT.  Where keepalive_abort is
  // not zero, an interval or a count of zero follows from the other, and of both the first distance
  // is the retransmission timeout, and each further one is twice the last (keepalive_step.h).
  bool keepalive = false;
  Duration keepalive_idle = 7200s;
  Duration keepalive_interval = 75s;
  std::uint32_t keepalive_count = 9;
  Duration keepalive_abort{};  // how long after the first probe such a connection is given up
  KeepaliveStyle keepalive_style = KeepaliveStyle::Linux;
  Duration user_timeout{};  // TCP_USER_TIMEOUT; zero is off
  bool nodelay = false;     // TCP_NODELAY; false is Nagle's algorithm
  // Retransmission.
  Duration rto_initial = 1s;
  Duration rto_min = 200ms;
  Duration rto_max = 120s;
  std::uint32_t retries1 = 3;
  std::uint32_t retries2 = 15;
  std::uint32_t syn_retries = 6;
  std::uint32_t syn_linear_timeouts = 4;
  std::uint32_t synack_retries = 5;
  std::uint32_t orphan_retries = 8;
  bool tail_loss_probe = true;
  // Other systems count: so many retransmissions of one segment, then the connection is lost.  0 is
  // Linux's rule, by time.
  std::uint32_t maximum_retransmissions = 0;
  Duration connect_timeout{};         // of the whole handshake; zero is off
  Duration defer_accept{};            // TCP_DEFER_ACCEPT of a listener; zero is off
  bool reset_when_giving_up = false;  // a RST when unacknowledged data ends the connection
  Duration delayed_ack_min = 40ms;
  Duration delayed_ack_max = 200ms;
  // The ends have asked and answered before the run takes them up, so that from the start
  // acknowledgments wait for answers to carry them.
  bool conversing = false;
  // Closing.
  Duration fin_timeout = 60s;
  Duration time_wait = 60s;
  // Answers to strange segments: at most one per span and connection (tcp_invalid_ratelimit).
  Duration invalid_ratelimit = 500ms;
  std::uint32_t mss = 1448;  // payload bytes per segment: 1500 less IP, TCP and timestamps
  std::uint32_t receive_buffer = 65536;  // bytes of window offered while the program reads
  std::uint32_t initial_window = 10;     // segments
  // Ticks a second of the kernel, at most 1000: timers run late as its timer wheel makes them
  // (timer_slip.h).  0 is exact.
  std::uint32_t timer_hz = 0;
};

// A named operating system: "linux", "linux-before-6.5", "windows" and so on.
struct OsPreset {
  std::string_view name;
  std::string_view title;
  TcpConfig tcp;
  bool limits_icmp = false;  // whether it sends ICMP errors as IcmpLimit says
};
std::span<const OsPreset> os_presets();
// nullptr when there is none of that name.
const OsPreset* find_os_preset(std::string_view name);

}  // namespace stayalive
