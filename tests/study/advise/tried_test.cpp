// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <random>

#include "scenario/products/products.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"
#include "study/advise/doubter.h"
#include "support/property_runs.h"

namespace stayalive {
namespace {

constexpr std::array kStrategies{"openssh",
                                 "openssh,server_alive_count_max=1",
                                 "openssh,server_alive_count_max=5,tcp_keepalive=false",
                                 "sshd",
                                 "putty",
                                 "tcp",
                                 "tcp,side=client",
                                 "tcp,side=server,count=3",
                                 "tcp,interval=10s,count=5",
                                 "postgresql",
                                 "redis",
                                 "wireguard",
                                 "ipsec",
                                 "mqtt",
                                 "keepalive,retries=1,transport=udp",
                                 "grpc,min_ping_interval=10s",
                                 "websocket",
                                 "websocket,from=server",
                                 "quic",
                                 "ice",
                                 "keepalive,transport=udp",
                                 "keepalive,from=both,retries=3",
                                 "keepalive,reset_by=both,give_up_after=20m",
                                 "sip",
                                 "keepalive,jitter=3s,retries=2,transport=udp",
                                 "openvpn",
                                 "openvpn,transport=tcp"};
constexpr std::array kDelays{"0ms", "1ms", "20ms", "36ms", "75ms", "100ms", "250ms"};
constexpr std::array<Duration, 3> kSurvivals{1h, 4h, 24h};

ScenarioDraft random_draft(std::mt19937_64& random) {
  const auto one_of = [&random](const auto& list) { return list[random() % list.size()]; };
  ScenarioDraft draft;
  draft.strategy = parse_strategy(one_of(kStrategies)).value();
  const std::vector<const ProfileDocument*> profiles = builtin_profiles();
  std::string through = one_of(profiles)->profile.name;
  if (random() % 3 == 0) through += "," + one_of(profiles)->profile.name;
  // Its own keepalives hold a connection through a proxy; the kernel's do not.
  const std::vector<const ProxyDocument*> proxies = builtin_proxies();
  if (draft.strategy.transport == Transport::Tcp && random() % 3 == 0)
    through += "," + one_of(proxies)->name;
  draft.path.boxes = parse_boxes(through).value();
  mark_proxies(draft.path.boxes, {});
  draft.path.delay = one_of(kDelays);
  draft.interval = draft.strategy.usual();
  draft.duration = one_of(kSurvivals);
  return draft;
}

void doubt_random_advice(int n, Record& record) {
  std::mt19937_64 random(static_cast<std::uint64_t>(n));
  const ScenarioDraft draft = random_draft(random);
  const Subject asked{
      ScenarioDocument::parse(draft.json(), "draft").value(), {}, 0, draft.strategy, {}};
  if (!asked.at(draft.strategy.usual()).ok()) return;
  AdviseOptions options;
  options.rules.survive = draft.duration;
  options.rules.threads = 1;
  if (random() % 3 == 0) options.notice_within = 30s;
  Doubter(draft, "", record, random).doubt(advise(asked, options));
}

void doubt_random_comparison(int n, Record& record) {
  std::mt19937_64 random(static_cast<std::uint64_t>(n + 1'000'000));
  ScenarioDraft draft = random_draft(random);
  const Product& product = *draft.strategy.product;
  const std::vector<Duration> intervals = nice_intervals();
  const Duration interval =
      std::max<Duration>(product.least_interval(), intervals[random() % (intervals.size() / 2)]);
  draft.interval = interval;
  std::string proxy;
  if (draft.strategy.transport == Transport::Tcp && random() % 4 == 0) {
    constexpr std::array kTimers{R"("idle_timeout": ")",
                                 R"("server_timeout": "1h", "client_timeout": ")",
                                 R"("client_timeout": "1h", "tunnel_timeout": ")"};
    proxy = std::string(R"({"proxy": {"name": "proxy", )") + kTimers[random() % kTimers.size()] +
            std::to_string(random() % 900 + 5) + R"(s"}})";
    if (random() % 2 == 0) proxy += R"(, {"middlebox": {"name": "behind", "profile": "aws-nlb"}})";
  }
  const Result<Scenario> scenario = parse_scenario(with_hop(draft.json(), proxy), "draft");
  if (!scenario.ok()) return;
  const Comparison comparison =
      compare({{draft.strategy.label(interval), scenario.value(), 0, interval}}, 8, {});
  Doubter(draft, proxy, record, random).doubt(comparison.rows[0], interval);
}

TEST(Tried, EveryNumberOfAdviceIsTrue) {
  Record record;
  const int first = first_property_run();
  for (int n = 0; n < property_runs(2); ++n) doubt_random_advice(first + n, record);
  std::cout << record.text();
  EXPECT_GE(100 * record.truths(), 99 * record.claims()) << record.text();
}

TEST(Tried, EveryNumberOfAComparisonIsTrue) {
  Record record;
  const int first = first_property_run();
  for (int n = 0; n < property_runs(3); ++n) doubt_random_comparison(first + n, record);
  std::cout << record.text();
  EXPECT_GE(100 * record.truths(), 99 * record.claims()) << record.text();
}

}  // namespace
}  // namespace stayalive
