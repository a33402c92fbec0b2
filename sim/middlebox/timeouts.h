// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"

namespace stayalive {

// How a box follows a TCP connection; each has its own states and timers.
enum class TrackerKind : std::uint8_t {
  Linux,  // nf_conntrack: eleven TCP timers, window tracking, mid-stream pickup
  Pf,     // OpenBSD and FreeBSD pf: a pair of peer states, six TCP timers
  Rfc,    // RFC 6146 / RFC 7857: opening, established, closing
  Idle,   // load balancers: one idle timer from the first SYN until FIN both ways or RST
};

// Every timer of every tracker.  A tracker uses the ones that timeouts_of() lists.
enum class Timeout : std::uint8_t {
  TcpFirst,
  TcpSynSent,
  TcpSynRecv,
  TcpSynSent2,
  TcpOpening,
  TcpIncomingSyn,
  TcpEstablished,
  TcpFinWait,
  TcpCloseWait,
  TcpHalfClosed,
  TcpClosing,
  TcpLastAck,
  TcpTimeWait,
  TcpClose,
  TcpClosed,
  TcpReset,
  TcpMaxRetrans,
  TcpUnacknowledged,
  UdpFirst,
  UdpSingle,
  UdpStream,
  UdpMultiple,
  IcmpQuery,
  Generic,
};
inline constexpr std::size_t kTimeoutCount = static_cast<std::size_t>(Timeout::Generic) + 1;

// Spans indexed by Timeout; zero where the tracker does not use one.
struct TimeoutTable {
  std::array<Duration, kTimeoutCount> spans{};
  constexpr Duration& operator[](Timeout timer) { return spans[static_cast<std::size_t>(timer)]; }
  constexpr Duration operator[](Timeout timer) const {
    return spans[static_cast<std::size_t>(timer)];
  }
};

// The name in profiles, scenarios and results: "tcp.established", "udp.stream".
std::string_view name(Timeout timer);
std::optional<Timeout> find_timeout(std::string_view name);
// The timers this tracker uses, in the order in which documents list them.
std::span<const Timeout> timeouts_of(TrackerKind tracker);
// Under what name an administrator finds the timer on the real system:
// "nf_conntrack_tcp_timeout_established" for Linux, "tcp.established" for pf; empty where there is
// none.
std::string_view setting_name(TrackerKind tracker, Timeout timer);
// Why a flow has this timer and no other, as a clause: "only one side had sent"; empty where the
// box, whose timers these are, makes no difference.
std::string_view reason_for(TrackerKind tracker, Timeout timer, const TimeoutTable& timeouts);

}  // namespace stayalive
