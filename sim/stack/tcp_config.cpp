// SPDX-License-Identifier: Apache-2.0
#include "stack/tcp_config.h"

#include <algorithm>
#include <array>

namespace stayalive {

namespace {

// Linux 6.5 and later, the defaults of TcpConfig.  Keepalive, retries1, retries2, syn_retries,
// syn_linear_timeouts (6.5), synack_retries, orphan_retries (0 acts as 8), fin_timeout and
// invalid_ratelimit: Documentation/networking/ip-sysctl.rst.  Initial, least and longest
// retransmission timeout, delayed ACK, TIME-WAIT, initial window of ten segments: TCP_TIMEOUT_INIT,
// TCP_RTO_MIN, TCP_RTO_MAX, TCP_ATO_MIN, TCP_DELACK_MAX, TCP_TIMEWAIT_LEN and TCP_INIT_CWND in
// include/net/tcp.h.
constexpr TcpConfig kLinux;

constexpr TcpConfig linux_before_6_5() {
  TcpConfig config;
  // tcp_syn_linear_timeouts came with 6.5: before, every wait for a SYN doubled.
  config.syn_linear_timeouts = 0;
  return config;
}

constexpr TcpConfig windows() {
  TcpConfig config;
  config.keepalive_style = KeepaliveStyle::Windows;
  // KeepAliveTime 7,200,000 ms and KeepAliveInterval 1000 ms (Microsoft: TCP/IP registry values);
  // ten probes, not configurable before TCP_KEEPCNT (Microsoft: IPPROTO_TCP socket options).
  config.keepalive_interval = 1s;
  config.keepalive_count = 10;
  // TcpMaxDataRetransmissions 5 (Microsoft: TCP/IP registry values).
  config.maximum_retransmissions = 5;
  // InitialRto 1 s, MinRto 300 ms, MaxSynRetransmissions 4, InitialCongestionWindow 10,
  // DelayedAckTimeout 40 ms (Microsoft: Get-NetTCPSetting, template Internet).
  config.rto_min = 300ms;
  config.syn_retries = 4;
  config.syn_linear_timeouts = 0;
  config.delayed_ack_max = 40ms;
  config.tail_loss_probe = false;
  // TcpTimedWaitDelay 120 s (Microsoft: TCP/IP registry values).
  config.time_wait = 120s;
  config.fin_timeout = 120s;
  config.mss = 1460;  // no timestamps by default
  return config;
}

constexpr TcpConfig freebsd() {
  TcpConfig config;
  config.keepalive_style = KeepaliveStyle::Bsd;
  // net.inet.tcp.always_keepalive 1, keepidle 7200 s, keepintvl 75 s, keepcnt 8, keepinit 75 s
  // (tcp(4); sys/netinet/tcp_timer.h).
  config.keepalive = true;
  config.keepalive_count = 8;
  config.connect_timeout = 75s;
  // net.inet.tcp.retries 12; 30 ms and a slop of 200 ms at least, 64 s at most
  // (sys/netinet/tcp_timer.c).
  config.maximum_retransmissions = 12;
  config.rto_min = 230ms;
  config.rto_max = 64s;
  config.reset_when_giving_up = true;  // tcp_drop
  config.tail_loss_probe = false;      // of the base stack
  config.syn_retries = 12;
  config.delayed_ack_max = 40ms;  // net.inet.tcp.delacktime
  config.time_wait = 60s;         // twice net.inet.tcp.msl
  config.fin_timeout = 60s;       // net.inet.tcp.finwait2_timeout
  return config;
}

constexpr TcpConfig macos() {
  TcpConfig config = freebsd();
  // xnu: net.inet.tcp.always_keepalive 0, keepidle 7200 s, keepintvl 75 s, keepcnt 8, keepinit 75
  // s, twelve retransmissions with a slop of 200 ms, msl 15 s (bsd/netinet/tcp_timer.c).
  config.keepalive = false;
  config.delayed_ack_max = 100ms;
  config.time_wait = 30s;
  return config;
}

constexpr std::array<OsPreset, 5> kPresets{{
    {"linux", "Linux 6.5 and later", kLinux},
    {"linux-before-6.5", "Linux before 6.5", linux_before_6_5()},
    {"windows", "Windows 10 and later", windows()},
    {"macos", "macOS", macos()},
    {"freebsd", "FreeBSD", freebsd()},
}};

}  // namespace

std::span<const OsPreset> os_presets() { return kPresets; }

const OsPreset* find_os_preset(std::string_view name) {
  const auto found = std::find_if(kPresets.begin(), kPresets.end(),
                                  [&](const OsPreset& preset) { return preset.name == name; });
  return found == kPresets.end() ? nullptr : &*found;
}

}  // namespace stayalive
