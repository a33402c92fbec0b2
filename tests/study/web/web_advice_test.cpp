// SPDX-License-Identifier: Apache-2.0
#include "study/web/web_advice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/random.h"
#include "run/run.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

Result<std::optional<WebQuestion>> server_word(const std::string& word) {
  Products products;
  return read_server_word(word, products);
}

WebQuestion question(const std::string& server, const std::string& through,
                     const std::string& delay = "20ms") {
  WebQuestion asked = *server_word(server).value();
  asked.path.boxes = parse_boxes(through).value();
  mark_proxies(asked.path.boxes, {});
  asked.path.delay = delay;
  return asked;
}

WebAdvice advice_on(const WebQuestion& asked) {
  Result<WebAdvice> advice = advise_server(asked);
  EXPECT_TRUE(advice.ok());
  return advice.value();
}

// Of a run that a user could have written.
MessageCounters asked_in(const WebQuestion& asked, const std::vector<Duration>& pauses) {
  const Result<Scenario> scenario = parse_scenario(web_scenario(asked, pauses), "web");
  EXPECT_TRUE(scenario.ok());
  const RunReport report = run(scenario.value());
  return report.connections.front().sides[0].messages;
}

// The requests that are not answered.
std::uint64_t failures(const WebQuestion& asked, const std::vector<Duration>& pauses) {
  const MessageCounters client = asked_in(asked, pauses);
  return client.sent - client.answered;
}

// Whether any pause within 3 ms around these ends in a 502.
bool meets_the_close(WebQuestion asked, Duration keep_alive, const std::vector<Duration>& timers) {
  asked.keep_alive = keep_alive;
  for (const Duration timer : timers) {
    for (int i = -12; i <= 12; ++i) {
      if (asked_in(asked, {300ms, timer + i * Duration{250us}}).refused() > 0) return true;
    }
  }
  return false;
}

// Advice takes some thousand runs.
const WebAdvice& node_behind_alb() {
  static const WebAdvice advice = advice_on(question("node", "aws-alb"));
  return advice;
}

TEST(ServerWord, IsAServerPerhapsWithItsTimeout) {
  const auto keep_alive = [](const char* word) { return server_word(word).value()->keep_alive; };
  EXPECT_EQ(keep_alive("nginx"), 75s);
  EXPECT_EQ(keep_alive("nginx=20s"), 20s);
  EXPECT_EQ(keep_alive("nginx=1ms"), 1ms);
  EXPECT_EQ(keep_alive("node"), 6s);
  EXPECT_EQ(keep_alive("http"), 5s);
}

TEST(ServerWord, IsNoneWhereTheNameIsAnother) {
  for (const char* word : {"aws-alb", "postgresql", "tcp=5m", "ngnix", "zzz=3s"}) {
    ASSERT_TRUE(server_word(word).ok()) << word;
    EXPECT_FALSE(server_word(word).value()) << word;
  }
}

TEST(ServerWord, SaysWhatIsWrongWithItsTimeoutOrItsName) {
  const auto only_mistake = [](const char* word) {
    const std::vector<Diagnostic> mistakes = server_word(word).errors();
    return mistakes.size() == 1 ? mistakes[0] : Diagnostic{};
  };
  EXPECT_EQ(only_mistake("nginx=75").message, "server nginx: \"75\" is no keep-alive timeout");
  EXPECT_EQ(only_mistake("nginx=75").suggestion, "75s");
  EXPECT_EQ(only_mistake("nginx=soon").allowed, "a span of 1ms or more, such as 75s");
  EXPECT_EQ(only_mistake("nginx=999us").allowed, "a span of 1ms or more, such as 75s");
  EXPECT_EQ(only_mistake("nginx=").allowed, "a span of 1ms or more, such as 75s");
  EXPECT_EQ(only_mistake("ngnix=75s").message, "there is no server \"ngnix\"");
  EXPECT_EQ(only_mistake("ngnix=75s").suggestion, "nginx");
}

TEST(WebAdviceTest, BehindALoadBalancerOfLayer7TheServerMustKeepConnectionsForLonger) {
  const WebAdvice& node = node_behind_alb();
  EXPECT_FALSE(node.today.holds());
  ASSERT_TRUE(node.least);
  EXPECT_FALSE(node.most);
  EXPECT_EQ(node.recommended, 70s);
  const WebAdvice nginx = advice_on(question("nginx=75s", "aws-alb"));
  EXPECT_TRUE(nginx.today.holds());
  EXPECT_EQ(nginx.recommended, 75s);
  // The bound by runs of its own, on both sides.
  const WebQuestion asked = question("node", "aws-alb");
  EXPECT_FALSE(meets_the_close(asked, *node.least, {60s, *node.least}));
  EXPECT_TRUE(meets_the_close(asked, *node.least - 2ms, {60s, *node.least - 2ms}));
}

