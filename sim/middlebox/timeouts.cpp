// SPDX-License-Identifier: Apache-2.0
#include "middlebox/timeouts.h"

namespace stayalive {
namespace {

// In the order of the enumeration: our name, the sysctl of Linux
// (Documentation/networking/nf_conntrack-sysctl.rst), and the word of pf.conf(5).
struct Names {
  std::string_view own;
  std::string_view sysctl;
  std::string_view pf;
};

constexpr std::array<Names, kTimeoutCount> kNames{{
    {"tcp.first", "", "tcp.first"},
    {"tcp.syn_sent", "nf_conntrack_tcp_timeout_syn_sent", ""},
    {"tcp.syn_recv", "nf_conntrack_tcp_timeout_syn_recv", ""},
    {"tcp.syn_sent2", "", ""},
    {"tcp.opening", "", "tcp.opening"},
    {"tcp.incoming_syn", "", ""},
    {"tcp.established", "nf_conntrack_tcp_timeout_established", "tcp.established"},
    {"tcp.fin_wait", "nf_conntrack_tcp_timeout_fin_wait", "tcp.finwait"},
    {"tcp.close_wait", "nf_conntrack_tcp_timeout_close_wait", ""},
    {"tcp.half_closed", "", ""},
    {"tcp.closing", "", "tcp.closing"},
    {"tcp.last_ack", "nf_conntrack_tcp_timeout_last_ack", ""},
    {"tcp.time_wait", "nf_conntrack_tcp_timeout_time_wait", ""},
    {"tcp.close", "nf_conntrack_tcp_timeout_close", ""},
    {"tcp.closed", "", "tcp.closed"},
    {"tcp.reset", "", ""},
    {"tcp.max_retrans", "nf_conntrack_tcp_timeout_max_retrans", ""},
    {"tcp.unacknowledged", "nf_conntrack_tcp_timeout_unacknowledged", ""},
    {"udp.first", "", "udp.first"},
    {"udp.single", "nf_conntrack_udp_timeout", "udp.single"},
    {"udp.stream", "nf_conntrack_udp_timeout_stream", ""},
    {"udp.multiple", "", "udp.multiple"},
    {"icmp.query", "nf_conntrack_icmp_timeout", "icmp.first"},
    {"generic", "nf_conntrack_generic_timeout", ""},
}};

constexpr Timeout kLinux[] = {
    Timeout::TcpSynSent,     Timeout::TcpSynRecv,        Timeout::TcpSynSent2,
    Timeout::TcpEstablished, Timeout::TcpFinWait,        Timeout::TcpCloseWait,
    Timeout::TcpLastAck,     Timeout::TcpTimeWait,       Timeout::TcpClose,
    Timeout::TcpMaxRetrans,  Timeout::TcpUnacknowledged, Timeout::UdpSingle,
    Timeout::UdpStream,      Timeout::IcmpQuery,         Timeout::Generic,
};
constexpr Timeout kPf[] = {
    Timeout::TcpFirst,    Timeout::TcpOpening, Timeout::TcpEstablished, Timeout::TcpClosing,
    Timeout::TcpFinWait,  Timeout::TcpClosed,  Timeout::UdpFirst,       Timeout::UdpSingle,
    Timeout::UdpMultiple, Timeout::IcmpQuery,
};
constexpr Timeout kRfc[] = {
    Timeout::TcpOpening,    Timeout::TcpIncomingSyn, Timeout::TcpEstablished,
    Timeout::TcpHalfClosed, Timeout::TcpClosing,     Timeout::TcpReset,
    Timeout::UdpSingle,     Timeout::UdpStream,      Timeout::IcmpQuery,
};
constexpr Timeout kIdle[] = {
    Timeout::TcpOpening, Timeout::TcpEstablished, Timeout::TcpClosing,
    Timeout::UdpSingle,  Timeout::UdpStream,      Timeout::IcmpQuery,
};

}  // namespace

std::string_view name(Timeout timer) { return kNames[static_cast<std::size_t>(timer)].own; }

std::optional<Timeout> find_timeout(std::string_view name) {
  for (std::size_t i = 0; i < kTimeoutCount; ++i) {
    if (kNames[i].own == name) return static_cast<Timeout>(i);
  }
  return std::nullopt;
}

std::span<const Timeout> timeouts_of(TrackerKind tracker) {
  switch (tracker) {
    case TrackerKind::Linux:
      return kLinux;
    case TrackerKind::Pf:
      return kPf;
    case TrackerKind::Rfc:
      return kRfc;
    case TrackerKind::Idle:
      return kIdle;
  }
  return {};
}

std::string_view setting_name(TrackerKind tracker, Timeout timer) {
  const Names& names = kNames[static_cast<std::size_t>(timer)];
  if (tracker == TrackerKind::Linux) return names.sysctl;
  if (tracker == TrackerKind::Pf) return names.pf;
  return {};
}

}  // namespace stayalive
