// SPDX-License-Identifier: Apache-2.0
#include "app/proxy/tcp_proxy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "app/host/host.h"

namespace stayalive {
namespace {

// What became of each connection.
class WrittenNotes final : public ConnectionNotes {
 public:
  explicit WrittenNotes(std::uint32_t connections) : proxies(connections), sides(connections) {}
  void side(std::uint32_t connection, Role role, SideEvent event) override {
    sides[connection][index(role)].push_back(std::move(event));
  }
  void proxy(std::uint32_t connection, const ProxyEvent& event) override {
    proxies[connection].push_back(event);
  }
  void flow_changed(std::uint32_t, std::uint32_t, const FlowNote&) override {}
  void took_way(std::uint32_t, const WayHistory::Step&) override {}
  void dropped(std::uint32_t, std::uint32_t, DropReason, TimePoint) override {}
  void left(std::uint32_t, TimePoint) override {}
  std::vector<std::vector<ProxyEvent>> proxies;
  std::vector<std::array<std::vector<SideEvent>, 2>> sides;  // by Role
};

TimePoint at(Duration since_start) { return kStart + since_start; }

// Clients on one host, a proxy and a server, with lines that take no time.  Connection i opens i
// seconds after the beginning.
class Chain {
 public:
  Chain(std::uint32_t connections, TcpProxy::Config config)
      : notes(connections), ledger(sim, connections) {
    config.name = "proxy";
    config.address = ipv4(192, 0, 2, 100);
    proxy = std::make_unique<TcpProxy>(std::move(config), sim, path_, 0, messages, ledger);
    proxy->set_self(sim.add("proxy", *proxy));
    client_.set_self(sim.add("client", client_));
    server_.set_self(sim.add("server", server_));
    for (std::uint32_t i = 0; i < connections; ++i) {
      ledger.attach(ConnectionId{i}, notes, i);
      ConnectionSpec& spec = specs_.emplace_back();
      spec.start = at(i * Duration{1s});
      spec.server_port = 80;
      proxy->serve(ConnectionId{i}, {ipv4(203, 0, 113, 10), 80});
      for (const Role role : {Role::Server, Role::Client}) {
        Party& party = *parties_.emplace_back(
            std::make_unique<Party>(spec, ConnectionId{i}, role, messages, ledger,
                                    StrategyContext{role, Transport::Tcp, "peer", "c", 1}));
        party.server = {ipv4(192, 0, 2, 100), 80};
        (role == Role::Client ? client_ : server_).add(party);
      }
    }
  }
  void run_until(Duration since_start) { sim.run_until(at(since_start)); }
  // The program of this connection's client ends in order.
  void client_closes(std::uint32_t connection) {
    Program& program = *parties_[2 * connection + 1]->current;
    program.close_in_order(sim.now());
    client_.attend(program);
  }
  const SideEvent& last(std::uint32_t connection, Role role) const {
    return notes.sides[connection][index(role)].back();
  }
  // How the proxy ended its socket towards the client; nullptr while it has not.
  const ProxyEvent* front_end(std::uint32_t connection) const {
    for (const ProxyEvent& event : notes.proxies[connection]) {
      if (event.side == Side::Internal && event.kind == ProxyEvent::Kind::Ended) return &event;
    }
    return nullptr;
  }
  Simulation sim;
  WrittenNotes notes;
  Ledger ledger;
  MessageStore messages;
  std::unique_ptr<TcpProxy> proxy;

