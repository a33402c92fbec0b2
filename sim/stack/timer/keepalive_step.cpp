// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/keepalive_step.h"

#include <algorithm>

namespace stayalive {

namespace {
using Action = KeepaliveStep::Action;

// TCP_USER_TIMEOUT replaces the count, but at least one probe must have been sent.
bool linux_gives_up(const TcpConfig& config, Duration idle, std::uint32_t probes) {
  if (config.user_timeout > Duration::zero()) return idle >= config.user_timeout && probes > 0;
  return probes >= config.keepalive_count;
}

bool solaris_gives_up(const TcpConfig& config, Duration idle) {
  const bool told = config.keepalive_interval > Duration::zero() && config.keepalive_count > 0;
  const Duration abort =
      told ? config.keepalive_interval * config.keepalive_count : config.keepalive_abort;
  return idle > config.keepalive_idle + abort;
}

bool gives_up(const TcpConfig& config, Duration idle, std::uint32_t probes) {
  switch (config.keepalive_style) {
    case KeepaliveStyle::Linux:
      return linux_gives_up(config, idle, probes);
    case KeepaliveStyle::Solaris:
      return solaris_gives_up(config, idle);
    case KeepaliveStyle::Bsd:
    case KeepaliveStyle::Windows:
      break;
  }
  return idle >= config.keepalive_idle + config.keepalive_interval * config.keepalive_count;
}

// The distance doubles up to the longest retransmission timeout, and stays below the idle time, so
// that an answered probe is told from one that is not.
Duration doubled(const TcpConfig& config, std::uint32_t probes, Duration rto) {
  const Duration longest = std::min(config.rto_max, config.keepalive_idle - 1ms);
  Duration distance = rto;
  for (; probes > 0 && distance < longest; --probes) distance *= 2;
  return std::max(std::min(distance, longest), Duration{1ms});
}
}  // namespace

Duration after_keepalive_probe(const TcpConfig& config, std::uint32_t probes, Duration rto) {
  if (config.keepalive_interval > Duration::zero()) return config.keepalive_interval;
  if (config.keepalive_count > 0) return config.keepalive_abort / config.keepalive_count;
  return doubled(config, probes, rto);
}

KeepaliveStep keepalive_step(const TcpConfig& config, Duration idle, std::uint32_t probes,
                             bool busy, Duration rto) {
  // Data on its way is retransmitted, which tests the path better than a probe.
  if (config.keepalive_style == KeepaliveStyle::Linux && busy)
    return {Action::Wait, config.keepalive_idle};
  if (idle < config.keepalive_idle) return {Action::Wait, config.keepalive_idle - idle};
  if (gives_up(config, idle, probes)) return {Action::GiveUp, Duration::zero()};
  if (config.keepalive_style == KeepaliveStyle::Solaris && busy)
    return {Action::Wait, config.keepalive_idle};
  return {Action::Probe, after_keepalive_probe(config, probes, rto)};
}

}  // namespace stayalive
