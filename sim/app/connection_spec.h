// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/population/population_spec.h"
#include "app/session/session_spec.h"
#include "base/time.h"
#include "stack/tcp_config.h"
#include "strategy/message.h"
#include "strategy/options.h"
#include "strategy/reconnect_spec.h"
#include "strategy/strategy.h"
#include "strategy/tls/tls_rules.h"

// A connection as a scenario asks for it: plain data.
namespace stayalive {

// Application messages of one side.
struct TrafficSpec {
  Role from = Role::Client;
  TimePoint at;                   // the first one
  std::optional<Duration> every;  // and then again
  TimePoint until = kNever;       // not at or after this instant
  std::uint32_t bytes = 100;
  struct Answer {
    Duration after{};  // how long the other side needs
    std::uint32_t bytes = 100;
    // It writes back the bytes of the message as it reads them, at once, and as many.
    bool echo = false;
  };
  std::optional<Answer> answer;  // the other side answers each
  bool repeatable = false;       // may be carried out twice: it may be sent again when nobody knows
  // Without an answer for so long the sender closes the connection.
  std::optional<Duration> give_up;
};

struct ConnectionSpec {
  std::string name;
  std::size_t client = 0;  // positions in Scenario::hosts
  std::size_t server = 1;
  Transport transport = Transport::Tcp;
  std::string strategy = "silent";
  std::string product{};  // that the scenario names, and the strategy plays; empty: none
  Options options;
  TimePoint start;
  std::uint16_t server_port = 0;
  std::uint16_t client_port = 0;  // 0: an ephemeral one
  // Position in Scenario::servers of the one at which it calls, beside other connections.
  std::optional<std::size_t> served_by;
  bool listens = true;  // whether a program listens on the server's port
  // By Role: the host's, tuned by the strategy, then the connection's own.
  std::array<TcpConfig, 2> tcp;
  // By Role: FIN after so long without application messages.
  std::array<Duration, 2> close_when_idle{kForever, kForever};
  // By Role: after the peer has closed its direction, writes the rest of its traffic and only then
  // closes, too.
  std::array<bool, 2> finishes_after_eof{false, false};
  // By Role: after the peer has closed its direction, keeps its own open and goes on.
  std::array<bool, 2> stays_after_eof{false, false};
  std::optional<TlsRules> tls;  // TCP: both ends speak inside of TLS
  // Where a proxy of mode http ends the client's TLS and HTTP/2: the options with which the server
  // is spoken to, without TLS.
  std::optional<Options> behind_proxy;
  std::optional<ReconnectSpec> reconnect;  // TCP: of the client; empty: its strategy alone does
  // Of a client that has several connections side by side; each of them is a connection of its own
  // whose `place_of` is the position of this one.
  std::optional<SessionSpec> session;
  std::optional<std::size_t> place_of;
  PopulationSpec population;
  TimePoint leaves = kNever;   // from then on the client's host is gone, without a word
  bool server_follows = true;  // UDP: the server answers to where the last datagram came from
  // UDP: what answers a datagram goes to where that one came from, whomever the server follows.
  bool answers_follow = false;
  // UDP: the server knows its peer by address, and throws away what comes from elsewhere.
  bool server_discards_strangers = false;
  std::vector<TrafficSpec> traffic;

  // With what the strategy of this end is made.
  const Options& options_of(Role role) const {
    return role == Role::Server && behind_proxy ? *behind_proxy : options;
  }
  const TlsRules* tls_of(Role role) const {
    return tls && !(role == Role::Server && behind_proxy) ? &*tls : nullptr;
  }
  // What the scenario calls that which keeps it alive: the product, else the strategy.
  const std::string& played_as() const { return product.empty() ? strategy : product; }
};

// Whether the program of this side writes back what it reads of some message.
inline bool echoes_at(const ConnectionSpec& spec, Role role) {
  return std::any_of(spec.traffic.begin(), spec.traffic.end(), [&](const TrafficSpec& traffic) {
    return traffic.from != role && traffic.answer && traffic.answer->echo;
  });
}

// Whether its requests are streams of one connection, as this end sees it.
inline bool is_multiplexed(const ConnectionSpec& spec, Role role = Role::Client) {
  const StrategyKind* kind = find_strategy(spec.strategy);
  return kind->multiplexes != nullptr && kind->multiplexes(spec.options_of(role));
}

// What its bytes look like on the wire, also inside of TLS, whose records are not made up.
inline PayloadStyle payload_style(const ConnectionSpec& spec) {
  return find_strategy(spec.strategy)->payload;
}

}  // namespace stayalive
