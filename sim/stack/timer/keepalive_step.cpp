// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/keepalive_step.h"

namespace stayalive {

namespace {
using Action = KeepaliveStep::Action;

// TCP_USER_TIMEOUT replaces the count, but at least one probe must have been sent.
bool linux_gives_up(const TcpConfig& config, Duration idle, std::uint32_t probes) {
  if (config.user_timeout > Duration::zero()) return idle >= config.user_timeout && probes > 0;
  return probes >= config.keepalive_count;
}
}  // namespace

KeepaliveStep keepalive_step(const TcpConfig& config, Duration idle, std::uint32_t probes,
                             bool busy) {
  const bool is_linux = config.keepalive_style == KeepaliveStyle::Linux;
  // Data on its way is retransmitted, which tests the path better than a probe.
  if (is_linux && busy) return {Action::Wait, config.keepalive_idle};
  if (idle < config.keepalive_idle) return {Action::Wait, config.keepalive_idle - idle};
  const Duration longest =
      config.keepalive_idle + config.keepalive_interval * config.keepalive_count;
  const bool gives_up = is_linux ? linux_gives_up(config, idle, probes) : idle >= longest;
  if (gives_up) return {Action::GiveUp, Duration::zero()};
  return {Action::Probe, config.keepalive_interval};
}

}  // namespace stayalive
