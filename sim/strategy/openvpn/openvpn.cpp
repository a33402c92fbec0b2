// SPDX-License-Identifier: Apache-2.0
#include "strategy/openvpn/openvpn.h"

#include <algorithm>
#include <array>

#include "base/big_endian.h"
#include "strategy/openvpn/openvpn_client.h"
#include "strategy/openvpn/openvpn_exchange.h"
#include "strategy/openvpn/openvpn_server.h"
#include "strategy/option_rules.h"

namespace stayalive {
namespace {

constexpr std::int64_t kLongest = Duration{std::chrono::seconds{INT32_MAX}}.count();
constexpr std::int64_t kSecond = Duration{1s}.count();

constexpr std::array<OptionSpec, 15> kOpenvpnOptions{{
    {.key = "keepalive_interval",
     .help = "First argument of the server's --keepalive: seconds of sending nothing before a "
             "ping, for the server and, pushed, for the client; 0s is no --keepalive.",
     .default_text = "0s",
     .most = kLongest},
    {.key = "keepalive_timeout",
     .help = "Second argument of the server's --keepalive: seconds of receiving nothing before the "
             "client restarts (pushed), and twice as many before the server deletes the client.",
     .default_text = "0s",
     .most = kLongest / 2},
    {.key = "client_ping",
     .help = "The client's own --ping: seconds of sending nothing before a ping; 0s is off.",
     .default_text = "0s",
     .most = kLongest},
    {.key = "client_ping_restart",
     .help = "The client's own --ping-restart: seconds of receiving nothing before it starts over "
             "with a new socket; 0s is the program's default.",
     .default_text = "0s",
     .most = kLongest},
    {.key = "client_ping_exit",
     .help = "The client's own --ping-exit: seconds of receiving nothing before it ends; 0s is "
             "off.",
     .default_text = "0s",
     .most = kLongest},
    {.key = "default_ping_restart",
     .type = OptionType::Flag,
     .help = "Whether a client over UDP that is told no other time restarts after 120 seconds, the "
             "program's default; false is --ping-restart 0.",
     .default_text = "true"},
    {.key = "server_ping",
     .help = "The server's --ping without --keepalive, not pushed; 0s is off.",
     .default_text = "0s",
     .most = kLongest},
    {.key = "server_ping_restart",
     .help = "The server's --ping-restart without --keepalive, not pushed: seconds of receiving "
             "nothing before it deletes the client; 0s is off.",
     .default_text = "0s",
     .most = kLongest},
    {.key = "connect_retry",
     .help = "--connect-retry: seconds between two attempts; doubles after the fifth attempt in "
             "vain.",
     .default_text = "1s",
     .least = kSecond,
     .most = kSecond * 65535},
    {.key = "connect_retry_max",
     .help = "--connect-retry: the longest pause in seconds between two attempts.",
     .default_text = "300s",
     .least = kSecond,
     .most = kSecond * 65535},
    {.key = "connect_timeout",
     .help = "--connect-timeout: seconds that a client over TCP waits for its connection.",
     .default_text = "120s",
     .least = kSecond,
     .most = kLongest},
    {.key = "hand_window",
     .help = "--hand-window: seconds in which keys must be agreed on.",
     .default_text = "60s",
     .least = kSecond,
     .most = kLongest},
    {.key = "reneg_sec",
     .help = "--reneg-sec: seconds until keys are agreed on anew, at the server up to a tenth "
             "less; 0s is never.",
     .default_text = "3600s",
     .most = kLongest},
    {.key = "explicit_exit_notify",
     .type = OptionType::Count,
     .help = "--explicit-exit-notify: seconds that a client over UDP stays after it has told the "
             "server that it leaves; 0 is leaving without a word.",
     .default_text = "0",
     .most = 3600},
    {.key = "clock_phase",
     .help = "How much of a second the clocks of both ends have counted when the run begins; "
             "OpenVPN counts whole seconds.",
     .default_text = "0s",
     .most = kSecond - 1},
}};

bool has(const Options& options, std::string_view key) {
  return options.span(key) > Duration::zero();
}

std::vector<OptionError> check_openvpn(const Options& options, Transport transport) {
  std::vector<OptionError> errors;
  require_whole_seconds(
      options,
      {"keepalive_interval", "keepalive_timeout", "client_ping", "client_ping_restart",
       "client_ping_exit", "server_ping", "server_ping_restart", "connect_retry",
       "connect_retry_max", "connect_timeout", "hand_window", "reneg_sec"},
      errors);
  const bool keepalive = has(options, "keepalive_interval");
  if (keepalive != has(options, "keepalive_timeout")) {
    errors.push_back({keepalive ? "keepalive_timeout" : "keepalive_interval",
                      "--keepalive takes both an interval and a timeout"});
  } else if (2 * options.span("keepalive_interval") > options.span("keepalive_timeout")) {
    errors.push_back({"keepalive_timeout", "must be at least twice keepalive_interval"});
  }
  for (const std::string_view key : {"server_ping", "server_ping_restart"}) {
    if (keepalive && has(options, key)) {
      errors.push_back({key, "--keepalive already sets it"});
    }
  }
  if (has(options, "client_ping_restart") && has(options, "client_ping_exit")) {
    errors.push_back({"client_ping_exit", "excludes client_ping_restart"});
  }
  if (options.span("connect_retry_max") < options.span("connect_retry")) {
    errors.push_back({"connect_retry_max", "must not be shorter than connect_retry"});
  }
  if (transport == Transport::Tcp && options.count("explicit_exit_notify") > 0) {
    errors.push_back({"explicit_exit_notify", "can be used over UDP only"});
  }
  return errors;
}

std::unique_ptr<Strategy> make_client(OpenvpnConfig openvpn, const Options& options) {
  openvpn.ping = whole_seconds(options.span("client_ping"));
  openvpn.ping_restart = whole_seconds(options.span("client_ping_restart"));
  openvpn.ping_exit = whole_seconds(options.span("client_ping_exit"));
  if (openvpn.ping_restart == 0 && openvpn.ping_exit == 0 && openvpn.transport == Transport::Udp &&
      options.flag("default_ping_restart")) {
    openvpn.ping_restart = 120;  // PRE_PULL_INITIAL_PING_RESTART of ping.h
  }
  OpenvpnClient::Rules rules;
  rules.pushed_ping = whole_seconds(options.span("keepalive_interval"));
  rules.pushed_ping_restart = whole_seconds(options.span("keepalive_timeout"));
  rules.connect_retry = whole_seconds(options.span("connect_retry"));
  rules.connect_retry_max = whole_seconds(options.span("connect_retry_max"));
  rules.connect_timeout = whole_seconds(options.span("connect_timeout"));
  rules.exit_notify = options.count("explicit_exit_notify");
  return std::make_unique<OpenvpnClient>(std::move(openvpn), rules);
}

std::unique_ptr<Strategy> make_server(OpenvpnConfig openvpn, const Options& options) {
  if (has(options, "keepalive_interval")) {
    openvpn.ping = whole_seconds(options.span("keepalive_interval"));
    openvpn.ping_restart = 2 * whole_seconds(options.span("keepalive_timeout"));
  } else {
    openvpn.ping = whole_seconds(options.span("server_ping"));
    openvpn.ping_restart = whole_seconds(options.span("server_ping_restart"));
  }
  return std::make_unique<OpenvpnServer>(std::move(openvpn));
}

std::unique_ptr<Strategy> make_openvpn(const Options& options, const StrategyContext& context) {
  OpenvpnConfig openvpn;
  openvpn.transport = context.transport;
  openvpn.peer = context.peer;
  openvpn.clock = SecondClock(options.span("clock_phase"));
  openvpn.random =
      Random(context.seed, context.connection, std::string("openvpn ") + name(context.role));
  openvpn.hand_window = whole_seconds(options.span("hand_window"));
  openvpn.reneg_sec = whole_seconds(options.span("reneg_sec"));
  return context.role == Role::Client ? make_client(std::move(openvpn), options)
                                      : make_server(std::move(openvpn), options);
}

// Behind the opcode of what is about the session: its ID, which is random and stays as it is
// filled; what is acknowledged, as many as fit, and the other end's ID; or nothing, the number of
// the packet, and a record of TLS.
void write_session_header(const Packet& packet, bool acknowledgement,
                          std::span<std::uint8_t> datagram) {
  constexpr std::size_t kSession = 8;
  constexpr std::size_t kCount = 1 + kSession;
  constexpr std::size_t kNumber = 4;
  constexpr std::size_t kRecordHeader = 5;
  if (datagram.size() <= kCount) return;
  std::uint8_t* at = datagram.data() + kCount;
  const std::size_t behind = datagram.size() - kCount - 1;
  if (acknowledgement) {
    constexpr std::size_t kMostAcknowledged = 8;
    const std::size_t room = behind < kSession ? 0 : (behind - kSession) / kNumber;
    *at++ = static_cast<std::uint8_t>(std::min(room, kMostAcknowledged));
    for (std::size_t i = 0; i < std::min(room, kMostAcknowledged); ++i, at += kNumber)
      put_big32(at, static_cast<std::uint32_t>(i));
    return;
  }
  *at++ = 0;
  if (behind < kNumber) return;
  put_big32(at, packet.content.message - 1);
  if (behind < kNumber + kRecordHeader) return;
  at += kNumber;
  at[0] = 23;  // application data of TLS 1.2 (RFC 5246, section 6.2.1)
  put_big16(at + 1, 0x0303);
  put_big16(at + 3, static_cast<std::uint16_t>(behind - kNumber - kRecordHeader));
}

// The opcode and key number; data carries the peer's number too, which the first client has as 0
// (P_DATA_V2).  All that follows is encrypted or random.
void write_openvpn_header(const Packet& packet, const Message& message,
                          std::span<std::uint8_t> datagram) {
  constexpr std::uint8_t kAcknowledgement = 5;
  if (datagram.empty()) return;
  const std::uint8_t opcode = OpenvpnExchange::opcode_of(message);
  datagram[0] = static_cast<std::uint8_t>(opcode << 3);
  if (message.kind == MessageKind::Control)
    return write_session_header(packet, opcode == kAcknowledgement, datagram);
  for (std::size_t i = 1; i < std::min<std::size_t>(4, datagram.size()); ++i) datagram[i] = 0;
}

}  // namespace

constinit const StrategyKind kOpenvpn{
    .name = "openvpn",
    .help = "An OpenVPN 2.6 tunnel with --keepalive, --ping, --ping-restart and --ping-exit.",
    .tcp_port = 1194,
    .udp_port = 1194,
    .usual = Transport::Udp,
    .options = kOpenvpnOptions,
    .intervals = {"keepalive_interval", "client_ping", "server_ping"},
    .check = check_openvpn,
    .make = make_openvpn,
    .random = [](const Options&) { return true; },  // when pings and new keys are due
    .payload = PayloadStyle::Ciphertext,
    .write_header = write_openvpn_header,
};

}  // namespace stayalive
