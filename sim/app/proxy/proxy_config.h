// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "app/host/ephemeral_ports.h"
#include "app/proxy/proxy_rules.h"
#include "net/address.h"
#include "stack/tcp_config.h"

namespace stayalive {

// What a proxy is made from.
struct ProxyConfig {
  std::string name;
  AddressId address;
  std::uint64_t seed = 1;
  ProxyRules rules;
  TcpConfig front;
  TcpConfig back;
  EphemeralPorts ports{50000};  // of its connections to servers
};

}  // namespace stayalive
