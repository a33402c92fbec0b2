// SPDX-License-Identifier: Apache-2.0
#include "strategy/silent.h"

namespace stayalive {
namespace {

std::unique_ptr<Strategy> make_silent(const Options&, const StrategyContext&) {
  return std::make_unique<Strategy>();
}

}  // namespace

constinit const StrategyKind kSilent{
    .name = "silent",
    .help = "Sends nothing of its own, so that an idle connection is idle indeed.",
    .tcp_port = kAnyTcpPort,
    .udp_port = kAnyUdpPort,
    .options = {},
    .make = make_silent,
    .compact = {.tcp = true, .udp = true},
    .pooled = true,
    .writes_plain = true,
    .over_tls = true,
};

}  // namespace stayalive
