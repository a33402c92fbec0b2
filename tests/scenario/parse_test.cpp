// SPDX-License-Identifier: Apache-2.0
#include "scenario/parse.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "strategy/strategy.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

TEST(ParseScenario, FillsInEverythingThatIsNotSaid) {
  const Scenario scenario = right(R"({"connections": [{}]})");
  EXPECT_EQ(scenario.file, "s.json");
  EXPECT_EQ(scenario.seed, 1u);
  EXPECT_EQ(scenario.duration, 1h);
  EXPECT_EQ(scenario.late_after, 1s);
  EXPECT_EQ(scenario.private_sources, PrivateSources::Filtered);
  EXPECT_TRUE(scenario.path.empty());
  ASSERT_EQ(scenario.hosts.size(), 2u);
  EXPECT_EQ(scenario.hosts[0].name, "client");
  EXPECT_EQ(scenario.hosts[0].side, Side::Internal);
  EXPECT_EQ(scenario.hosts[1].name, "server");
  EXPECT_EQ(scenario.hosts[1].side, Side::External);
  ASSERT_EQ(scenario.connections.size(), 1u);
  const ConnectionSpec& connection = scenario.connections[0];
  EXPECT_EQ(connection.name, "connection-1");
  EXPECT_EQ(connection.strategy, "silent");
  EXPECT_EQ(connection.transport, Transport::Tcp);
  EXPECT_EQ(connection.server_port, 5432);
  EXPECT_EQ(connection.client_port, 0);
  EXPECT_EQ(connection.start, kStart);
  EXPECT_TRUE(connection.server_follows);
  EXPECT_EQ(connection.close_when_idle[0], kForever);
  EXPECT_TRUE(connection.traffic.empty());
}

TEST(ParseScenario, ReadsTheHead) {
  const Scenario scenario = right(R"({
    "$schema": "../scenario.schema.json",  // comments are welcome
    "title": "A title", "lesson": "Two\nlines", "seed": 9223372036854775807,
    "duration": "2h30m", "late_after": "250ms", "private_sources": "routed",
    "connections": [{}]})");
  EXPECT_EQ(scenario.title, "A title");
  EXPECT_EQ(scenario.lesson, "Two\nlines");
  EXPECT_EQ(scenario.seed, 9223372036854775807u);
  EXPECT_EQ(scenario.duration, 150min);
  EXPECT_EQ(scenario.late_after, 250ms);
  EXPECT_EQ(scenario.private_sources, PrivateSources::Routed);
}

TEST(ParsePath, ReadsLinksAndNamesThemByTheirOrder) {
  const Scenario scenario = right(scenario_with(R"("path": [
    {"link": {}},
    {"middlebox": {"profile": "rfc-minimum"}},
    {"link": {"name": "dsl", "delay": "10ms", "jitter": "2ms", "loss": "1/1000",
              "rate": "16Mbps", "reorder": true}},
    {"link": {}}],)"));
  ASSERT_EQ(scenario.path.size(), 4u);
  EXPECT_EQ(std::get<LinkConfig>(scenario.path[0]).name, "link-1");
  EXPECT_EQ(std::get<LinkConfig>(scenario.path[0]).delay, Duration::zero());
  EXPECT_EQ(std::get<MiddleboxSpec>(scenario.path[1]).name, "box-1");
  const LinkConfig& dsl = std::get<LinkConfig>(scenario.path[2]);
  EXPECT_EQ(dsl.name, "dsl");
  EXPECT_EQ(dsl.delay, 10ms);
  EXPECT_EQ(dsl.jitter, 2ms);
  EXPECT_EQ(dsl.loss, (Ratio{1, 1000}));
  EXPECT_EQ(dsl.rate, (BitRate{16'000'000}));
  EXPECT_TRUE(dsl.reorder);
  EXPECT_EQ(std::get<LinkConfig>(scenario.path[3]).name, "link-3");
}

