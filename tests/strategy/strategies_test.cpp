// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cctype>
#include <set>

#include "strategy/second_clock.h"
#include "support/strategy_story.h"

namespace stayalive {
namespace {

TEST(Strategies, AreFoundByTheirNames) {
  std::set<std::string_view> names;
  for (const StrategyKind* kind : strategies()) {
    EXPECT_EQ(find_strategy(kind->name), kind);
    EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    EXPECT_TRUE(kind->works_over(kind->usual)) << kind->name;
    EXPECT_NE(kind->make, nullptr) << kind->name;
  }
  const std::set<std::string_view> expected{"silent", "tcp_keepalive", "ssh",  "openvpn",
                                            "stun",   "keepalive",     "http", "wireguard_tunnel"};
  EXPECT_EQ(names, expected);
  EXPECT_EQ(find_strategy("telepathy"), nullptr);
}

TEST(Strategies, ExplainEveryOptionAndAgreeWithTheirOwnDefaults) {
  for (const StrategyKind* kind : strategies()) {
    std::set<std::string_view> keys;
    for (const OptionSpec& spec : kind->options) {
      EXPECT_TRUE(keys.insert(spec.key).second) << kind->name << "." << spec.key;
      EXPECT_GT(spec.help.size(), 10U) << kind->name << "." << spec.key;
      EXPECT_EQ(spec.help.back(), '.') << kind->name << "." << spec.key;
      EXPECT_EQ(spec.type == OptionType::Choice, !spec.choices.empty()) << spec.key;
    }
    if (kind->check == nullptr) continue;
    const Options options = defaults(kind->options);
    if (kind->works_over(Transport::Tcp)) {
      EXPECT_TRUE(kind->check(options, Transport::Tcp).empty()) << kind->name;
    }
    if (kind->works_over(Transport::Udp)) {
      EXPECT_TRUE(kind->check(options, Transport::Udp).empty()) << kind->name;
    }
  }
}

TEST(Strategies, SayWhatStrerrorSaysUnlessTheyKnowBetter) {
  const Strategy plain;
  EXPECT_EQ(plain.ending(SocketError::TimedOut).message, "Connection timed out");
  EXPECT_EQ(plain.ending(SocketError::Reset).message, "Connection reset by peer");
  EXPECT_EQ(plain.ending(SocketError::Refused).message, "Connection refused");
  EXPECT_EQ(plain.ending(SocketError::BrokenPipe).message, "Broken pipe");
  EXPECT_EQ(plain.ending(SocketError::HostUnreachable).message, "No route to host");
  EXPECT_EQ(plain.ending(SocketError::NetworkUnreachable).message, "Network is unreachable");
  EXPECT_EQ(plain.ending(SocketError::Reset).exit_code, 1);
  EXPECT_EQ(plain.ending(SocketError::None).exit_code, 0);
}

TEST(Silent, NeverSendsAndNeverWakes) {
  for (const Transport transport : {Transport::Tcp, Transport::Udp}) {
    StrategyStory story(make_strategy("silent", Role::Client, transport, {}));
    story.at(0s).opens();
    EXPECT_TRUE(story.never_wakes());
    story.at(1h).writes().hears(MessageKind::Application).at(24h);
    EXPECT_EQ(story.did(), Lines{});
  }
}

TEST(TcpKeepalive, TunesTheSocketsOfItsSides) {
  const StrategyKind& kind = *find_strategy("tcp_keepalive");
  const Options both = options_of(kind, {{"idle", "60s"}, {"interval", "10s"}, {"count", "6"}});
  TcpConfig config;
  kind.tune(both, Role::Server, config);
  EXPECT_TRUE(config.keepalive);
  EXPECT_EQ(config.keepalive_idle, 60s);
  EXPECT_EQ(config.keepalive_interval, 10s);
  EXPECT_EQ(config.keepalive_count, 6U);

  const Options client = options_of(kind, {{"side", "client"}, {"idle", "60s"}});
  TcpConfig untouched;
  kind.tune(client, Role::Server, untouched);
  EXPECT_FALSE(untouched.keepalive);
  EXPECT_EQ(untouched.keepalive_idle, 7200s);
  TcpConfig touched;
  kind.tune(client, Role::Client, touched);
  EXPECT_TRUE(touched.keepalive);
}

TEST(TcpKeepalive, AnEndMayLeaveTheTimesToItsHost) {
  const StrategyKind& kind = *find_strategy("tcp_keepalive");
  const Options options = options_of(
      kind,
      {{"side", "client"}, {"idle", "60s"}, {"so_keepalive", "server"}, {"user_timeout", "9s"}});
  TcpConfig server;
  kind.tune(options, Role::Server, server);
  EXPECT_TRUE(server.keepalive);
  EXPECT_EQ(server.keepalive_idle, 7200s);
  EXPECT_EQ(server.user_timeout, 0s);
  TcpConfig client;
  kind.tune(options, Role::Client, client);
  EXPECT_EQ(client.keepalive_idle, 60s);
  EXPECT_EQ(client.user_timeout, 9s);
}

TEST(SocketOptions, AreRefusedWhereThereIsNoTcp) {
  const StrategyKind& kind = *find_strategy("keepalive");
  const Options options = options_of(kind, {{"so_keepalive", "server"}, {"user_timeout", "9s"}});
  EXPECT_TRUE(kind.check(options, Transport::Tcp).empty());
  EXPECT_EQ(kind.check(options, Transport::Udp).size(), 2U);
  EXPECT_EQ(kind.check(options_of(kind, {{"user_timeout", "1500us"}}), Transport::Tcp).size(), 1U);
}

TEST(TcpKeepalive, TakesWhatLinuxTakes) {
  const StrategyKind& kind = *find_strategy("tcp_keepalive");
  Options options = defaults(kind.options);
  EXPECT_EQ(options.span("idle"), 7200s);
  EXPECT_EQ(options.span("interval"), 75s);
  EXPECT_EQ(options.count("count"), 9);
  EXPECT_TRUE(set_from_text(options, kind.options[0], "32767s"));
  EXPECT_FALSE(set_from_text(options, kind.options[0], "32768s"));
  EXPECT_TRUE(set_from_text(options, kind.options[2], "127"));
  EXPECT_FALSE(set_from_text(options, kind.options[2], "128"));
  EXPECT_TRUE(set_from_text(options, kind.options[1], "1.5s"));
  const std::vector<OptionError> errors = kind.check(options, Transport::Tcp);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].key, "interval");
}

TEST(SecondClock, ShowsTheNextSecondExactlyWhenItBegins) {
  const SecondClock clock(250ms);
  EXPECT_EQ(clock.read(kStart), 0);
  EXPECT_EQ(clock.read(kStart + 750ms - 1ns), 0);
  EXPECT_EQ(clock.read(kStart + 750ms), 1);
  EXPECT_EQ(clock.start_of(1), kStart + 750ms);
  EXPECT_EQ(clock.start_of(INT64_MAX), kNever);
}

}  // namespace
}  // namespace stayalive
