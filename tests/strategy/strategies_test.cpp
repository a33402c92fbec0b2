// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cctype>
#include <set>

#include "base/random.h"
#include "strategy/second_clock.h"
#include "support/strategy_story.h"

namespace stayalive {
namespace {

TEST(Strategies, AreFoundByTheirNames) {
  std::set<std::string_view> names;
  for (const StrategyKind* kind : strategies()) {
    EXPECT_EQ(find_strategy(kind->name), kind);
    EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    EXPECT_TRUE(kind->tcp || kind->udp) << kind->name;
    EXPECT_NE(kind->make, nullptr) << kind->name;
  }
  const std::set<std::string_view> expected{"silent", "tcp_keepalive", "ssh", "openvpn",
                                            "keepalive"};
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
    if (kind->tcp) {
      EXPECT_TRUE(kind->check(options, Transport::Tcp).empty()) << kind->name;
    }
    if (kind->udp) {
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

// The contract of a TimedMachine with a Channel, for every strategy that can be made.
struct Machine {
  const char* strategy;
  Role role;
  Transport transport;
  std::vector<std::pair<std::string_view, std::string_view>> options;
};

std::vector<Machine> machines() {
  std::vector<Machine> all;
  for (const Role role : {Role::Client, Role::Server}) {
    for (const char* version : {"openssh-7.5", "openssh-7.6", "openssh-8.0", "openssh-8.2",
                                "openssh-9.2", "openssh-9.5"}) {
      all.push_back({"ssh",
                     role,
                     Transport::Tcp,
                     {{"client_alive_interval", "3s"},
                      {"server_alive_interval", "3s"},
                      {"server_version", version},
                      {"clock_phase", "300ms"}}});
    }
    for (const char* version : {"openssh-8.3", "openssh-8.4", "openssh-9.2"}) {
      all.push_back({"ssh",
                     role,
                     Transport::Tcp,
                     {{"server_alive_interval", "3s"}, {"client_version", version}}});
    }
    for (const Transport transport : {Transport::Tcp, Transport::Udp}) {
      all.push_back({"silent", role, transport, {}});
      all.push_back({"openvpn",
                     role,
                     transport,
                     {{"keepalive_interval", "2s"},
                      {"keepalive_timeout", "8s"},
                      {"hand_window", "5s"},
                      {"reneg_sec", "20s"}}});
      all.push_back({"keepalive",
                     role,
                     transport,
                     {{"from", "both"},
                      {"interval", "5s"},
                      {"retries", "2"},
                      {"retry_interval", "1s"},
                      {"give_up_after", "20s"},
                      {"jitter", "1s"},
                      {"reset_by", "both"}}});
    }
  }
  return all;
}

std::unique_ptr<Strategy> make(const Machine& machine) {
  const StrategyKind& kind = *find_strategy(machine.strategy);
  Options options = defaults(kind.options);
  for (const auto& [key, text] : machine.options) {
    for (const OptionSpec& spec : kind.options) {
      if (spec.key == key) {
        EXPECT_TRUE(set_from_text(options, spec, text));
      }
    }
  }
  StrategySetting setting;
  setting.role = machine.role;
  setting.transport = machine.transport;
  setting.connection = "contract";
  return kind.make(options, setting);
}

// Lets the story live through random events; nudges wakes it at instants at which nothing is due.
Lines live(StrategyStory& story, bool nudged, std::uint64_t seed) {
  Random random(seed, "contract", "events");
  Random nudges(seed, "contract", "nudges");
  Lines lines;
  Duration now{};
  story.at(now).opens();
  for (int step = 0; step < 300 && story.channel().state() == FakeChannel::State::Open; ++step) {
    const Duration then = now + random.up_to(4s);
    if (nudged) {
      while (now < then) {
        now = std::min(then, now + nudges.up_to(1s) + 1ns);
        story.at(now);
        if (story.strategy().next_deadline() > kStart + now) {
          const TimePoint before = story.strategy().next_deadline();
          story.strategy().expire(kStart + now, story.channel());
          EXPECT_EQ(story.strategy().next_deadline(), before);
        }
      }
    }
    now = then;
    story.at(now);
    if (story.channel().state() != FakeChannel::State::Open) break;
    const auto kind = static_cast<MessageKind>(random.below(5));
    const auto subtype = static_cast<int>(random.below(12));
    if (random.below(3) == 0) {
      story.writes();
    } else {
      story.hears(kind, subtype);
    }
    for (std::string& line : story.did()) lines.push_back(std::move(line));
  }
  for (std::string& line : story.did()) lines.push_back(std::move(line));
  return lines;
}

TEST(EveryStrategy, IsATimedMachine) {
  for (const Machine& machine : machines()) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      SCOPED_TRACE(std::string(machine.strategy) + " " + name(machine.role) + " seed " +
                   std::to_string(seed));
      StrategyStory calm(make(machine));
      StrategyStory nudged(make(machine));
      EXPECT_EQ(live(calm, false, seed), live(nudged, true, seed));
      EXPECT_EQ(calm.strategy().next_deadline(), nudged.strategy().next_deadline());
    }
  }
}

TEST(EveryStrategy, RepeatsItselfFromTheSameSeed) {
  for (const Machine& machine : machines()) {
    StrategyStory once(make(machine));
    StrategyStory again(make(machine));
    EXPECT_EQ(live(once, false, 7), live(again, false, 7)) << machine.strategy;
  }
}

}  // namespace
}  // namespace stayalive