TEST(ParsePath, LaysTheScenariosValuesOverTheProfile) {
  const Scenario scenario = right(scenario_with(R"("path": [
    {"middlebox": {"name": "home", "profile": "openwrt",
      "timeouts": {"tcp.established": "5m"}, "netfilter": {"tcp_loose": false, "input": "drop"},
      "ports": {"low": 2000, "high": 2000}, "capacity": 7,
      "filtering": "endpoint-independent", "when_full": "evict-oldest"}}],)"));
  const Scenario plain =
      right(scenario_with(R"("path": [{"middlebox": {"profile": "openwrt"}}],)"));
  const Profile& changed = std::get<MiddleboxSpec>(scenario.path[0]).profile;
  Profile expected = std::get<MiddleboxSpec>(plain.path[0]).profile;
  EXPECT_EQ(changed.timeouts[Timeout::TcpEstablished], 5min);
  EXPECT_NE(expected.timeouts[Timeout::TcpEstablished], 5min);
  expected.timeouts[Timeout::TcpEstablished] = 5min;
  EXPECT_EQ(changed.timeouts.spans, expected.timeouts.spans);
  EXPECT_FALSE(changed.netfilter.tcp_loose);
  EXPECT_EQ(changed.netfilter.input, InputPolicy::Drop);
  EXPECT_EQ(changed.ports.low, 2000);
  EXPECT_EQ(changed.ports.high, 2000);
  EXPECT_EQ(changed.capacity, 7u);
  EXPECT_EQ(changed.filtering, Dependence::EndpointIndependent);
  EXPECT_EQ(changed.when_full, WhenFull::EvictOldest);
}

TEST(ParsePath, ReadsAProxyWithItsTwoSockets) {
  const Scenario scenario = right(scenario_with(R"("path": [
    {"proxy": {"idle_timeout": "60s", "probes_count": true, "on_idle": "reset",
               "front": {"keepalive": true, "keepalive_idle": "30s"},
               "back": {"user_timeout": "5s"}}}],)"));
  const ProxySpec& proxy = std::get<ProxySpec>(scenario.path[0]);
  EXPECT_EQ(proxy.name, "proxy-1");
  EXPECT_EQ(proxy.rules.idle_timeout, 60s);
  EXPECT_TRUE(proxy.rules.probes_count);
  EXPECT_TRUE(proxy.rules.reset_when_idle);
  EXPECT_TRUE(proxy.front.keepalive);
  EXPECT_EQ(proxy.front.keepalive_idle, 30s);
  EXPECT_FALSE(proxy.back.keepalive);
  EXPECT_EQ(proxy.back.user_timeout, 5s);
}

TEST(ParseHosts, LaysSettingsOverTheOperatingSystem) {
  const Scenario scenario = right(scenario_with(R"("hosts": {
    "client": {"profile": "windows", "tcp": {"syn_retries": 2, "timer_hz": 250}},
    "server": {},
    "phone": {"side": "internal"}},)"));
  ASSERT_EQ(scenario.hosts.size(), 3u);
  const OsPreset* windows = find_os_preset("windows");
  ASSERT_NE(windows, nullptr);
  EXPECT_EQ(scenario.hosts[0].profile, "windows");
  EXPECT_EQ(scenario.hosts[0].tcp.rto_min, windows->tcp.rto_min);
  EXPECT_EQ(scenario.hosts[0].tcp.syn_retries, 2u);
  EXPECT_EQ(scenario.hosts[0].tcp.timer_hz, 250u);
  EXPECT_EQ(scenario.hosts[1].side, Side::External);
  EXPECT_EQ(scenario.hosts[2].side, Side::Internal);
}

TEST(ParseConnections, LaysTheSocketOverTheStrategyOverTheHost) {
  const Scenario scenario = right(R"({
    "hosts": {"client": {"tcp": {"keepalive_idle": "1m", "keepalive_count": 5, "retries2": 3}},
              "server": {}},
    "connections": [
      {"strategy": {"tcp_keepalive": {"idle": "200s", "side": "client"}},
       "socket": {"client": {"keepalive_count": 2}}}]})");
  const TcpConfig& client = scenario.connections[0].tcp[index(Role::Client)];
  EXPECT_TRUE(client.keepalive);
  EXPECT_EQ(client.keepalive_idle, 200s);     // the strategy's, over the host's
  EXPECT_EQ(client.keepalive_interval, 75s);  // the strategy's default
  EXPECT_EQ(client.keepalive_count, 2u);      // the connection's, over the strategy's
  EXPECT_EQ(client.retries2, 3u);             // the host's
  const TcpConfig& server = scenario.connections[0].tcp[index(Role::Server)];
  EXPECT_FALSE(server.keepalive);
  EXPECT_EQ(server.retries2, 15u);
}

