// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"
#include "stack/tcp_config.h"

namespace stayalive {

// What an expired keepalive timer does (RFC 9293, section 3.8.4).  Linux: tcp_keepalive_timer in
// net/ipv4/tcp_timer.c; BSD: tcp_timer_keep in sys/netinet/tcp_timer.c; Solaris:
// tcp_keepalive_timer in usr/src/uts/common/inet/tcp/tcp_timers.c of illumos.
struct KeepaliveStep {
  enum class Action : std::uint8_t { Wait, Probe, GiveUp };
  Action action = Action::Wait;
  Duration again{};  // when the timer expires next; meaningless after GiveUp
};

// idle: time since the peer was last heard.  probes: unanswered ones so far.  busy: whether data is
// unacknowledged or waits to be sent.  rto: its retransmission timeout, without back-off.
KeepaliveStep keepalive_step(const TcpConfig& config, Duration idle, std::uint32_t probes,
                             bool busy, Duration rto);

// How long after a probe the next one follows, when `probes` before it are unanswered.
Duration after_keepalive_probe(const TcpConfig& config, std::uint32_t probes, Duration rto);

}  // namespace stayalive
