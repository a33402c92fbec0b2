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

// nf_conntrack_proto_tcp.c and nf_conntrack_proto_udp.c of the kernel.
std::string_view reason_on_linux(Timeout timer, const TimeoutTable& timeouts) {
  switch (timer) {
    case Timeout::TcpSynSent:
      return "nobody had answered the SYN";
    case Timeout::TcpSynRecv:
      return "the handshake had not ended";
    case Timeout::TcpSynSent2:
      return "both ends had sent a SYN and neither had answered";
    case Timeout::TcpEstablished:
      return timeouts[timer] > timeouts[Timeout::TcpUnacknowledged]
                 ? "the connection was open and all its data acknowledged"
                 : "the connection was open";
    case Timeout::TcpFinWait:
      return "one end had sent a FIN";
    case Timeout::TcpCloseWait:
      return "the FIN of one end had been acknowledged, and the other had sent none";
    case Timeout::TcpLastAck:
      return "both ends had sent a FIN";
    case Timeout::TcpTimeWait:
      return "both ends had sent a FIN, and the last was acknowledged";
    case Timeout::TcpClose:
      return "a RST had passed";
    case Timeout::TcpMaxRetrans:
      return "a segment had been repeated without an answer, an end had closed its window, or the "
             "connection had been taken up in its middle";
    case Timeout::TcpUnacknowledged:
      return "data that had passed was not acknowledged";
    case Timeout::UdpSingle:
      return "no packet had come more than 2s after the first one and after an answer";
    case Timeout::UdpStream:
      return "a packet had come more than 2s after the first one and after an answer";
    default:
      return "";
  }
}

// pf.conf(5), TIMEOUTS.
std::string_view reason_in_pf(Timeout timer) {
  switch (timer) {
    case Timeout::TcpFirst:
    case Timeout::UdpFirst:
      return "only one packet had come";
    case Timeout::TcpOpening:
      return "the handshake had not ended";
    case Timeout::TcpEstablished:
      return "the connection was open";
    case Timeout::TcpClosing:
      return "one end had sent a FIN";
    case Timeout::TcpFinWait:
      return "both ends had sent a FIN";
    case Timeout::TcpClosed:
      return "both FINs were acknowledged, or a RST had passed";
    case Timeout::UdpSingle:
      return "not both ends had been answered";
    case Timeout::UdpMultiple:
      return "both ends had been answered";
    default:
      return "";
  }
}

// Of the boxes in which a timer of zero means that there is no difference; nor is there one where
// both are the same.
std::string_view reason_by_the_book(Timeout timer, const TimeoutTable& timeouts) {
  const auto no_difference = [&timeouts](Timeout early, Timeout late) {
    return timeouts[early] == Duration::zero() || timeouts[late] == Duration::zero() ||
           timeouts[early] == timeouts[late];
  };
  const bool one_for_udp = no_difference(Timeout::UdpSingle, Timeout::UdpStream);
  const bool one_for_opening = no_difference(Timeout::TcpOpening, Timeout::TcpEstablished);
  switch (timer) {
    case Timeout::TcpOpening:
      return one_for_opening ? "" : "no SYN had come from the other side";
    case Timeout::TcpIncomingSyn:
      return "the inside had not answered the SYN from outside";
    case Timeout::TcpEstablished:
      return one_for_opening ? "" : "SYNs had come from both sides";
    case Timeout::TcpHalfClosed:
      return "one end had sent a FIN";
    case Timeout::TcpClosing:
      return "both ends had sent a FIN";
    case Timeout::TcpReset:
      return "a RST had passed, and nothing after it";
    case Timeout::UdpSingle:
      return one_for_udp ? "" : "the other side had not answered";
    case Timeout::UdpStream:
      return one_for_udp ? "" : "both sides had sent";
    default:
      return "";
  }
}

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

std::string_view reason_for(TrackerKind tracker, Timeout timer, const TimeoutTable& timeouts) {
  if (tracker == TrackerKind::Linux) return reason_on_linux(timer, timeouts);
  return tracker == TrackerKind::Pf ? reason_in_pf(timer) : reason_by_the_book(timer, timeouts);
}

std::string_view setting_name(TrackerKind tracker, Timeout timer) {
  const Names& names = kNames[static_cast<std::size_t>(timer)];
  if (tracker == TrackerKind::Linux) return names.sysctl;
  if (tracker == TrackerKind::Pf) return names.pf;
  return {};
}

}  // namespace stayalive