TEST(ParseConnections, ReadsStrategiesByNameAndWithOptions) {
  const Scenario scenario = right(R"({"connections": [
    {"strategy": "ssh"},
    {"strategy": {"ssh": {"server_alive_interval": "60s", "server_alive_count_max": 4}}},
    {"strategy": "silent", "transport": "udp"}]})");
  const ConnectionSpec& named = scenario.connections[0];
  EXPECT_EQ(named.strategy, "ssh");
  EXPECT_EQ(named.server_port, 22);
  EXPECT_EQ(named.options.span("server_alive_interval"), 0s);
  const ConnectionSpec& ssh = scenario.connections[1];
  EXPECT_EQ(ssh.options.span("server_alive_interval"), 60s);
  EXPECT_EQ(ssh.options.count("server_alive_count_max"), 4);
  EXPECT_EQ(scenario.connections[2].transport, Transport::Udp);
  EXPECT_EQ(scenario.connections[2].server_port, 4500);
}

TEST(ParseConnections, TakesEveryStrategyOfTheRegistryWithItsDefaults) {
  for (const StrategyKind* kind : strategies()) {
    bool complete = true;
    for (const OptionSpec& spec : kind->options) complete = complete && !spec.default_text.empty();
    if (!complete) continue;
    const Scenario scenario =
        right(R"({"connections": [{"strategy": {")" + std::string(kind->name) + R"(": {}}}]})");
    ASSERT_EQ(scenario.connections.size(), 1u) << kind->name;
    EXPECT_EQ(scenario.connections[0].strategy, kind->name);
    EXPECT_EQ(scenario.connections[0].transport, kind->usual) << kind->name;
  }
}

TEST(ParseHosts, ClientAndServerAreThereWithoutBeingNamed) {
  const Scenario scenario = right(scenario_with(R"("hosts": {
    "server": {"profile": "freebsd"}, "phone": {"side": "internal"}},)"));
  ASSERT_EQ(scenario.hosts.size(), 3u);
  EXPECT_EQ(scenario.hosts[0].profile, "freebsd");
  EXPECT_EQ(scenario.hosts[2].name, "client");
  EXPECT_EQ(scenario.hosts[2].side, Side::Internal);
  EXPECT_EQ(scenario.connections[0].client, 2u);
  EXPECT_EQ(scenario.connections[0].server, 0u);
}

TEST(ParseConnections, ReadsTheRest) {
  const Scenario scenario = right(R"({
    "hosts": {"laptop": {"side": "internal"}, "shop": {}},
    "connections": [
      {"name": "a", "client": "laptop", "server": "shop", "start": "10s", "port": 443,
       "client_port": 50000, "close_when_idle": {"client": "10m", "server": "75s"}},
      {"name": "b", "client": "shop", "server": "laptop", "transport": "udp",
       "server_follows": false}]})");
  const ConnectionSpec& a = scenario.connections[0];
  EXPECT_EQ(a.client, 0u);
  EXPECT_EQ(a.server, 1u);
  EXPECT_EQ(a.start, kStart + 10s);
  EXPECT_EQ(a.server_port, 443);
  EXPECT_EQ(a.client_port, 50000);
  EXPECT_EQ(a.close_when_idle[index(Role::Client)], 10min);
  EXPECT_EQ(a.close_when_idle[index(Role::Server)], 75s);
  EXPECT_EQ(scenario.connections[1].client, 1u);
  EXPECT_EQ(scenario.connections[1].server, 0u);
  EXPECT_FALSE(scenario.connections[1].server_follows);
}

