// SPDX-License-Identifier: Apache-2.0
#include "scenario/sections/tcp_options.h"

#include <array>
#include <string_view>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"

namespace stayalive {
namespace {

// Linux does not take more than this for TCP_KEEPIDLE and TCP_KEEPINTVL (include/net/tcp.h), but
// its sysctls and other systems do.
constexpr Duration kKeepaliveLeast = 1ms;
constexpr Duration kKeepaliveMost = 8784h;

using TcpOption = BoundOption<TcpConfig>;

constexpr std::array kKeepaliveOptions{
    TcpOption{OptionSpec::of_flag("keepalive", "SO_KEEPALIVE: probe an idle connection"),
              [](TcpConfig& to) -> OptionSlot { return to.keepalive; }},
    TcpOption{
        OptionSpec::of_span("keepalive_idle",
                            "TCP_KEEPIDLE, tcp_keepalive_time: silence before the first probe",
                            kKeepaliveLeast, kKeepaliveMost),
        [](TcpConfig& to) -> OptionSlot { return to.keepalive_idle; }},
    TcpOption{OptionSpec::of_span("keepalive_interval",
                                  "TCP_KEEPINTVL, tcp_keepalive_intvl: from probe to probe",
                                  kKeepaliveLeast, kKeepaliveMost),
              [](TcpConfig& to) -> OptionSlot { return to.keepalive_interval; }},
    TcpOption{OptionSpec::of_count(
                  "keepalive_count",
                  "TCP_KEEPCNT, tcp_keepalive_probes: unanswered probes before giving up", 1, 127),
              [](TcpConfig& to) -> OptionSlot { return to.keepalive_count; }},
    TcpOption{OptionSpec::of_span("user_timeout",
                                  "TCP_USER_TIMEOUT: longest wait for an acknowledgment; 0s: off"),
              [](TcpConfig& to) -> OptionSlot { return to.user_timeout; }},
    TcpOption{OptionSpec::of_flag("nodelay", "TCP_NODELAY: no waiting for more to send"),
              [](TcpConfig& to) -> OptionSlot { return to.nodelay; }},
};

constexpr std::array kRetryOptions{
    TcpOption{OptionSpec::of_count(
                  "retries1", "tcp_retries1: retransmissions before the route is looked up again",
                  0, 255),
              [](TcpConfig& to) -> OptionSlot { return to.retries1; }},
    TcpOption{OptionSpec::of_count(
                  "retries2",
                  "tcp_retries2: how long data is retransmitted, in doublings of the RTO", 0, 255),
              [](TcpConfig& to) -> OptionSlot { return to.retries2; }},
    TcpOption{OptionSpec::of_count("syn_retries",
                                   "tcp_syn_retries: SYNs sent again before giving up", 0, 127),
              [](TcpConfig& to) -> OptionSlot { return to.syn_retries; }},
    TcpOption{OptionSpec::of_count("syn_linear_timeouts",
                                   "tcp_syn_linear_timeouts: of these, how many without back-off",
                                   0, 127),
              [](TcpConfig& to) -> OptionSlot { return to.syn_linear_timeouts; }},
    TcpOption{
        OptionSpec::of_count("synack_retries",
                             "tcp_synack_retries: SYN-ACKs sent again before giving up", 0, 255),
        [](TcpConfig& to) -> OptionSlot { return to.synack_retries; }},
    TcpOption{OptionSpec::of_count("orphan_retries",
                                   "tcp_orphan_retries: as retries2 after the program has closed",
                                   0, 255),
              [](TcpConfig& to) -> OptionSlot { return to.orphan_retries; }},
    TcpOption{
        OptionSpec::of_span("rto_initial", "first retransmission timeout (RFC 6298)", 1ms, 24h),
        [](TcpConfig& to) -> OptionSlot { return to.rto_initial; }},
    TcpOption{
        OptionSpec::of_span("rto_min", "shortest retransmission timeout, tcp_rto_min_us", 1ms, 24h),
        [](TcpConfig& to) -> OptionSlot { return to.rto_min; }},
    TcpOption{
        OptionSpec::of_span("rto_max", "longest retransmission timeout, tcp_rto_max_ms", 1ms, 24h),
        [](TcpConfig& to) -> OptionSlot { return to.rto_max; }},
    TcpOption{OptionSpec::of_count(
                  "maximum_retransmissions",
                  "retransmissions of one segment before giving up; 0: by retries2, as Linux does",
                  0, 255),
              [](TcpConfig& to) -> OptionSlot { return to.maximum_retransmissions; }},
    TcpOption{
        OptionSpec::of_span("connect_timeout", "longest handshake; 0s: as long as SYNs are sent"),
        [](TcpConfig& to) -> OptionSlot { return to.connect_timeout; }},
    TcpOption{OptionSpec::of_span("defer_accept",
                                  "TCP_DEFER_ACCEPT of a listener: a connection is not accepted "
                                  "before its first data, or before this has passed; 0s: off"),
              [](TcpConfig& to) -> OptionSlot { return to.defer_accept; }},
    TcpOption{OptionSpec::of_flag("tail_loss_probe",
                                  "tcp_early_retrans: probe when the last segment may be lost"),
              [](TcpConfig& to) -> OptionSlot { return to.tail_loss_probe; }},
};

constexpr std::array kOtherOptions{
    TcpOption{
        OptionSpec::of_span("delayed_ack_min", "shortest delay of an acknowledgment", {}, 24h),
        [](TcpConfig& to) -> OptionSlot { return to.delayed_ack_min; }},
    TcpOption{OptionSpec::of_span("delayed_ack_max", "longest delay of an acknowledgment", {}, 24h),
              [](TcpConfig& to) -> OptionSlot { return to.delayed_ack_max; }},
    TcpOption{OptionSpec::of_span("fin_timeout",
                                  "tcp_fin_timeout: FIN-WAIT-2 after the program has closed"),
              [](TcpConfig& to) -> OptionSlot { return to.fin_timeout; }},
    TcpOption{OptionSpec::of_span("time_wait", "how long TIME-WAIT lasts"),
              [](TcpConfig& to) -> OptionSlot { return to.time_wait; }},
    TcpOption{OptionSpec::of_span("invalid_ratelimit",
                                  "tcp_invalid_ratelimit: from one challenge ACK to the next"),
              [](TcpConfig& to) -> OptionSlot { return to.invalid_ratelimit; }},
    TcpOption{OptionSpec::of_count("mss", "payload bytes in a full segment", 88, 65'483),
              [](TcpConfig& to) -> OptionSlot { return to.mss; }},
    TcpOption{OptionSpec::of_count("receive_buffer",
                                   "bytes offered as window while the program reads", 1, 1 << 30),
              [](TcpConfig& to) -> OptionSlot { return to.receive_buffer; }},
    TcpOption{
        OptionSpec::of_count("initial_window",
                             "segments that may be sent before the first acknowledgment", 1, 1000),
        [](TcpConfig& to) -> OptionSlot { return to.initial_window; }},
    TcpOption{OptionSpec::of_count(
                  "timer_hz", "ticks a second of its kernel, by which timers run late; 0: exact", 0,
                  1000),
              [](TcpConfig& to) -> OptionSlot { return to.timer_hz; }},
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
      for (const TcpOption& option : table) {
        Reader value = fields.optional(option.spec.key, option.spec.help);
        read_option(value, option.spec, option.slot(config));
      }
    };
    read_all(kKeepaliveOptions);
    read_all(kRetryOptions);
    read_all(kOtherOptions);
  });
  report_conflicts(in, config);
}

}  // namespace stayalive
