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
using Knob = Recipe::Knob;
using Setting = std::span<const Knob>;

constexpr Duration kSixteenBits = 65535s;
constexpr Duration kMostTcpKeepalive = 32767s;  // MAX_TCP_KEEPIDLE of Linux

constexpr std::array<Names, 3> kOpensshAliases{"ssh", "server-alive", "sftp"};
// Each end's lines appear where that end does something.
constexpr std::string_view kSshConfig =
    "Host *\n"
    "    ServerAliveInterval {server_alive_interval}\n"
    "    ServerAliveCountMax {server_alive_count_max}\n"
    "[tcp_keepalive=false]    TCPKeepAlive no\n";
constexpr std::string_view kSshdConfig =
    "ClientAliveInterval {client_alive_interval}\n"
    "ClientAliveCountMax {client_alive_count_max}\n"
    "[tcp_keepalive=false]TCPKeepAlive no\n";
constexpr std::array<Paste, 2> kOpensshPaste{{
    {"ssh_config (~/.ssh/config)", kSshConfig},
    {"sshd_config of the server", kSshdConfig, "client_alive_interval!=0s"},
}};

constexpr std::array<Knob, 1> kTwoRequests{{{"server_alive_count_max", 2}}};
constexpr std::array<Knob, 1> kOneRequest{{{"server_alive_count_max", 1}}};
constexpr std::array<Setting, 2> kOpensshSearched{kTwoRequests, kOneRequest};

constexpr std::array<Names, 1> kSshdAliases{"client-alive"};
constexpr std::array<Paste, 2> kSshdPaste{{
    {"sshd_config", kSshdConfig},
    {"ssh_config of the client (~/.ssh/config)", kSshConfig, "server_alive_interval!=0s"},
}};

constexpr std::array<Names, 2> kPuttyAliases{"plink", "kitty"};
constexpr std::array<Preset, 5> kPuttyPresets{{{"answered", "false"},
                                               {"reset_by", "nothing"},
                                               {"bytes", "48"},
                                               {"answer_bytes", "48"},
                                               {"so_keepalive", "server"}}};
constexpr std::array<Paste, 1> kPuttyPaste{{
    {"PuTTY: Connection", "Seconds between keepalives (0 to turn off): {interval}\n"},
}};

constexpr std::array<Names, 3> kTcpAliases{"tcp_keepalive", "tcp-keepalive", "so_keepalive"};
constexpr std::array<Follower, 1> kTcpFollowers{{{"interval", Rule::AtMost}}};
constexpr std::array<Paste, 2> kTcpPaste{{
    {"sysctl.conf of {ends}, for programs that set SO_KEEPALIVE and nothing else",
     "net.ipv4.tcp_keepalive_time = {idle}\n"
     "net.ipv4.tcp_keepalive_intvl = {interval}\n"
     "net.ipv4.tcp_keepalive_probes = {count}\n",
     "user_timeout=0s"},
    {"the program's own socket at {ends} (setsockopt)",
     "SOL_SOCKET SO_KEEPALIVE 1\n"
     "IPPROTO_TCP TCP_KEEPIDLE {idle}\n"
     "IPPROTO_TCP TCP_KEEPINTVL {interval}\n"
     "IPPROTO_TCP TCP_KEEPCNT {count}\n"
     "[user_timeout!=0s]IPPROTO_TCP TCP_USER_TIMEOUT {user_timeout.ms}\n"},
}};

// Half of the time is for the probes.  TCP_USER_TIMEOUT is for data on its way, during which there
// are no probes.
constexpr std::array<Knob, 2> kThreeProbes{{{"interval", 1, 6}, {"count", 3}}};
constexpr std::array<Knob, 2> kFiveProbes{{{"interval", 1, 10}, {"count", 5}}};
constexpr std::array<Knob, 3> kProbesAndLimit{
    {{"interval", 1, 6}, {"count", 3}, {"user_timeout", 1, 2}}};
constexpr std::array<Setting, 3> kTcpSearched{kThreeProbes, kFiveProbes, kProbesAndLimit};

