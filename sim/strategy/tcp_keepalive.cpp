// SPDX-License-Identifier: Apache-2.0
#include "strategy/tcp_keepalive.h"

#include <array>

#include "strategy/option_rules.h"
#include "strategy/socket_options.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 3> kProbingEnds{"client", "server", "both"};

// Limits are those of Linux: MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL and MAX_TCP_KEEPCNT of
// include/net/tcp.h.
constexpr std::array<OptionSpec, 6> kTcpKeepaliveOptions{{
    {.key = "idle",
     .type = OptionType::Span,
     .help = "TCP_KEEPIDLE: whole seconds without anything received before the first probe.",
     .default_text = "7200s",
     .least = Duration{1s}.count(),
     .most = Duration{32767s}.count()},
    {.key = "interval",
     .type = OptionType::Span,
     .help = "TCP_KEEPINTVL: whole seconds between unanswered probes.",
     .default_text = "75s",
     .least = Duration{1s}.count(),
     .most = Duration{32767s}.count()},
    {.key = "count",
     .type = OptionType::Count,
     .help = "TCP_KEEPCNT: unanswered probes after which the connection is given up.",
     .default_text = "9",
     .least = 1,
     .most = 127},
    {.key = "side",
     .type = OptionType::Choice,
     .help = "Which end sets SO_KEEPALIVE on its socket, with these times.",
     .default_text = "both",
     .choices = kProbingEnds},
    user_timeout_option(
        "TCP_USER_TIMEOUT of these ends: after so long without an answer to data or "
        "probes the connection is given up, whatever count says; 0s is off."),
    kSoKeepaliveOption,
}};

void tune_tcp_keepalive(const Options& options, Role role, TcpConfig& config) {
  tune_so_keepalive(options, role, config);
  const std::string& side = options.choice("side");
  if (side != "both" && side != name(role)) return;
  config.keepalive = true;
  tune_user_timeout(options, config);
  config.keepalive_idle = options.span("idle");
  config.keepalive_interval = options.span("interval");
  config.keepalive_count = static_cast<std::uint32_t>(options.count("count"));
}

std::vector<OptionError> check_tcp_keepalive(const Options& options, Transport transport) {
  std::vector<OptionError> errors;
  check_socket_options(options, transport, errors);
  require_whole_seconds(options, {"idle", "interval"}, errors);
  return errors;
}

std::unique_ptr<Strategy> make_tcp_keepalive(const Options&, const StrategyContext&) {
  return std::make_unique<Strategy>();
}

}  // namespace

constinit const StrategyKind kTcpKeepalive{
    .name = "tcp_keepalive",
    .help = "Sends nothing of its own, but has the kernel probe the peer (SO_KEEPALIVE).",
    .tcp_port = kAnyTcpPort,
    .options = kTcpKeepaliveOptions,
    .intervals = {"idle"},
    .probes = true,
    .tune = tune_tcp_keepalive,
    .check = check_tcp_keepalive,
    .make = make_tcp_keepalive,
    .compact = {.tcp = true},
    .pooled = true,
    .writes_plain = true,
    .over_tls = true,
};

}  // namespace stayalive
