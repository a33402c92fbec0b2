// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/sections/population_rules.h"
#include "scenario/sections/sections.h"
#include "scenario/sections/tcp_options.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 2> kTransports{"tcp", "udp"};
constexpr SpanLimits kProgramIdle{1ms, 8784h};

const StrategyKind& strategy_kind_of(const ConnectionSpec& connection) {
  const StrategyKind* kind = find_strategy(connection.strategy);
  CHECK(kind != nullptr, "a connection has a strategy of the registry");
  return *kind;
}

// "22 for ssh, 1194 for openvpn, otherwise 5432 for TCP and 4500 for UDP".
std::string describe_ports() {
  std::string text;
  for (const StrategyKind* kind : strategies()) {
    const bool any = kind->tcp_port == kAnyTcpPort || kind->udp_port == kAnyUdpPort;
    if (!any)
      text += std::to_string(kind->port(kind->usual)) + " for " + std::string(kind->name) + ", ";
  }
  return text + "otherwise " + std::to_string(kAnyTcpPort) + " for TCP and " +
         std::to_string(kAnyUdpPort) + " for UDP";
}

// Those that can stand for many in the compact form: "silent, tcp_keepalive, keepalive over udp".
std::string describe_compact_forms() {
  std::vector<std::string> forms;
  for (const StrategyKind* kind : strategies()) {
    if (!kind->compact.tcp && !kind->compact.udp) continue;
    std::string form(kind->name);
    if (kind->works_over(Transport::Tcp) && !kind->compact.tcp) form += " over udp";
    if (kind->works_over(Transport::Udp) && !kind->compact.udp) form += " over tcp";
    forms.push_back(std::move(form));
  }
  const std::vector<std::string_view> words(forms.begin(), forms.end());
  return join_choices(words);
}

// Reads one connection of the list.
class ConnectionReader {
 public:
  explicit ConnectionReader(Draft& draft) : draft_(draft) {}

  void read(Reader& in) {
    in.object([&](ObjectReader& fields) {
      read_names(in, fields);
      Reader transport = fields.optional(
          "transport", "tcp or udp; the one that the strategy usually runs over when missing");
      const bool transport_given = transport.choice(connection_.transport, kTransports);
      Reader strategy = fields.with_default("strategy", "how its ends keep it alive");
      complete_ = read_strategy(strategy, shared(), connection_, transport_given, draft_.products);
      check_transport(in, fields);
      read_tls(fields.optional("tls",
                               "its ends speak inside of TLS: a version, or the values of it "
                               "(docs/scenario.md, TLS); in the clear when missing"),
               connection_);
      end_at_http_proxy(in, fields);
      read_instant_of_run(fields.with_default("start", "when the client opens it"), draft_,
                          connection_.start);
      connection_.server_port = usual_port();
      fields
          .optional("port",
                    "the port of the server; when missing the product's, or " + describe_ports())
          .count(connection_.server_port, 1);
      check_shared(in, fields);
      read_listens(fields);
      read_client_port(
          fields.optional("client_port", "the port of the client; an ephemeral one when missing"));
      read_sockets(fields);
      read_idle_limits(fields);
      read_last_words(fields);
      read_staying(fields);
      if (!in.describing() && complete_ && strategy_kind_of(connection_).reconnect != nullptr)
        connection_.reconnect = strategy_kind_of(connection_).reconnect(connection_.options);
      read_pool(fields.optional("pool",
                                "its client has several such connections side by side and gives "
                                "each request to one of them: the name of a product, or the values "
                                "of a pool (docs/scenario.md, Pools); one connection when missing"),
                draft_, connection_);
      read_reconnect(fields.optional("reconnect",
                                     "the client's program opens another connection after it has "
                                     "lost or closed one; when missing, only where its strategy "
                                     "does so"),
                     connection_);
      read_server_follows(fields);
      read_answers_follow(fields);
      read_server_discards_strangers(fields);
      read_traffic(fields.optional("traffic", "application messages; none when missing"), draft_,
                   connection_);
      read_page(fields.optional("page",
                                "its client loads a page over several connections side by side "
                                "(docs/scenario.md, Pages); with strategy http, instead of pool "
                                "and traffic"),
                draft_, connection_);
      read_population(fields);
      if (connection_.session) check_session(fields);
    });
    if (!in.describing()) draft_.scenario.connections.push_back(std::move(connection_));
  }