constexpr std::array<Names, 3> kPostgresAliases{"postgres", "libpq", "psql"};
constexpr std::array<Preset, 2> kPostgresPresets{{{"side", "client"}, {"so_keepalive", "server"}}};
constexpr std::array<Paste, 3> kPostgresPaste{{
    {"connection string of libpq",
     "keepalives=1 keepalives_idle={idle} keepalives_interval={interval} "
     "keepalives_count={count}\n",
     "side=client|both,user_timeout=0s"},
    {"connection string of libpq",
     "keepalives=1 keepalives_idle={idle} keepalives_interval={interval} "
     "keepalives_count={count} tcp_user_timeout={user_timeout.ms}\n",
     "side=client|both,user_timeout!=0s"},
    {"postgresql.conf of the server",
     "tcp_keepalives_idle = {idle}\n"
     "tcp_keepalives_interval = {interval}\n"
     "tcp_keepalives_count = {count}\n"
     "[user_timeout!=0s]tcp_user_timeout = {user_timeout.ms}\n",
     "side=server|both"},
}};

constexpr std::array<Preset, 2> kRedisPresets{{{"side", "server"}, {"count", "3"}}};
constexpr std::array<Follower, 1> kRedisFollowers{{{"interval", Rule::Times, 1, 3}}};
constexpr std::array<Paste, 2> kRedisPaste{{
    {"redis.conf", "tcp-keepalive {idle}\n", "side=server|both"},
    {"redis-py",
     "Redis(host, socket_keepalive=True, socket_keepalive_options={\n"
     "    socket.TCP_KEEPIDLE: {idle}, socket.TCP_KEEPINTVL: {interval}, "
     "socket.TCP_KEEPCNT: {count}})\n",
     "side=client|both"},
}};

constexpr std::array<Names, 1> kOpenvpnAliases{"ovpn"};
constexpr std::array<Follower, 1> kOpenvpnFollowers{{{"keepalive_timeout", Rule::Times, 6, 1}}};
constexpr std::array<Paste, 2> kOpenvpnPaste{{
    {"the server's configuration, which pushes it to the clients",
     "keepalive {keepalive_interval} {keepalive_timeout}\n"
     "[transport=tcp]proto tcp-server\n"
     "[reneg_sec!=1h]reneg-sec {reneg_sec}\n"},
    {"the client's configuration", "proto tcp-client\n", "transport=tcp"},
}};

constexpr std::array<Knob, 1> kMostOfTheTime{{{"keepalive_timeout", 4, 5}}};
constexpr std::array<Setting, 1> kOpenvpnSearched{kMostOfTheTime};

constexpr std::array<Names, 2> kWireguardAliases{"wg", "persistent-keepalive"};
// Put off by what arrives, too: recorded with wireguard-go; timers.c of the kernel does the same.
constexpr std::array<Preset, 4> kWireguardPresets{
    {{"answered", "false"}, {"bytes", "32"}, {"reset_by", "both"}, {"timed_by", "kernel"}}};
constexpr std::array<Paste, 1> kWireguardPaste{{
    {"the configuration of {ends}",
     "[from=client]# of the peer behind the NAT, and of it only\n[Peer]\n"
     "PersistentKeepalive = {interval}\n"},
}};

constexpr std::array<Names, 4> kIpsecAliases{"nat-t", "strongswan", "ike", "natt"};
constexpr std::array<Preset, 2> kIpsecPresets{{{"answered", "false"}, {"bytes", "1"}}};
constexpr std::array<Paste, 1> kIpsecPaste{{
    {"strongswan.conf of {ends}", "charon {\n    keep_alive = {interval}s\n}\n"},
}};

constexpr std::array<Names, 1> kMqttAliases{"mosquitto"};
// mosquitto's broker looks every 5 s; its client library gives up one interval after a PINGREQ
// without an answer, and connects anew a second later.
constexpr std::array<Preset, 5> kMqttPresets{{{"retries", "1"},
                                              {"gives_up", "server"},
                                              {"check_every", "5s"},
                                              {"on_death", "reconnect"},
                                              {"reconnect_pause", "1s"}}};
constexpr std::array<Follower, 1> kMqttFollowers{{{"give_up_after", Rule::Times, 3, 2}}};
constexpr std::array<Paste, 2> kMqttPaste{{
    {"any client: Keep Alive of its CONNECT", "mosquitto_sub -k {interval} ...\n"},
    {"mosquitto.conf, for a bridge", "keepalive_interval {interval}\n"},
}};