TEST(WebAdviceTest, BehindALoadBalancerOfLayer4TheServerMustCloseSooner) {
  const WebAdvice late = advice_on(question("nginx=6m", "aws-nlb"));
  EXPECT_FALSE(late.today.holds());
  ASSERT_TRUE(late.most);
  EXPECT_FALSE(late.least);
  EXPECT_EQ(late.recommended, 290s);
  EXPECT_TRUE(advice_on(question("nginx=75s", "aws-nlb")).today.holds());
  // A pause just below the server's timeout is answered at the bound and lost above it.
  WebQuestion asked = question("nginx", "aws-nlb");
  asked.keep_alive = *late.most;
  EXPECT_EQ(failures(asked, {300ms, *late.most - 1ms}), 0u);
  asked.keep_alive = *late.most + 10ms;
  EXPECT_EQ(failures(asked, {300ms, *late.most + 9ms}), 1u);
}

TEST(WebAdviceTest, AProxyWithoutAPoolAsksNothingOfTheServer) {
  const WebAdvice advice = advice_on(question("gunicorn", "nginx"));
  EXPECT_TRUE(advice.today.holds());
  ASSERT_EQ(advice.rules.size(), 1u);
  EXPECT_FALSE(advice.rules.front().pooled);
  EXPECT_FALSE(advice.least);
}

TEST(WebAdviceTest, TwoThatContradictEachOtherLeaveNoTimeout) {
  // The box between the proxy and the server forgets sooner than the proxy lets go.
  const WebAdvice advice = advice_on(question("http=20s", "aws-alb,aws-nlb:tcp.established=30s"));
  EXPECT_FALSE(advice.today.holds());
  EXPECT_FALSE(advice.recommended);
}

TEST(WebAdviceTest, TheEdgesOfAWindowAreThoseOfRuns) {
  const WebQuestion asked = question("node", "aws-alb");
  const WebAdvice& advice = node_behind_alb();
  ASSERT_FALSE(advice.today.windows.empty());
  for (const PauseWindow& window : advice.today.windows) {
    EXPECT_EQ(failures(asked, {300ms, window.from - 100us}), 0u);
    EXPECT_EQ(failures(asked, {300ms, window.from + 200us}), 1u);
    EXPECT_EQ(failures(asked, {300ms, window.to - 200us}), 1u);
    EXPECT_EQ(failures(asked, {300ms, window.to + 100us}), 0u);
  }
}

TEST(WebAdviceTest, AnAlignedClientLosesWhatARunSays) {
  const WebQuestion asked = question("node", "aws-alb");
  const WebAdvice& advice = node_behind_alb();
  std::vector<Duration> pauses(kAlignedRequests, advice.today.worst_pause);
  pauses.insert(pauses.begin(), 300ms);
  EXPECT_EQ(failures(asked, pauses), advice.today.aligned_failures);
  EXPECT_GT(advice.today.aligned_failures, kAlignedRequests / 4);
}

// 6000 requests with random pauses against the share that the windows give: four deviations.
TEST(WebAdviceTest, PoissonClientsLoseTheShareThatIsSaid) {
  const WebQuestion asked = question("http=50ms", "aws-alb", "100us");
  Result<PauseTrials> prepared = PauseTrials::prepare(asked);
  ASSERT_TRUE(prepared.ok());
  PauseTrials trials = std::move(prepared).value();
  double share = 0;
  for (const PauseWindow& window : trials.windows(asked.keep_alive)) share += window.share(50ms);
  EXPECT_GT(share, 0.004);
  Random random(1, "clients", "pauses");
  std::vector<Duration> pauses;
  for (int i = 0; i < 6000; ++i) {
    const double unit = (static_cast<double>(random.next() >> 11) + 0.5) / 9007199254740992.0;
    pauses.emplace_back(static_cast<std::int64_t>(-std::log(unit) * 50e6));
  }
  const double expected = 6000 * share;
  EXPECT_NEAR(static_cast<double>(failures(asked, pauses)), expected, 4 * std::sqrt(expected));
}

TEST(WebAdviceTest, TheChanceFallsWithTheLoad) {
  const std::vector<WebRow>& rows = node_behind_alb().others;
  const auto row = std::ranges::find(rows, Duration{55s}, &WebRow::keep_alive);
  ASSERT_NE(row, rows.end());
  EXPECT_LT(row->poisson[0], row->poisson[1] / 10);
}

}  // namespace
}  // namespace stayalive