 private:
  void read_names(const Reader& in, ObjectReader& fields) {
    const std::size_t position = draft_.scenario.connections.size();
    connection_.name = draft_.names.read_new(
        fields.optional("name", "its name; connection-1 and so on by position when missing"), in,
        "connection-" + std::to_string(position + 1), {Names::Kind::Connection, position});
    const bool client = read_host(fields, "client", connection_.client);
    const bool server = read_host(fields, "server", connection_.server);
    hosts_known_ = client && server;
    if (!hosts_known_ || fields.describing()) return;
    const std::vector<HostSpec>& hosts = draft_.scenario.hosts;
    if (hosts[connection_.client].side == hosts[connection_.server].side) {
      in.error("its client and its server are on the same side of the path",
               "one on the internal and one on the external side");
    }
  }

  // The server at which it calls beside others; nullptr: it has one of its own.
  const ServerSpec* shared() const {
    return connection_.served_by ? &draft_.scenario.servers[*connection_.served_by] : nullptr;
  }

  // All who call at a server do so at one port, over TCP.
  void check_shared(const Reader& in, const ObjectReader& fields) const {
    if (shared() == nullptr) return;
    if (connection_.transport == Transport::Udp)
      in.error("its server accepts connections, and it uses udp", "transport tcp");
    for (const ConnectionSpec& other : draft_.scenario.connections) {
      if (other.served_by != connection_.served_by || other.server_port == connection_.server_port)
        continue;
      fields.error_at(fields.has("port") ? "port" : "server",
                      "the connection " + quote(other.name) + " calls at port " +
                          std::to_string(other.server_port) + " of " + quote(shared()->name) +
                          ", and this one at " + std::to_string(connection_.server_port),
                      "one port for each server");
      return;
    }
  }

  bool read_host(ObjectReader& fields, std::string_view key, std::size_t& position) {
    Reader in = fields.with_default(key, key == "client" ? "the host that opens the connection"
                                                         : "the host it is opened to, or one of "
                                                           "the servers");
    if (fields.describing()) {
      std::string host(key);
      in.name(host);
      return false;
    }
    if (!draft_.hosts_known) return false;
    if (in.present()) {
      const auto entry = key == "client" ? draft_.names.read_reference(in, {Names::Kind::Host})
                                         : draft_.names.read_reference(
                                               in, {Names::Kind::Host, Names::Kind::Server});
      if (!entry) return false;
      position = entry->position;
      if (entry->kind == Names::Kind::Host) return true;
      connection_.served_by = entry->position;
      position = shared()->host;
      return true;
    }
    const Names::Entry* entry = draft_.names.find(key);
    CHECK(entry != nullptr, "client and server are always there");
    position = entry->position;
    return true;
  }

  void check_transport(const Reader& in, ObjectReader& fields) {
    if (fields.describing()) return;
    for (const Hop& hop : draft_.scenario.path) {
      const auto* proxy = std::get_if<ProxySpec>(&hop);
      if (proxy == nullptr) continue;
      if (hosts_known_ && draft_.scenario.hosts[connection_.client].side == Side::External) {
        in.error("the path has the proxy " + quote(proxy->name) +
                     ", which takes connections from the internal side only",
                 "a client on the internal side, or a path without a proxy");
        return;
      }
      if (connection_.transport == Transport::Tcp) continue;
      in.error("the path has the proxy " + quote(proxy->name) + ", which carries TCP only",
               "transport tcp, or a path without a proxy");
      return;
    }
  }

  // The product's, else the strategy's.
  std::uint16_t usual_port() {
    const Product* product =
        connection_.product.empty() ? nullptr : draft_.products.find(connection_.product);
    if (product != nullptr && product->port != 0) return product->port;
    return strategy_kind_of(connection_).port(connection_.transport);
  }

  // A proxy that knows HTTP ends TLS and HTTP/2 of a connection of HTTP, and speaks HTTP/1 with
  // the server.  It would have to look into the TLS of any other.
  void end_at_http_proxy(const Reader& in, const ObjectReader& fields) {
    if (fields.describing()) return;
    const bool multiplexed = is_multiplexed(connection_);
    if (!connection_.tls && !multiplexed) return;
    for (const Hop& hop : draft_.scenario.path) {
      const auto* proxy = std::get_if<ProxySpec>(&hop);
      if (proxy == nullptr || proxy->rules.mode != ProxyRules::Mode::Http) continue;
      if (!strategy_kind_of(connection_).speaks_http) {
        in.error("the proxy " + quote(proxy->name) + " has mode http, and TLS around " +
                     quote(connection_.strategy) + " through such a proxy is not modelled",
                 "a connection without tls, or a proxy of mode tcp");
        return;
      }
      if (multiplexed && !proxy->rules.http.http2) {
        in.error("the proxy " + quote(proxy->name) + " speaks no HTTP/2",
                 "version 1.1, or a proxy that does");
        return;
      }
      connection_.behind_proxy = connection_.options;
      if (multiplexed) connection_.behind_proxy->set("version", std::string("1.1"));
      return;
    }
  }