constexpr std::array<Names, 2> kGrpcAliases{"http2", "h2"};
constexpr std::array<Preset, 7> kGrpcPresets{{{"bytes", "17"},
                                              {"answer_bytes", "17"},
                                              {"reset_by", "received"},
                                              {"retries", "1"},
                                              {"retry_interval", "20s"},
                                              {"min_ping_interval", "300s"},
                                              {"hop_by_hop", "true"}}};
// TCP_USER_TIMEOUT is the keepalive timeout (recorded with the C core 1.51).
constexpr std::array<Follower, 1> kGrpcFollowers{
    {{"user_timeout", Rule::Times, 1, 1, "retry_interval"}}};
constexpr std::string_view kGrpcKeepalive =
    "grpc.keepalive_time_ms = {interval.ms}\n"
    "grpc.keepalive_timeout_ms = {retry_interval.ms}\n"
    "grpc.keepalive_permit_without_calls = 1\n"
    "grpc.http2.max_pings_without_data = {max_pings_without_data}\n";
constexpr std::string_view kGrpcTolerance =
    "grpc.http2.min_ping_interval_without_data_ms = {min_ping_interval.ms}\n"
    "grpc.http2.max_ping_strikes = {max_strikes}\n"
    "grpc.keepalive_permit_without_calls = 1\n";
constexpr std::array<Paste, 3> kGrpcPaste{{
    {"channel arguments of the client (C++, Python, Ruby, PHP)", kGrpcKeepalive,
     "from=client|both"},
    {"channel arguments of the server, which must tolerate it", kGrpcTolerance, "from=client|both"},
    {"channel arguments of the server", kGrpcKeepalive, "from=server|both"},
}};

// Of gRPC and WebSocket: the time for the answer.
constexpr std::array<Knob, 1> kHalfForTheAnswer{{{"retry_interval", 1, 2}}};
constexpr std::array<Knob, 1> kAThirdForTheAnswer{{{"retry_interval", 1, 3}}};
constexpr std::array<Setting, 2> kAnswerSearched{kHalfForTheAnswer, kAThirdForTheAnswer};

constexpr std::array<Names, 2> kWebsocketAliases{"ws", "wss"};
constexpr std::array<Preset, 4> kWebsocketPresets{
    {{"bytes", "6"}, {"reset_by", "nothing"}, {"retries", "1"}, {"retry_interval", "20s"}}};
constexpr std::array<Paste, 2> kWebsocketPaste{{
    {"websockets (Python), the client",
     "connect(uri, ping_interval={interval}, ping_timeout={retry_interval})\n", "from=client|both"},
    {"websockets (Python), the server",
     "serve(handler, host, port, ping_interval={interval}, ping_timeout={retry_interval})\n",
     "from=server|both"},
}};

constexpr std::array<Preset, 5> kQuicPresets{{{"bytes", "35"},
                                              {"answer_bytes", "35"},
                                              {"reset_by", "received"},
                                              {"retry_interval", "1s"},
                                              {"give_up_after", "30s"}}};
constexpr std::array<Knob, 1> kIdleTimeout{{{"give_up_after", 4, 5}}};
constexpr std::array<Setting, 1> kQuicSearched{kIdleTimeout};
constexpr std::array<Names, 2> kQuicAliases{"http3", "h3"};
constexpr std::array<Paste, 1> kQuicPaste{{
    {"quic-go, {ends}",
     "quic.Config{KeepAlivePeriod: {interval} * time.Second, "
     "MaxIdleTimeout: {give_up_after} * time.Second}\n"},
}};

constexpr std::array<Names, 2> kSipAliases{"sip-outbound", "outbound"};
constexpr std::array<Preset, 2> kSipPresets{
    {{"message_class", "request"}, {"reset_by", "nothing"}}};
// RFC 5626 section 4.4.1: between 24 and 29 s over UDP.
constexpr std::array<Follower, 1> kSipFollowers{{{"jitter", Rule::Times, 5, 29}}};

