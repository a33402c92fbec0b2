// SPDX-License-Identifier: Apache-2.0
#include "strategy/socket_options.h"

#include <string>

namespace stayalive {

void tune_so_keepalive(const Options& options, Role role, TcpConfig& config) {
  const std::string& ends = options.choice("so_keepalive");
  if (ends == "both" || ends == name(role)) config.keepalive = true;
}

void tune_user_timeout(const Options& options, TcpConfig& config) {
  const Duration limit = options.span("user_timeout");
  if (limit > Duration::zero()) config.user_timeout = limit;
}

void check_socket_options(const Options& options, Transport transport,
                          std::vector<OptionError>& errors) {
  const Duration limit = options.span("user_timeout");
  if (limit % 1ms != Duration::zero()) {
    errors.push_back({"user_timeout", "is not a whole number of milliseconds"});
  }
  if (transport == Transport::Tcp) return;
  if (limit > Duration::zero()) errors.push_back({"user_timeout", "is an option of TCP"});
  if (options.choice("so_keepalive") != "none") {
    errors.push_back({"so_keepalive", "is an option of TCP"});
  }
}

}  // namespace stayalive
