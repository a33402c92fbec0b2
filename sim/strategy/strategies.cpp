// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "strategy/http/http.h"
#include "strategy/keepalive/keepalive.h"
#include "strategy/openvpn/openvpn.h"
#include "strategy/silent.h"
#include "strategy/ssh/ssh.h"
#include "strategy/strategy.h"
#include "strategy/stun.h"
#include "strategy/tcp_keepalive.h"
#include "strategy/wireguard/wireguard.h"

namespace stayalive {
namespace {

constexpr auto kKinds = std::to_array<const StrategyKind*>({
    &kSilent,        //
    &kTcpKeepalive,  //
    &kSsh,           //
    &kOpenvpn,       //
    &kStun,          //
    &kKeepalive,     //
    &kHttp,          //
    &kWireguard,     //
});

}  // namespace

std::span<const StrategyKind* const> strategies() { return kKinds; }

const StrategyKind* find_strategy(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &StrategyKind::name);
  return found == kKinds.end() ? nullptr : *found;
}

}  // namespace stayalive