constexpr std::array<Names, 2> kIceAliases{"stun", "webrtc"};
constexpr std::array<Preset, 2> kIcePresets{{{"from", "both"}, {"bytes", "28"}}};

constexpr std::array<Names, 1> kKeepaliveAliases{"ping"};
constexpr std::array<Knob, 2> kThreePings{{{"retry_interval", 1, 6}, {"retries", 3}}};
constexpr std::array<Setting, 1> kKeepaliveSearched{kThreePings};

constexpr std::array<Recipe, 17> kRecipes{{
    {.name = "openssh",
     .aliases = kOpensshAliases,
     .title = "OpenSSH client: ServerAliveInterval",
     .strategy = "ssh",
     .interval = "server_alive_interval",
     .usual = "0s",
     .most = Duration{std::chrono::seconds{INT32_MAX}},
     .searched = kOpensshSearched,
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
     .off_by_default = true,
     .presets = kPuttyPresets,
     .pastes = kPuttyPaste,
     .note = "SSH_MSG_IGNORE of 48 bytes, a metronome without a verdict of its own.  The server is "
             "sshd with TCPKeepAlive, and leaves its times to its host."},
    {.name = "tcp",
     .aliases = kTcpAliases,
     .title = "TCP keepalive of the kernel: TCP_KEEPIDLE",
     .strategy = "tcp_keepalive",
     .interval = "idle",
     .usual = "7200s",
     .most = kMostTcpKeepalive,
     .searched = kTcpSearched,
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
     .searched = kTcpSearched,
     .presets = kPostgresPresets,
     .followers = kTcpFollowers,
     .pastes = kPostgresPaste,
     .note = "The client's kernel probes; libpq only sets the times.  The server sets SO_KEEPALIVE "
             "on each connection and leaves the times to its host, 2h11m15s in all on Linux; "
             "side=both gives it the client's."},
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
     .searched = kOpenvpnSearched,
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
     .off_by_default = true,
     .most = kSixteenBits,
     .presets = kWireguardPresets,
     .hello_bytes = 148,
     .welcome_bytes = 92,
     .pastes = kWireguardPaste,
     .note = "The keepalive and the first handshake, without the keepalive right after it; no new "
             "keys every two minutes, no passive keepalive and no handshake 15 s after data that "
             "was not answered, so that packets and detection are those of the keepalive alone."},
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
     .note = "As mosquitto: the client gives up one interval after a PINGREQ without an answer and "
             "connects anew after 1 s; the broker after one and a half intervals of silence, at "
             "which it looks every 5 s.  Without TLS."},
    {.name = "grpc",
     .aliases = kGrpcAliases,
     .title = "gRPC client: keepalive time (HTTP/2 PING)",
     .strategy = "keepalive",
     .interval = "interval",
     .off_by_default = true,
     .least = 10s,
     .most = Duration{std::chrono::seconds{INT32_MAX / 1000}},
     .searched = kAnswerSearched,
     .presets = kGrpcPresets,
     .followers = kGrpcFollowers,
     .pastes = kGrpcPaste,
     .ends_at_proxies = true,
     .note = "The server is one with gRPC's defaults, which wants 300 s between pings without "
             "data: min_ping_interval says another time.  TCP_USER_TIMEOUT is the keepalive "
             "timeout, retry_interval.  Clients of the C core that were not "
             "told otherwise stop after max_pings_without_data=2.  The server pings nothing of "
             "its own.  Without TLS."},
    {.name = "websocket",
     .aliases = kWebsocketAliases,
     .title = "WebSocket: ping interval",
     .strategy = "keepalive",
     .interval = "interval",
     .usual = "20s",
     .searched = kAnswerSearched,
     .presets = kWebsocketPresets,
     .pastes = kWebsocketPaste,
     .note = "As the Python library websockets: a metronome, and 20 s for the answer.  Without "
             "TLS.  from=server turns it round, from=both has both ends ping, as two ends of "
             "that library do."},
    {.name = "quic",
     .aliases = kQuicAliases,
     .title = "QUIC: keepalive period",
     .strategy = "keepalive",
     .transport = Transport::Udp,
     .interval = "interval",
     .usual = "15s",
     .off_by_default = true,
     .searched = kQuicSearched,
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
     .searched = kKeepaliveSearched,
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