  void read_listens(ObjectReader& fields) {
    Reader in = fields.with_default(
        "listen", "whether a program listens on the server's port; who calls is refused otherwise");
    in.flag(connection_.listens);
    if (!connection_.listens && shared() != nullptr)
      in.error("its server " + quote(shared()->name) + " listens", "a server of its own");
  }

  void read_client_port(Reader in) {
    if (!in.count(connection_.client_port, 1) || !hosts_known_) return;
    for (const ConnectionSpec& other : draft_.scenario.connections) {
      if (other.client != connection_.client || other.transport != connection_.transport ||
          other.client_port != connection_.client_port) {
        continue;
      }
      in.error("the connection " + quote(other.name) + " already uses this port of " +
                   quote(draft_.scenario.hosts[other.client].name),
               "a port of its own for each connection of a host");
      return;
    }
  }

  void read_sockets(ObjectReader& fields) {
    if (hosts_known_) {
      connection_.tcp[index(Role::Client)] = draft_.scenario.hosts[connection_.client].tcp;
      connection_.tcp[index(Role::Server)] = draft_.scenario.hosts[connection_.server].tcp;
    }
    if (shared() != nullptr)
      connection_.tcp[index(Role::Server)].defer_accept = shared()->rules.defer_accept;
    const StrategyKind& kind = strategy_kind_of(connection_);
    if (complete_ && kind.tune != nullptr) {
      for (const Role role : {Role::Client, Role::Server}) {
        kind.tune(connection_.options, role, connection_.tcp[index(role)]);
      }
    }
    Reader socket = fields.optional(
        "socket", "settings of its two TCP sockets, laid over the host's and the strategy's");
    refuse_for_udp(socket, "TCP sockets");
    socket.object([&](ObjectReader& roles) {
      for (const Role role : {Role::Client, Role::Server}) {
        read_tcp_options(roles.optional(name(role), "the socket at this end"),
                         connection_.tcp[index(role)]);
      }
    });
  }

  void read_idle_limits(ObjectReader& fields) {
    Reader in = fields.optional("close_when_idle",
                                "the program at this end closes the connection after so long "
                                "without application messages; never when missing");
    refuse_for_udp(in, "TCP connections");
    in.object([&](ObjectReader& roles) {
      for (const Role role : {Role::Client, Role::Server}) {
        roles.optional(name(role), "without application messages for so long")
            .span(connection_.close_when_idle[index(role)], kProgramIdle);
      }
    });
  }

  void read_last_words(ObjectReader& fields) {
    Reader in =
        fields.optional("finishes_after_eof",
                        "after the other end has closed its direction, the program at this "
                        "end first writes the rest of its traffic; otherwise it closes, too");
    refuse_for_udp(in, "TCP connections");
    in.object([&](ObjectReader& roles) {
      for (const Role role : {Role::Client, Role::Server}) {
        roles.optional(name(role), "whether this end finishes")
            .flag(connection_.finishes_after_eof[index(role)]);
      }
    });
  }

  void read_staying(ObjectReader& fields) {
    Reader in = fields.optional(
        "stays_after_eof",
        "after the other end has closed its direction, the program at this end keeps its own open: "
        "it goes on writing and answering, and does not close of its own accord");
    refuse_for_udp(in, "TCP connections");
    in.object([&](ObjectReader& roles) {
      for (const Role role : {Role::Client, Role::Server}) {
        Reader stays = roles.optional(name(role), "whether this end stays");
        stays.flag(connection_.stays_after_eof[index(role)]);
        if (connection_.stays_after_eof[index(role)] &&
            connection_.finishes_after_eof[index(role)]) {
          stays.error("finishes_after_eof says that this end closes after its last message",
                      "one of finishes_after_eof and stays_after_eof for each end");
        }
      }
    });
  }

  void read_answers_follow(ObjectReader& fields) {
    Reader in = fields.with_default(
        "answers_follow",
        "UDP: whether the server sends what answers a datagram to where that one came from, and "
        "only what it writes of its own accord to where server_follows says");
    refuse_for_tcp(in);
    in.flag(connection_.answers_follow);
  }

  void read_server_discards_strangers(ObjectReader& fields) {
    Reader in = fields.with_default(
        "server_discards_strangers",
        "UDP: whether the server knows its peer by address and throws away what comes from "
        "another one: it then follows nobody");
    refuse_for_tcp(in);
    in.flag(connection_.server_discards_strangers);
    if (!connection_.server_discards_strangers) return;
    for (const std::string_view key : {"server_follows", "answers_follow"}) {
      const bool follows =
          key == "server_follows" ? connection_.server_follows : connection_.answers_follow;
      if (fields.has(key) && follows)
        in.error(std::string(key) + " says that the server follows what it would throw away",
                 "one of the two");
    }
  }

