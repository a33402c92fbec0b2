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
    case ProxyTimer::FirstRequest:
      return "first_request_timeout";
    case ProxyTimer::KeepAlive:
      return "keep_alive_timeout";
    case ProxyTimer::Response:
      return "response_timeout";
    case ProxyTimer::PoolIdle:
      return "pool_idle_timeout";
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
    case ProxyTimer::FirstRequest:
      return http.first_request_timeout;
    case ProxyTimer::KeepAlive:
      return http.keep_alive_timeout;
    case ProxyTimer::Response:
      return http.response_timeout;
    case ProxyTimer::PoolIdle:
      return http.pool_idle_timeout;
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
