// SPDX-License-Identifier: Apache-2.0
#include "study/advise/recipe.h"

#include <algorithm>
#include <array>

namespace stayalive {
namespace {

using Names = std::string_view;
using Preset = Recipe::Preset;
using Follower = Recipe::Follower;
using Paste = Recipe::Paste;
using Rule = Recipe::Follower::Rule;

constexpr Duration kSixteenBits = 65535s;
constexpr Duration kMostTcpKeepalive = 32767s;  // MAX_TCP_KEEPIDLE of Linux

constexpr std::array<Names, 3> kOpensshAliases{"ssh", "server-alive", "sftp"};
constexpr std::array<Paste, 1> kOpensshPaste{{
    {"ssh_config (~/.ssh/config)",
     "Host *\n"
     "    ServerAliveInterval {server_alive_interval}\n"
     "    ServerAliveCountMax {server_alive_count_max}\n"},
}};

constexpr std::array<Names, 1> kSshdAliases{"client-alive"};
constexpr std::array<Paste, 1> kSshdPaste{{
    {"sshd_config",
     "ClientAliveInterval {client_alive_interval}\n"
     "ClientAliveCountMax {client_alive_count_max}\n"},
}};

constexpr std::array<Names, 2> kPuttyAliases{"plink", "kitty"};
constexpr std::array<Preset, 4> kPuttyPresets{
    {{"answered", "false"}, {"reset_by", "nothing"}, {"bytes", "48"}, {"answer_bytes", "48"}}};
constexpr std::array<Paste, 1> kPuttyPaste{{
    {"PuTTY: Connection", "Seconds between keepalives (0 to turn off): {interval}\n"},
}};

constexpr std::array<Names, 3> kTcpAliases{"tcp_keepalive", "tcp-keepalive", "so_keepalive"};
constexpr std::array<Follower, 1> kTcpFollowers{{{"interval", Rule::AtMost}}};
constexpr std::array<Paste, 2> kTcpPaste{{
    {"sysctl.conf, for programs that set SO_KEEPALIVE and nothing else",
     "net.ipv4.tcp_keepalive_time = {idle}\n"
     "net.ipv4.tcp_keepalive_intvl = {interval}\n"
     "net.ipv4.tcp_keepalive_probes = {count}\n"},
    {"the program's own socket (setsockopt)",
     "SOL_SOCKET SO_KEEPALIVE 1\n"
     "IPPROTO_TCP TCP_KEEPIDLE {idle}\n"
     "IPPROTO_TCP TCP_KEEPINTVL {interval}\n"
     "IPPROTO_TCP TCP_KEEPCNT {count}\n"},
}};

constexpr std::array<Names, 3> kPostgresAliases{"postgres", "libpq", "psql"};
constexpr std::array<Preset, 1> kFromClient{{{"side", "client"}}};
constexpr std::array<Paste, 1> kPostgresPaste{{
    {"connection string of libpq",
     "keepalives=1 keepalives_idle={idle} keepalives_interval={interval} "
     "keepalives_count={count}\n"},
}};

constexpr std::array<Preset, 2> kRedisPresets{{{"side", "server"}, {"count", "3"}}};
constexpr std::array<Follower, 1> kRedisFollowers{{{"interval", Rule::Times, 1, 3}}};
constexpr std::array<Paste, 1> kRedisPaste{{{"redis.conf", "tcp-keepalive {idle}\n"}}};

constexpr std::array<Names, 1> kOpenvpnAliases{"ovpn"};
constexpr std::array<Follower, 1> kOpenvpnFollowers{{{"keepalive_timeout", Rule::Times, 6, 1}}};
constexpr std::array<Paste, 1> kOpenvpnPaste{{
    {"the server's configuration, which pushes it to the clients",
     "keepalive {keepalive_interval} {keepalive_timeout}\n"},
}};

constexpr std::array<Names, 2> kWireguardAliases{"wg", "persistent-keepalive"};
constexpr std::array<Preset, 2> kWireguardPresets{{{"answered", "false"}, {"bytes", "32"}}};
constexpr std::array<Paste, 1> kWireguardPaste{{
    {"the configuration of the peer behind the NAT, and of it only",
     "[Peer]\nPersistentKeepalive = {interval}\n"},
}};

constexpr std::array<Names, 4> kIpsecAliases{"nat-t", "strongswan", "ike", "natt"};
constexpr std::array<Preset, 2> kIpsecPresets{{{"answered", "false"}, {"bytes", "1"}}};
constexpr std::array<Paste, 1> kIpsecPaste{{
    {"strongswan.conf", "charon {\n    keep_alive = {interval}s\n}\n"},
}};

constexpr std::array<Names, 1> kMqttAliases{"mosquitto"};
constexpr std::array<Preset, 1> kMqttPresets{{{"retries", "1"}}};
constexpr std::array<Follower, 1> kMqttFollowers{{{"give_up_after", Rule::Times, 3, 2}}};
constexpr std::array<Paste, 2> kMqttPaste{{
    {"any client: Keep Alive of its CONNECT", "mosquitto_sub -k {interval} ...\n"},
    {"mosquitto.conf, for a bridge", "keepalive_interval {interval}\n"},
}};

constexpr std::array<Names, 2> kGrpcAliases{"http2", "h2"};
constexpr std::array<Preset, 6> kGrpcPresets{{{"bytes", "17"},
                                              {"answer_bytes", "17"},
                                              {"reset_by", "received"},
                                              {"retries", "1"},
                                              {"retry_interval", "20s"},
                                              {"min_ping_interval", "300s"}}};
constexpr std::array<Paste, 2> kGrpcPaste{{
    {"channel arguments of the client (C++, Python, Ruby, PHP)",
     "grpc.keepalive_time_ms = {interval.ms}\n"
     "grpc.keepalive_timeout_ms = {retry_interval.ms}\n"
     "grpc.keepalive_permit_without_calls = 1\n"
     "grpc.http2.max_pings_without_data = {max_pings_without_data}\n"},
    {"channel arguments of the server, which must tolerate it",
     "grpc.http2.min_ping_interval_without_data_ms = {min_ping_interval.ms}\n"
     "grpc.keepalive_permit_without_calls = 1\n"},
}};

constexpr std::array<Names, 2> kWebsocketAliases{"ws", "wss"};
constexpr std::array<Preset, 4> kWebsocketPresets{
    {{"bytes", "6"}, {"reset_by", "nothing"}, {"retries", "1"}, {"retry_interval", "20s"}}};
constexpr std::array<Paste, 1> kWebsocketPaste{{
    {"websockets (Python)",
     "connect(uri, ping_interval={interval}, "
     "ping_timeout={retry_interval})\n"},
}};

constexpr std::array<Preset, 5> kQuicPresets{{{"bytes", "35"},
                                              {"answer_bytes", "35"},
                                              {"reset_by", "received"},
                                              {"retry_interval", "1s"},
                                              {"give_up_after", "30s"}}};
constexpr std::array<Names, 2> kQuicAliases{"http3", "h3"};
constexpr std::array<Paste, 1> kQuicPaste{{
    {"quic-go", "quic.Config{KeepAlivePeriod: {interval} * time.Second}\n"},
}};

constexpr std::array<Names, 2> kSipAliases{"sip-outbound", "outbound"};
constexpr std::array<Preset, 2> kSipPresets{
    {{"message_class", "request"}, {"reset_by", "nothing"}}};
// RFC 5626 section 4.4.1: between 24 and 29 s over UDP.
constexpr std::array<Follower, 1> kSipFollowers{{{"jitter", Rule::Times, 5, 29}}};

constexpr std::array<Names, 2> kIceAliases{"stun", "webrtc"};
constexpr std::array<Preset, 2> kIcePresets{{{"from", "both"}, {"bytes", "28"}}};

constexpr std::array<Names, 1> kKeepaliveAliases{"ping"};

constexpr std::array<Recipe, 17> kRecipes{{
    {.name = "openssh",
     .aliases = kOpensshAliases,
     .title = "OpenSSH client: ServerAliveInterval",
     .strategy = "ssh",
     .interval = "server_alive_interval",
     .usual = "0s",
     .most = Duration{std::chrono::seconds{INT32_MAX}},
     .pastes = kOpensshPaste},
    {.name = "sshd",
     .aliases = kSshdAliases,
     .title = "OpenSSH server: ClientAliveInterval",
     .strategy = "ssh",
     .interval = "client_alive_interval",
     .usual = "0s",
     .most = Duration{std::chrono::seconds{INT32_MAX}},
     .pastes = kSshdPaste,
     .note = "Releases 9.2 to 9.4 wait twice as long: add server_version=openssh-9.2."},
    {.name = "putty",
     .aliases = kPuttyAliases,
     .title = "PuTTY: seconds between keepalives",
     .strategy = "keepalive",
     .interval = "interval",
     .presets = kPuttyPresets,
     .pastes = kPuttyPaste,
     .note = "SSH_MSG_IGNORE of 48 bytes, a metronome without a verdict of its own."},
    {.name = "tcp",
     .aliases = kTcpAliases,
     .title = "TCP keepalive of the kernel: TCP_KEEPIDLE",
     .strategy = "tcp_keepalive",
     .interval = "idle",
     .usual = "7200s",
     .most = kMostTcpKeepalive,
     .followers = kTcpFollowers,
     .pastes = kTcpPaste,
     .note = "Both ends probe unless side=client or side=server.  TCP_KEEPINTVL is kept from "
             "exceeding TCP_KEEPIDLE, because Linux waits for it after each probe."},
    {.name = "postgresql",
     .aliases = kPostgresAliases,
     .title = "PostgreSQL client: keepalives_idle",
     .strategy = "tcp_keepalive",
     .interval = "idle",
     .usual = "7200s",
     .most = kMostTcpKeepalive,
     .presets = kFromClient,
     .followers = kTcpFollowers,
     .pastes = kPostgresPaste,
     .note = "The client's kernel probes; libpq only sets the times."},
    {.name = "redis",
     .title = "Redis server: tcp-keepalive",
     .strategy = "tcp_keepalive",
     .interval = "idle",
     .usual = "300s",
     .most = kMostTcpKeepalive,
     .presets = kRedisPresets,
     .followers = kRedisFollowers,
     .pastes = kRedisPaste,
     .note = "The server's kernel probes: three times, a third of the interval apart."},
    {.name = "openvpn",
     .aliases = kOpenvpnAliases,
     .title = "OpenVPN: --keepalive",
     .strategy = "openvpn",
     .transport = Transport::Udp,
     .interval = "keepalive_interval",
     .usual = "10s",
     .followers = kOpenvpnFollowers,
     .pastes = kOpenvpnPaste,
     .note = "keepalive_timeout is six times the interval unless given; the program wants twice at "
             "least.  transport=tcp is --proto tcp."},
    {.name = "wireguard",
     .aliases = kWireguardAliases,
     .title = "WireGuard: PersistentKeepalive",
     .strategy = "keepalive",
     .transport = Transport::Udp,
     .interval = "interval",
     .usual = "25s",
     .most = kSixteenBits,
     .presets = kWireguardPresets,
     .hello_bytes = 148,
     .welcome_bytes = 92,
     .pastes = kWireguardPaste,
     .note = "The keepalive and the first handshake; no new keys every two minutes and no passive "
             "keepalive, so that packets and detection are those of the keepalive alone."},
    {.name = "ipsec",
     .aliases = kIpsecAliases,
     .title = "IPsec NAT traversal (RFC 3948): charon.keep_alive of strongSwan",
     .strategy = "keepalive",
     .transport = Transport::Udp,
     .interval = "interval",
     .usual = "20s",
     .presets = kIpsecPresets,
     .hello_bytes = 300,
     .welcome_bytes = 300,
     .pastes = kIpsecPaste,
     .note = "One byte over port 4500; IKE is one question and its answer, without dead peer "
             "detection and new keys."},
    {.name = "mqtt",
     .aliases = kMqttAliases,
     .title = "MQTT: Keep Alive",
     .strategy = "keepalive",
     .interval = "interval",
     .usual = "60s",
     .most = kSixteenBits,
     .presets = kMqttPresets,
     .followers = kMqttFollowers,
     .pastes = kMqttPaste,
     .note = "Both ends give up after one and a half intervals of silence, as the broker does; "
             "libmosquitto takes up to two.  Without TLS."},
    {.name = "grpc",
     .aliases = kGrpcAliases,
     .title = "gRPC client: keepalive time (HTTP/2 PING)",
     .strategy = "keepalive",
     .interval = "interval",
     .least = 10s,
     .most = Duration{std::chrono::seconds{INT32_MAX / 1000}},
     .presets = kGrpcPresets,
     .pastes = kGrpcPaste,
     .note = "The server is one with gRPC's defaults, which wants 300 s between pings without "
             "data: min_ping_interval says another time.  Clients of the C core that were not "
             "told otherwise stop after max_pings_without_data=2.  Without TLS."},
    {.name = "websocket",
     .aliases = kWebsocketAliases,
     .title = "WebSocket: ping interval of the client",
     .strategy = "keepalive",
     .interval = "interval",
     .usual = "20s",
     .presets = kWebsocketPresets,
     .pastes = kWebsocketPaste,
     .note = "As the Python library websockets: a metronome, and 20 s for the answer.  Without "
             "TLS.  from=server turns it round."},
    {.name = "quic",
     .aliases = kQuicAliases,
     .title = "QUIC: keepalive period",
     .strategy = "keepalive",
     .transport = Transport::Udp,
     .interval = "interval",
     .usual = "15s",
     .presets = kQuicPresets,
     .hello_bytes = 1200,
     .welcome_bytes = 1200,
     .pastes = kQuicPaste,
     .note = "A lost PING is sent again after 1 s instead of the probe timeout; the idle timeout "
             "of both ends is 30 s: give_up_after says another.  A new port is not followed by "
             "a path challenge."},
    {.name = "sip",
     .aliases = kSipAliases,
     .title = "SIP outbound over UDP (RFC 5626): STUN Binding requests",
     .strategy = "stun",
     .transport = Transport::Udp,
     .interval = "interval",
     .usual = "29s",
     .least = 6s,
     .presets = kSipPresets,
     .followers = kSipFollowers,
     .hello_bytes = 500,
     .welcome_bytes = 500,
     .note = "Each wait is shorter at random by up to 5/29 of the interval, 24 to 29 s with the "
             "default; REGISTER is one question and its answer, once."},
    {.name = "ice",
     .aliases = kIceAliases,
     .title = "ICE (RFC 8445): STUN Binding indications every Tr",
     .strategy = "stun",
     .transport = Transport::Udp,
     .interval = "interval",
     .usual = "15s",
     .presets = kIcePresets,
     .hello_bytes = 100,
     .welcome_bytes = 80,
     .note = "Both agents send; RFC 8445 wants no less than 15 s.  A connectivity check is one "
             "question and its answer; no consent freshness (RFC 7675)."},
    {.name = "keepalive",
     .aliases = kKeepaliveAliases,
     .title = "any other protocol, put together from its properties",
     .strategy = "keepalive",
     .interval = "interval",
     .usual = "60s",
     .unit = 1ms,
     .least = 1ms,
     .hello_bytes = 100,
     .welcome_bytes = 100,
     .note = "Its options are those of the strategy keepalive.  transport=udp is possible."},
    {.name = "silent",
     .title = "nothing at all, for comparison",
     .strategy = "silent",
     .note = "transport=udp is possible."},
}};

}  // namespace

std::span<const Recipe> recipes() { return kRecipes; }

const Recipe* find_recipe(std::string_view name) {
  for (const Recipe& recipe : kRecipes) {
    if (recipe.name == name || std::ranges::count(recipe.aliases, name) > 0) return &recipe;
  }
  return nullptr;
}

}  // namespace stayalive