TEST(ParseTraffic, ReadsOneMessageAndManyAndAnswers) {
  const Scenario scenario = right(R"({"connections": [{"start": "10s", "traffic": [
    {"at": "50m", "from": "server", "bytes": 200},
    {"every": "30s", "answer": {"after": "2s", "bytes": 5}, "give_up": "20s"},
    {"at": "1m", "every": "1m", "until": "10m"}]}]})");
  const std::vector<TrafficSpec>& traffic = scenario.connections[0].traffic;
  ASSERT_EQ(traffic.size(), 3u);
  EXPECT_EQ(traffic[0].from, Role::Server);
  EXPECT_EQ(traffic[0].at, kStart + 50min);
  EXPECT_EQ(traffic[0].bytes, 200u);
  EXPECT_FALSE(traffic[0].every.has_value());
  EXPECT_FALSE(traffic[0].answer.has_value());
  EXPECT_EQ(traffic[1].at, kStart + 40s);  // one period after the start
  EXPECT_EQ(traffic[1].every, 30s);
  EXPECT_EQ(traffic[1].until, kStart + 1h);  // the end of the run
  ASSERT_TRUE(traffic[1].answer.has_value());
  EXPECT_EQ(traffic[1].answer->after, 2s);
  EXPECT_EQ(traffic[1].answer->bytes, 5u);
  EXPECT_EQ(traffic[1].give_up, 20s);
  EXPECT_EQ(traffic[2].at, kStart + 1min);
  EXPECT_EQ(traffic[2].until, kStart + 10min);
}

TEST(ParseEvents, ReadsEachKindInOrderOfTime) {
  const Scenario scenario = right(R"({
    "path": [{"link": {"name": "lan"}}, {"middlebox": {"name": "nat", "profile": "openwrt"}}],
    "connections": [{"name": "a"}, {"name": "b"}],
    "events": [
      {"at": "11m", "reboot": "nat", "for": "20s"},
      {"at": "1m", "cut": "lan", "for": "30s", "towards": "external"},
      {"at": "2m", "crash": "server"},
      {"at": "3m", "reboot": "client", "for": "10s"},
      {"at": "4m", "kill": "b", "side": "server"},
      {"at": "5m", "close": "b"},
      {"at": "6m", "shutdown": "a"},
      {"at": "7m", "stop_reading": "a", "for": "1m"},
      {"at": "8m", "suspend": "client"},
      {"at": "9m", "change_address": "client"},
      {"at": "15m", "hang": "b", "side": "server", "for": "5s"},
      {"at": "14m", "replace": "server", "behind": "nat", "for": "2s"},
      {"at": "13m", "change_address": "nat", "entries": "kept"},
      {"at": "12m", "take_over": "nat", "for": "3s", "synchronised": true},
      {"at": "10m", "flush": "nat"}]})");
  const std::vector<EventSpec>& events = scenario.events;
  ASSERT_EQ(events.size(), 15u);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].kind, static_cast<EventKind>(i));
    EXPECT_EQ(events[i].at, kStart + std::chrono::minutes(i + 1));
  }
  EXPECT_EQ(events[0].target, 0u);
  EXPECT_TRUE(events[11].keeps_entries);
  EXPECT_EQ(events[11].span, 3s);
  EXPECT_TRUE(events[12].keeps_entries);
  EXPECT_EQ(events[13].behind, 1u);
  EXPECT_EQ(events[13].span, 2s);
  EXPECT_EQ(events[14].target, 1u);
  EXPECT_EQ(events[14].role, Role::Server);
  EXPECT_EQ(events[0].span, 30s);
  EXPECT_EQ(events[0].towards, Side::External);
  EXPECT_EQ(events[1].target, 1u);
  EXPECT_EQ(events[2].span, 10s);
  EXPECT_EQ(events[3].target, 1u);
  EXPECT_EQ(events[3].role, Role::Server);
  EXPECT_EQ(events[4].role, Role::Client);
  EXPECT_EQ(events[7].span, kForever);
  EXPECT_EQ(events[9].target, 1u);
  EXPECT_EQ(events[10].target, 1u);
  EXPECT_EQ(events[10].span, 20s);
}

