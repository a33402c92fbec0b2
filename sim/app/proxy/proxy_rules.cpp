// SPDX-License-Identifier: Apache-2.0
#include "app/proxy/proxy_rules.h"

namespace stayalive {

std::string_view name(ProxyTimer timer) {
  switch (timer) {
    case ProxyTimer::None:
      return "none";
    case ProxyTimer::Idle:
      return "idle_timeout";
    case ProxyTimer::Client:
      return "client_timeout";
    case ProxyTimer::Server:
      return "server_timeout";
    case ProxyTimer::Tunnel:
      return "tunnel_timeout";
    case ProxyTimer::Lifetime:
      return "lifetime";
    case ProxyTimer::Connect:
      return "connect_timeout";
  }
  return "none";
}

Duration ProxyRules::span(ProxyTimer timer) const {
  switch (timer) {
    case ProxyTimer::None:
      return kForever;
    case ProxyTimer::Idle:
      return idle_timeout;
    case ProxyTimer::Client:
      return client_timeout;
    case ProxyTimer::Server:
      return server_timeout;
    case ProxyTimer::Tunnel:
      return tunnel_timeout;
    case ProxyTimer::Lifetime:
      return lifetime;
    case ProxyTimer::Connect:
      return connect_timeout;
  }
  return kForever;
}

ProxyPatience shortest_patience(const ProxyRules& rules) {
  const bool tunnel = rules.tunnel_timeout != kForever;
  ProxyPatience first;
  const auto consider = [&](ProxyTimer timer) {
    if (rules.span(timer) < first.span) first = {timer, rules.span(timer)};
  };
  consider(ProxyTimer::Idle);
  if (tunnel) consider(ProxyTimer::Tunnel);
  if (!tunnel) consider(ProxyTimer::Client);
  if (!tunnel) consider(ProxyTimer::Server);
  consider(ProxyTimer::Lifetime);
  return first;
}

}  // namespace stayalive
