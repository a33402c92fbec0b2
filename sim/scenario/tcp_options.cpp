// SPDX-License-Identifier: Apache-2.0
#include "scenario/tcp_options.h"

#include <array>
#include <string_view>

#include "base/text.h"
#include "scenario/object_reader.h"

namespace stayalive {
namespace {

// Linux does not take more than this for TCP_KEEPIDLE and TCP_KEEPINTVL (include/net/tcp.h), but
// its sysctls and other systems do.
constexpr SpanLimits kKeepalive{1ms, 8784h};
constexpr SpanLimits kPositive{1ms, 24h};

struct Field {
  std::string_view key;
  std::string_view help;
  bool (*read)(Reader&, TcpConfig&);
};

constexpr std::array kKeepaliveFields{
    Field{"keepalive", "SO_KEEPALIVE: probe an idle connection",
          [](Reader& in, TcpConfig& to) { return in.flag(to.keepalive); }},
    Field{"keepalive_idle", "TCP_KEEPIDLE, tcp_keepalive_time: silence before the first probe",
          [](Reader& in, TcpConfig& to) { return in.span(to.keepalive_idle, kKeepalive); }},
    Field{"keepalive_interval", "TCP_KEEPINTVL, tcp_keepalive_intvl: from probe to probe",
          [](Reader& in, TcpConfig& to) { return in.span(to.keepalive_interval, kKeepalive); }},
    Field{"keepalive_count",
          "TCP_KEEPCNT, tcp_keepalive_probes: unanswered probes before giving up",
          [](Reader& in, TcpConfig& to) { return in.count(to.keepalive_count, 1, 127); }},
    Field{"user_timeout", "TCP_USER_TIMEOUT: longest wait for an acknowledgment; 0s: off",
          [](Reader& in, TcpConfig& to) { return in.span(to.user_timeout); }},
    Field{"nodelay", "TCP_NODELAY: no waiting for more to send",
          [](Reader& in, TcpConfig& to) { return in.flag(to.nodelay); }},
};

constexpr std::array kRetryFields{
    Field{"retries1", "tcp_retries1: retransmissions before the route is looked up again",
          [](Reader& in, TcpConfig& to) { return in.count(to.retries1, 0, 255); }},
    Field{"retries2", "tcp_retries2: how long data is retransmitted, in doublings of the RTO",
          [](Reader& in, TcpConfig& to) { return in.count(to.retries2, 0, 255); }},
    Field{"syn_retries", "tcp_syn_retries: SYNs sent again before giving up",
          [](Reader& in, TcpConfig& to) { return in.count(to.syn_retries, 0, 127); }},
    Field{"syn_linear_timeouts", "tcp_syn_linear_timeouts: of these, how many without back-off",
          [](Reader& in, TcpConfig& to) { return in.count(to.syn_linear_timeouts, 0, 127); }},
    Field{"synack_retries", "tcp_synack_retries: SYN-ACKs sent again before giving up",
          [](Reader& in, TcpConfig& to) { return in.count(to.synack_retries, 0, 255); }},
    Field{"orphan_retries", "tcp_orphan_retries: as retries2 after the program has closed",
          [](Reader& in, TcpConfig& to) { return in.count(to.orphan_retries, 0, 255); }},
    Field{"rto_initial", "first retransmission timeout (RFC 6298)",
          [](Reader& in, TcpConfig& to) { return in.span(to.rto_initial, kPositive); }},
    Field{"rto_min", "shortest retransmission timeout, tcp_rto_min_us",
          [](Reader& in, TcpConfig& to) { return in.span(to.rto_min, kPositive); }},
    Field{"rto_max", "longest retransmission timeout, tcp_rto_max_ms",
          [](Reader& in, TcpConfig& to) { return in.span(to.rto_max, kPositive); }},
    Field{"maximum_retransmissions",
          "retransmissions of one segment before giving up; 0: by retries2, as Linux does",
          [](Reader& in, TcpConfig& to) { return in.count(to.maximum_retransmissions, 0, 255); }},
    Field{"connect_timeout", "longest handshake; 0s: as long as SYNs are sent",
          [](Reader& in, TcpConfig& to) { return in.span(to.connect_timeout); }},
    Field{"tail_loss_probe", "tcp_early_retrans: probe when the last segment may be lost",
          [](Reader& in, TcpConfig& to) { return in.flag(to.tail_loss_probe); }},
};

constexpr std::array kOtherFields{
    Field{"delayed_ack_min", "shortest delay of an acknowledgment",
          [](Reader& in, TcpConfig& to) {
            return in.span(to.delayed_ack_min, {{}, 24h});
          }},
    Field{"delayed_ack_max", "longest delay of an acknowledgment",
          [](Reader& in, TcpConfig& to) {
            return in.span(to.delayed_ack_max, {{}, 24h});
          }},
    Field{"fin_timeout", "tcp_fin_timeout: FIN-WAIT-2 after the program has closed",
          [](Reader& in, TcpConfig& to) { return in.span(to.fin_timeout); }},
    Field{"time_wait", "how long TIME-WAIT lasts",
          [](Reader& in, TcpConfig& to) { return in.span(to.time_wait); }},
    Field{"invalid_ratelimit", "tcp_invalid_ratelimit: from one challenge ACK to the next",
          [](Reader& in, TcpConfig& to) { return in.span(to.invalid_ratelimit); }},
    Field{"mss", "payload bytes in a full segment",
          [](Reader& in, TcpConfig& to) { return in.count(to.mss, 88, 65'483); }},
    Field{"receive_buffer", "bytes offered as window while the program reads",
          [](Reader& in, TcpConfig& to) { return in.count(to.receive_buffer, 1, 1 << 30); }},
    Field{"initial_window", "segments that may be sent before the first acknowledgment",
          [](Reader& in, TcpConfig& to) { return in.count(to.initial_window, 1, 1000); }},
    Field{"timer_hz", "ticks a second of its kernel, by which timers run late; 0: exact",
          [](Reader& in, TcpConfig& to) { return in.count(to.timer_hz, 0, 1000); }},
};

void report_conflicts(const Reader& in, const TcpConfig& config) {
  if (config.rto_min > config.rto_max) {
    in.error("rto_min, " + print_duration(config.rto_min) + ", is longer than rto_max, " +
                 print_duration(config.rto_max),
             "an rto_min of at most rto_max");
  }
  if (config.delayed_ack_min > config.delayed_ack_max) {
    in.error("delayed_ack_min, " + print_duration(config.delayed_ack_min) +
                 ", is longer than delayed_ack_max, " + print_duration(config.delayed_ack_max),
             "a delayed_ack_min of at most delayed_ack_max");
  }
}

}  // namespace

void read_tcp_options(Reader in, TcpConfig& config) {
  in.shared_object("tcp", [&](ObjectReader& fields) {
    const auto read_all = [&](const auto& table) {
      for (const Field& field : table) {
        Reader value = fields.computed(field.key, field.help);
        field.read(value, config);
      }
    };
    read_all(kKeepaliveFields);
    read_all(kRetryFields);
    read_all(kOtherFields);
  });
  report_conflicts(in, config);
}

}  // namespace stayalive
