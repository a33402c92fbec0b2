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

// Systems that texts still quote.

// include/net/tcp.h of Linux 2.2: TCP_KEEPALIVE_TIME two hours, TCP_KEEPALIVE_PROBES 9, each
// connection looked at every 75 s (four times TCP_KEEPALIVE_PERIOD), TCP_TIMEOUT_INIT 3 s,
// TCP_SYN_RETRIES 10, TCP_RETR2 15 as a count, TCP_FIN_TIMEOUT 3 min, TCP_TIMEWAIT_LEN 60 s.
// TCP_USER_TIMEOUT and tail-loss probes came later (2.6.37, 3.10).
constexpr TcpConfig linux_before_2_4() {
  TcpConfig config = linux_before_6_5();
  config.rto_initial = 3s;
  config.syn_retries = 10;
  config.maximum_retransmissions = 15;
  config.fin_timeout = 180s;
  config.initial_window = 2;
  config.tail_loss_probe = false;
  return config;
}

// Windows 2000, XP and Server 2003 (Microsoft: TCP/IP registry values for these systems):
// KeepAliveTime 7,200,000 ms, KeepAliveInterval 1000 ms, and TcpMaxDataRetransmissions 5, which
// counts keepalive probes, too; TCPInitialRtt 3 s, TcpMaxConnectRetransmissions 2, TcpDelAckTicks 2
// of 100 ms, TcpTimedWaitDelay 240 s, a window of 17,520 bytes on Ethernet.
constexpr TcpConfig windows_before_vista() {
  TcpConfig config = windows();
  config.keepalive_count = 5;
  config.rto_initial = 3s;
  config.syn_retries = 2;
  config.delayed_ack_max = 200ms;
  config.time_wait = 240s;
  config.receive_buffer = 17'520;
  config.initial_window = 2;
  return config;
}

// Oracle: Solaris Tunable Parameters Reference Manual for Solaris 10: tcp_keepalive_interval 2
// hours, tcp_keepalive_abort_interval 8 minutes, tcp_ip_abort_interval 8 minutes,
// tcp_ip_abort_cinterval 3 minutes, tcp_rexmit_interval_initial 3 s, _min 400 ms and _max 60 s,
// tcp_deferred_ack_interval 100 ms, tcp_time_wait_interval 60 s, tcp_fin_wait_2_flush_interval
// 675 s, tcp_slow_start_initial 4.  Neither tcp_keepalive_timer nor tcp_timer sends a RST when it
// ends an established connection (illumos, usr/src/uts/common/inet/tcp/tcp_timers.c).
constexpr TcpConfig solaris() {
  TcpConfig config;
  config.keepalive_style = KeepaliveStyle::Solaris;
  config.keepalive_interval = 0s;
  config.keepalive_count = 0;
  config.keepalive_abort = 480s;
  config.user_timeout = 480s;
  config.connect_timeout = 180s;
  config.rto_initial = 3s;
  config.rto_min = 400ms;
  config.rto_max = 60s;
  config.syn_retries = 12;
  config.syn_linear_timeouts = 0;
  config.tail_loss_probe = false;
  config.delayed_ack_max = 100ms;
  config.fin_timeout = 675s;
  config.initial_window = 4;
  return config;
}

// IBM: AIX, the no command, in half seconds: tcp_keepidle 14400, tcp_keepintvl 150, tcp_keepcnt 8,
// tcp_keepinit 150; in seconds: rto_low 1, rto_high 64, with rto_length 13; fasttimo 200 ms;
// tcp_timewait 1, of 15 s; tcp_finwait2 1200 half seconds.
constexpr TcpConfig aix() {
  TcpConfig config;
  config.keepalive_style = KeepaliveStyle::Bsd;
  config.keepalive_count = 8;
  config.connect_timeout = 75s;
  config.maximum_retransmissions = 12;
  config.reset_when_giving_up = true;
  config.rto_initial = 3s;
  config.rto_min = 1s;
  config.rto_max = 64s;
  config.syn_retries = 12;
  config.syn_linear_timeouts = 0;
  config.tail_loss_probe = false;
  config.time_wait = 15s;
  config.fin_timeout = 600s;
  return config;
}

constexpr std::array<OsPreset, 9> kPresets{{
    {"linux", "Linux 6.5 and later", kLinux, true},
    {"linux-before-6.5", "Linux before 6.5", linux_before_6_5(), true},
    {"linux-before-2.4", "Linux 2.2", linux_before_2_4()},
    {"windows", "Windows 10 and later", windows()},
    {"windows-before-vista", "Windows 2000, XP and Server 2003", windows_before_vista()},
    {"macos", "macOS", macos()},
    {"freebsd", "FreeBSD", freebsd()},
    {"solaris", "Solaris", solaris()},
    {"aix", "AIX", aix()},
}};

}  // namespace

std::span<const OsPreset> os_presets() { return kPresets; }

const OsPreset* find_os_preset(std::string_view name) {
  const auto found = std::find_if(kPresets.begin(), kPresets.end(),
                                  [&](const OsPreset& preset) { return preset.name == name; });
  return found == kPresets.end() ? nullptr : &*found;
}

}  // namespace stayalive