  void read_server_follows(ObjectReader& fields) {
    Reader in = fields.with_default(
        "server_follows",
        "UDP: whether the server sends to where the last datagram came from, or always to where "
        "the first one did");
    refuse_for_tcp(in);
    in.flag(connection_.server_follows);
  }

  void read_population(ObjectReader& fields) {
    PopulationSpec& population = connection_.population;
    Reader count = fields.optional(
        "count",
        "how many such connections there are, each from a host of its own (docs/scenario.md, "
        "Populations); the connection stands for itself alone when missing");
    const bool many = count.count(population.count, 1, kMostMembers);
    Reader spread = fields.with_default(
        "spread", "each of many begins at a random instant in so long a time after `start`");
    spread.span(population.spread);
    Reader stay = fields.optional(
        "stay", "each of many leaves so long after it began, without a word; never when missing");
    stay.span(population.stay, {1ns, kForever});
    for (const Reader* span : {&spread, &stay}) {
      if (span->present() && !count.present())
        span->error("this connection stands for itself alone", "this key together with count");
    }
    if (!many) return;
    draft_.members += population.count;
    if (draft_.members > kMostMembers) {
      count.error(
          "all populations together would have " + std::to_string(draft_.members) + " members",
          "at most " + std::to_string(kMostMembers) + " in all");
    }
    if (complete_ && hosts_known_) {
      const std::vector<std::string> reasons =
          reasons_against_compact(draft_.scenario, connection_);
      population.compact = reasons.empty();
      if (!population.compact) check_whole_members(count, reasons.front());
    }
    for (const std::string_view key : {"client_port", "client", "server"}) {
      if (!fields.has(key) || (key == "server" && shared() != nullptr)) continue;
      fields.error_at(key, "each of many has a host of its own, and so has their server",
                      key == "server" ? "one of servers, or this key for a single connection only"
                                      : "this key for a single connection only");
    }
  }

  // Each has a host and programs of its own, which takes memory and time.
  void check_whole_members(Reader& count, const std::string& reason) {
    // Of a member with several connections side by side each counts.
    const std::int64_t each = connection_.session ? connection_.session->size : 1;
    draft_.whole_members += connection_.population.count * each;
    if (draft_.whole_members <= kMostWholeMembers) return;
    count.error("there would be " + std::to_string(draft_.whole_members) +
                    " members with programs of their own (here because " + reason + ")",
                "at most " + std::to_string(kMostWholeMembers) +
                    " such members in all; more only in the compact form, with " +
                    describe_compact_forms() + " (docs/scenario.md, Populations)");
  }

  // The pool decides when its connections are closed, and each has a port of its own.
  void check_session(const ObjectReader& fields) const {
    for (const std::string_view key : {"pool", "traffic"}) {
      if (connection_.session->page && fields.has(key))
        fields.error_at(key, "the page says what is asked for, and over how many connections",
                        "this key without page");
    }
    for (const std::string_view key : {"client_port", "finishes_after_eof"}) {
      if (fields.has(key))
        fields.error_at(key, "the client has a pool of connections",
                        "this key with a single connection");
    }
    if (connection_.close_when_idle[index(Role::Client)] != kForever)
      fields.error_at("close_when_idle", "the client has a pool of connections",
                      "idle_limit of the pool, or server alone");
    if (connection_.traffic.empty() && complete_)
      fields.error_at("pool", "it has no requests to carry", "traffic from the client with answer");
  }

  void refuse_for_tcp(const Reader& in) const {
    if (!in.present() || connection_.transport == Transport::Udp) return;
    in.error("a TCP connection cannot move to another address", "this key with udp only");
  }
  void refuse_for_udp(const Reader& in, std::string_view things) const {
    if (!in.present() || connection_.transport == Transport::Tcp) return;
    in.error("this connection uses udp, and this is about " + std::string(things),
             "this key with tcp only");
  }

  Draft& draft_;
  ConnectionSpec connection_;
  bool complete_ = false;  // whether its strategy and the options of that are right
  bool hosts_known_ = false;
};

}  // namespace

void read_connections(Reader in, Draft& draft) {
  in.array(1, kMostItems, [&](Reader& item) {
    const std::size_t before = draft.scenario.connections.size();
    ConnectionReader(draft).read(item);
    // One that could not be read still takes its place, so that later positions stay right.
    if (!item.describing() && draft.scenario.connections.size() == before) {
      draft.scenario.connections.emplace_back();
    }
  });
}

}  // namespace stayalive
