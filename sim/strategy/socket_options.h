// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "stack/tcp_config.h"
#include "strategy/strategy.h"

// Socket options of TCP that programs set beside a keepalive of their own; each strategy that has
// them has them under these names.
namespace stayalive {

inline constexpr std::array<std::string_view, 4> kSoKeepaliveEnds{"none", "client", "server",
                                                                  "both"};

// help: whose it is, too.
constexpr OptionSpec user_timeout_option(std::string_view help) {
  return {.key = "user_timeout",
          .type = OptionType::Span,
          .help = help,
          .default_text = "0s",
          .most = Duration{std::chrono::milliseconds{INT32_MAX}}.count()};
}
inline constexpr OptionSpec kSoKeepaliveOption{
    .key = "so_keepalive",
    .type = OptionType::Choice,
    .help =
        "Which ends set SO_KEEPALIVE and leave its times to their host (PostgreSQL and sshd do "
        "on each socket they accept).",
    .default_text = "none",
    .choices = kSoKeepaliveEnds};

// Sets SO_KEEPALIVE on the sockets of the ends that so_keepalive names.
void tune_so_keepalive(const Options& options, Role role, TcpConfig& config);
// Sets TCP_USER_TIMEOUT, unless it is off.
void tune_user_timeout(const Options& options, TcpConfig& config);
// Both are TCP's, and TCP_USER_TIMEOUT counts milliseconds.
void check_socket_options(const Options& options, Transport transport,
                          std::vector<OptionError>& errors);

}  // namespace stayalive
