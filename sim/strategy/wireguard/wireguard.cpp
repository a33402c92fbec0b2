// SPDX-License-Identifier: Apache-2.0
#include "strategy/wireguard/wireguard.h"

#include <array>
#include <string>

#include "net/packet.h"
#include "strategy/option_rules.h"
#include "strategy/wireguard/wireguard_end.h"

namespace stayalive {
namespace {

constexpr std::int64_t kMostPersistent = Duration{65535s}.count();

constexpr std::array<OptionSpec, 3> kWireguardOptions{{
    {.key = "persistent_keepalive",
     .help = "PersistentKeepalive of the client: seconds without anything authentic sent or "
             "received before an empty packet; 0s is off.",
     .default_text = "0s",
     .most = kMostPersistent},
    {.key = "server_persistent_keepalive",
     .help = "The same of the server, once it knows where its client is.",
     .default_text = "0s",
     .most = kMostPersistent},
    {.key = "jitter",
     .help = "The longest time by which the 5 s to another handshake and the 15 s after data "
             "without an answer are longer at random.",
     .default_text = "333ms",
     .most = Duration{1s}.count()},
}};

std::vector<OptionError> check_wireguard(const Options& options, Transport) {
  std::vector<OptionError> errors;
  require_whole_seconds(options, {"persistent_keepalive", "server_persistent_keepalive"}, errors);
  return errors;
}

std::unique_ptr<Strategy> make_wireguard(const Options& options, const StrategyContext& context) {
  const bool client = context.role == Role::Client;
  const WireguardEnd::Rules rules{
      options.span(client ? "persistent_keepalive" : "server_persistent_keepalive"),
      options.span("jitter")};
  return std::make_unique<WireguardEnd>(
      rules, context.role,
      Random(context.seed, context.connection,
             std::string("wireguard jitter ") + name(context.role)));
}

// The type of the message, in little-endian order (messages.h); everything behind it is, or looks,
// random.
void write_wireguard_type(const Packet&, const Message& message, std::span<std::uint8_t> datagram) {
  constexpr std::uint8_t kTypeInitiation = 1;
  constexpr std::uint8_t kTypeResponse = 2;
  constexpr std::uint8_t kTypeData = 4;
  if (datagram.size() < 4) return;
  const bool handshake = message.kind == MessageKind::Control;
  datagram[0] = !handshake ? kTypeData : message.subtype == 0 ? kTypeInitiation : kTypeResponse;
  datagram[1] = datagram[2] = datagram[3] = 0;
}

}  // namespace

constinit const StrategyKind kWireguard{
    .name = "wireguard_tunnel",
    .help = "A WireGuard tunnel with its handshakes, its passive and its persistent keepalive.",
    .udp_port = 51820,
    .usual = Transport::Udp,
    .options = kWireguardOptions,
    .intervals = {"persistent_keepalive", "server_persistent_keepalive"},
    .timed_by = [](const Options&) { return TimedBy::Kernel; },
    .check = check_wireguard,
    .make = make_wireguard,
    .payload = PayloadStyle::Ciphertext,
    .write_header = write_wireguard_type,
};

}  // namespace stayalive
