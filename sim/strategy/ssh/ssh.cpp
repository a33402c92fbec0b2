// SPDX-License-Identifier: Apache-2.0
#include "strategy/ssh/ssh.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "strategy/option_rules.h"
#include "strategy/ssh/ssh_client.h"
#include "strategy/ssh/ssh_server.h"

namespace stayalive {
namespace {

// In the order of SshClient::Version and SshServer::Version.
constexpr std::array<std::string_view, 4> kClientVersions{"openssh-8.3", "openssh-8.4",
                                                          "openssh-9.2", "openssh-9.8"};
constexpr std::array<std::string_view, 6> kServerVersions{
    "openssh-7.5", "openssh-7.6", "openssh-8.0", "openssh-8.2", "openssh-9.2", "openssh-9.5"};
constexpr std::int64_t kLongestInterval = Duration{std::chrono::seconds{INT32_MAX}}.count();

constexpr std::array<OptionSpec, 10> kSshOptions{{
    {.key = "server_alive_interval",
     .type = OptionType::Span,
     .help = "ServerAliveInterval: whole seconds after the last received message at which the "
             "client sends a request; 0s is off.",
     .default_text = "0s",
     .most = kLongestInterval},
    {.key = "server_alive_count_max",
     .type = OptionType::Count,
     .help = "ServerAliveCountMax: unanswered requests that the client tolerates; it ends at the "
             "next check after them, and with 0 at the first check, without any request.",
     .default_text = "3",
     .most = INT32_MAX},
    {.key = "client_alive_interval",
     .type = OptionType::Span,
     .help = "ClientAliveInterval: whole seconds of sleep after which the server sends a request; "
             "0s is off.",
     .default_text = "0s",
     .most = kLongestInterval},
    {.key = "client_alive_count_max",
     .type = OptionType::Count,
     .help = "ClientAliveCountMax: unanswered requests that the server tolerates; 0 is without end "
             "since 8.2, and the end at the first check before.",
     .default_text = "3",
     .most = INT32_MAX},
    {.key = "client_version",
     .type = OptionType::Choice,
     .help = "The client's release: openssh-8.3 (and earlier) puts its check off at every wake-up, "
             "openssh-8.4 (to 9.1), openssh-9.2 (to 9.7) and openssh-9.8 (to 10.5) only when "
             "something is received; openssh-9.8 names the socket's error when it ends.",
     .default_text = "openssh-9.8",
     .choices = kClientVersions},
    {.key = "server_version",
     .type = OptionType::Choice,
     .help = "The server's release: openssh-7.5 (and earlier), openssh-7.6 (to 7.9), openssh-8.0 "
             "(to 8.1), openssh-8.2 (to 9.1), openssh-9.2 (to 9.4, which takes twice the interval) "
             "or openssh-9.5 (to 10.5).",
     .default_text = "openssh-9.5",
     .choices = kServerVersions},
    {.key = "cipher",
     .type = OptionType::Choice,
     .help = "Cipher and MAC, which decide the size of every message.",
     .default_text = "chacha20-poly1305",
     .choices = kSshCipherNames},
    {.key = "channel_open",
     .type = OptionType::Flag,
     .help = "Whether a channel is open (a shell or a command runs), which makes the server's "
             "request a channel request, 4 bytes longer.",
     .default_text = "true"},
    {.key = "tcp_keepalive",
     .type = OptionType::Flag,
     .help = "TCPKeepAlive: whether both ends set SO_KEEPALIVE, with the times of their hosts.",
     .default_text = "true"},
    {.key = "clock_phase",
     .type = OptionType::Span,
     .help = "How much of a second the clocks of both ends have counted when the run begins; "
             "OpenSSH counts whole seconds.",
     .default_text = "0s",
     .most = Duration{1s}.count() - 1},
}};

template <class Version, std::size_t kCount>
Version version(const std::array<std::string_view, kCount>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  CHECK(found != names.end(), "a release of OpenSSH is named as its table names it");
  return static_cast<Version>(found - names.begin());
}

void tune_ssh(const Options& options, Role role, TcpConfig& config) {
  // Both programs set it when the session begins (ssh_packet_set_interactive of packet.c).
  config.nodelay = true;
  // Key exchange and authentication, which are not played, were questions and answers.  The last
  // answer was the server's; the client let its acknowledgment run late, which ended its part.
  config.conversing = role == Role::Server;
  if (options.flag("tcp_keepalive")) config.keepalive = true;
}

std::vector<OptionError> check_ssh(const Options& options, Transport) {
  std::vector<OptionError> errors;
  require_whole_seconds(options, {"server_alive_interval", "client_alive_interval"}, errors);
  return errors;
}

std::unique_ptr<Strategy> make_ssh(const Options& options, const StrategyContext& context) {
  SshConfig ssh;
  ssh.cipher = &ssh_cipher(options.choice("cipher"));
  ssh.channel_open = options.flag("channel_open");
  ssh.clock = SecondClock(options.span("clock_phase"));
  ssh.peer = context.peer;
  if (context.role == Role::Client) {
    ssh.interval = options.span("server_alive_interval");
    ssh.count_max = static_cast<std::uint32_t>(options.count("server_alive_count_max"));
    return std::make_unique<SshClient>(
        ssh, version<SshClient::Version>(kClientVersions, options.choice("client_version")));
  }
  ssh.interval = options.span("client_alive_interval");
  ssh.count_max = static_cast<std::uint32_t>(options.count("client_alive_count_max"));
  return std::make_unique<SshServer>(
      ssh, version<SshServer::Version>(kServerVersions, options.choice("server_version")));
}

}  // namespace

constinit const StrategyKind kSsh{
    .name = "ssh",
    .help = "An OpenSSH session with ServerAliveInterval and ClientAliveInterval.",
    .tcp_port = 22,
    .options = kSshOptions,
    .intervals = {"server_alive_interval", "client_alive_interval"},
    .tune = tune_ssh,
    .check = check_ssh,
    .make = make_ssh,
    .payload = PayloadStyle::Ciphertext,
};

}  // namespace stayalive