 private:
  Path path_{{NodeId{0}}, std::vector<std::vector<LinkPair>>(2)};
  Host client_{{"client", Side::Internal, ipv4(10, 0, 0, 2)}, sim, path_, messages, ledger};
  Host server_{{"server", Side::External, ipv4(203, 0, 113, 10)}, sim, path_, messages, ledger};
  std::deque<ConnectionSpec> specs_;
  std::vector<std::unique_ptr<Party>> parties_;
};

TcpProxy::Config two_ports() {
  TcpProxy::Config config;
  config.ports = EphemeralPorts(50'000, 50'000, 50'001);
  return config;
}

TEST(TcpProxyPorts, AFullProxyResetsWhoConnects) {
  Chain chain(3, two_ports());
  /* 1.5 s */ chain.run_until(1500ms);
  EXPECT_EQ(chain.last(0, Role::Client).kind, SideEvent::Kind::Opened);
  EXPECT_EQ(chain.last(1, Role::Client).kind, SideEvent::Kind::Opened);
  /* 3 s */ chain.run_until(3s);
  EXPECT_EQ(chain.last(2, Role::Client).kind, SideEvent::Kind::Ended);
  EXPECT_EQ(chain.last(2, Role::Client).error, SocketError::Reset);
  ASSERT_NE(chain.front_end(2), nullptr);
  EXPECT_TRUE(chain.front_end(2)->no_port);
  EXPECT_TRUE(chain.notes.sides[2][index(Role::Server)].empty());
  EXPECT_EQ(chain.last(1, Role::Client).kind, SideEvent::Kind::Opened) << "others go on";
}

TEST(TcpProxyPorts, APortIsFreeAgainWhenTimeWaitIsOver) {
  // The proxy closes towards the server first, and waits there for a minute.
  Chain chain(122, two_ports());
  chain.run_until(1500ms);
  chain.client_closes(0);
  /* 61 s */ chain.run_until(61400ms);
  ASSERT_NE(chain.front_end(61), nullptr);
  EXPECT_TRUE(chain.front_end(61)->no_port);
  /* 62 s */ chain.run_until(62500ms);
  ASSERT_EQ(chain.front_end(62), nullptr);
  EXPECT_EQ(chain.last(62, Role::Server).kind, SideEvent::Kind::Opened);
  EXPECT_EQ(chain.last(62, Role::Server).remote.port, 50'000);
  /* 63 s */ chain.run_until(63500ms);
  EXPECT_NE(chain.front_end(63), nullptr) << "the only port that was free";
}

// Which relays have told of their timers, by number.
class Relays final : public TraceSink {
 public:
  void record(const TraceRecord& record, const std::string&) override {
    if (record.kind == TraceKind::Timer) most = std::max(most, record.timer.flow.value + 1);
  }
  std::uint32_t most = 0;
};

TEST(TcpProxyRelays, OneThatIsOverIsUsedAgainOnceItsTimerHasRung) {
  TcpProxy::Config config;
  config.rules.idle_timeout = 10s;
  Chain chain(25, std::move(config));
  Relays relays;
  chain.sim.set_trace(&relays);
  // Each connection ends half a second after its beginning; from 10 s on it has the place of one
  // whose alarm has rung since.
  for (std::uint32_t i = 0; i < 25; ++i) {
    chain.run_until(i * Duration{1s} + 500ms);
    chain.client_closes(i);
    EXPECT_LE(relays.most, 12u);
    EXPECT_GE(relays.most, std::min(i + 1, 10u));
  }
}

TEST(TcpProxyProbes, CountForTheirOwnRelayAlone) {
  TcpProxy::Config config;
  config.rules.idle_timeout = 30s;
  config.rules.probes_count = true;
  config.front.keepalive = false;
  Chain chain(2, std::move(config));
  chain.run_until(29s);
  EXPECT_EQ(chain.front_end(0), nullptr);
  // A segment of the first client alone: a bare acknowledgment of what is old.
  Packet probe;
  probe.protocol = Protocol::Tcp;
  probe.flags = tcp_flag::kAck;
  const SideEvent& first = chain.last(0, Role::Client);
  probe.set_source(first.local);
  probe.set_destination(first.remote);
  chain.proxy->receive(chain.sim, Side::Internal, probe);
  /* 31 s: 30 s after the handshake of the second */ chain.run_until(31s + 1ms);
  EXPECT_EQ(chain.front_end(0), nullptr);
  ASSERT_NE(chain.front_end(1), nullptr);
  EXPECT_EQ(chain.front_end(1)->timer, ProxyTimer::Idle);
  /* 59 s: 30 s after the probe */ chain.run_until(59s + 1ms);
  EXPECT_NE(chain.front_end(0), nullptr);
}

}  // namespace
}  // namespace stayalive