TEST(ParseEvents, CutsTheLineNextToAHost) {
  const Scenario scenario = right(R"({
    "path": [{"link": {}}, {"middlebox": {"profile": "openwrt"}}, {"link": {}}],
    "connections": [{}],
    "events": [{"at": "1m", "cut": "client"}, {"at": "2m", "cut": "server"}]})");
  EXPECT_EQ(scenario.path.size(), 3u);
  EXPECT_EQ(scenario.events[0].target, 0u);
  EXPECT_EQ(scenario.events[0].span, kForever);
  EXPECT_FALSE(scenario.events[0].towards.has_value());
  EXPECT_EQ(scenario.events[1].target, 2u);
}

TEST(ParseEvents, PutsALineNextToAHostThatHasNone) {
  const Scenario scenario = right(R"({
    "path": [{"middlebox": {"name": "nat", "profile": "openwrt"}}, {"link": {"name": "wan"}},
             {"middlebox": {"name": "cgn", "profile": "openwrt"}}],
    "connections": [{}],
    "events": [{"at": "1m", "flush": "cgn"}, {"at": "2m", "cut": "client"},
               {"at": "3m", "cut": "wan"}, {"at": "4m", "cut": "server"},
               {"at": "5m", "crash": "server"}, {"at": "6m", "reboot": "nat", "for": "1s"}]})");
  ASSERT_EQ(scenario.path.size(), 5u);
  EXPECT_EQ(std::get<LinkConfig>(scenario.path.front()).name, "client-link");
  EXPECT_EQ(std::get<LinkConfig>(scenario.path.back()).name, "server-link");
  EXPECT_EQ(scenario.events[0].target, 3u);
  EXPECT_EQ(scenario.events[1].target, 0u);
  EXPECT_EQ(scenario.events[2].target, 2u);
  EXPECT_EQ(scenario.events[3].target, 4u);
  EXPECT_EQ(scenario.events[4].target, 1u);  // a host keeps its position
  EXPECT_EQ(scenario.events[5].target, 1u);
}

TEST(ParseEvents, ShareOneLineWhenThePathIsEmpty) {
  const Scenario scenario = right(scenario_with(
      R"("events": [{"at": "1m", "cut": "server"}, {"at": "2m", "cut": "client"}],)"));
  ASSERT_EQ(scenario.path.size(), 1u);
  EXPECT_EQ(scenario.events[0].target, 0u);
  EXPECT_EQ(scenario.events[1].target, 0u);
}

TEST(ParseExpectations, ReadsAllOfThem) {
  const Scenario scenario = right(R"({
    "path": [{"middlebox": {"name": "nat", "profile": "openwrt"}}],
    "connections": [{"name": "a"}, {"name": "b"}],
    "expect": [{"connection": "b", "is": "alive"},
               {"connection": "a", "is": "forgotten", "side": "server", "at": "1h",
                "within": "2s", "blame": "nat"}]})");
  ASSERT_EQ(scenario.expectations.size(), 2u);
  const ExpectSpec& plain = scenario.expectations[0];
  EXPECT_EQ(plain.connection, 1u);
  EXPECT_EQ(plain.outcome, Outcome::Alive);
  EXPECT_FALSE(plain.side.has_value());
  EXPECT_FALSE(plain.at.has_value());
  EXPECT_FALSE(plain.within.has_value());
  EXPECT_EQ(plain.pointer, "/expect/0");
  const ExpectSpec& full = scenario.expectations[1];
  EXPECT_EQ(full.outcome, Outcome::Forgotten);
  EXPECT_EQ(full.side, Role::Server);
  EXPECT_EQ(full.at, kStart + 1h);
  EXPECT_EQ(full.within, 2s);
  EXPECT_EQ(full.blame, "nat");
  EXPECT_EQ(full.pointer, "/expect/1");
  EXPECT_EQ(plain.line, 4u);
  EXPECT_EQ(plain.column, 16u);
  EXPECT_EQ(full.line, 5u);
  EXPECT_EQ(full.column, 16u);
}

}  // namespace
}  // namespace stayalive
