// SPDX-License-Identifier: Apache-2.0
#include "run/estimate.h"

#include <gtest/gtest.h>

#include <string>

#include "run/run.h"
#include "scenario/parse.h"
#include "support/says.h"

namespace stayalive {
namespace {

Scenario estimated(const std::string& text) {
  const Result<Scenario> scenario = parse_scenario(text, "estimate");
  EXPECT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
  return scenario.value();
}

// Pings every minute of an hour over a line, whose jitter lets nothing be passed over.
Scenario pings(const std::string& duration, const std::string& jitter) {
  return estimated(R"({"duration": ")" + duration + R"(",
      "path": [{"link": {"delay": "10ms", "jitter": ")" +
                   jitter + R"("}},
               {"middlebox": {"profile": "home-router"}}],
      "connections": [{"transport": "udp", "strategy": {"keepalive": {"interval": "1m"}}}]})");
}

TEST(Estimate, IsAtLeastWhatARunTakesAndOfItsOrder) {
  for (const char* jitter : {"0s", "1ms"}) {
    const Scenario scenario = pings("1d", jitter);
    const RunEstimate estimate = estimate_of(scenario);
    RunOptions options;
    options.skip = false;
    const std::uint64_t events = run(scenario, options).events;
    EXPECT_GE(estimate.events, events);
    EXPECT_LE(estimate.events, 3 * events);
    EXPECT_EQ(estimate.runs_all, jitter != std::string("0s"));
  }
}

TEST(Estimate, CountsWhatAPoolAndAPageOpenAndCarry) {
  for (const char* connection :
       {R"("pool": {"size": 5, "lifetime": "10m", "check_every": "20s"},
           "traffic": [{"at": "1s", "every": "7s", "answer": {"bytes": 9000}}])",
        R"("strategy": "http", "page": {"resources": 30, "size": 20000, "every": "5m"})",
        R"("strategy": {"http": {"version": "1.0"}}, "page": {"resources": 30, "every": "5m"})"}) {
    const Scenario scenario = estimated(R"({"duration": "1h", "path": [{"link": {"delay": "5ms"}},
        {"middlebox": {"profile": "home-router"}}], "connections": [{)" +
                                        std::string(connection) + "}]}");
    RunOptions options;
    options.skip = false;
    const std::uint64_t events = run(scenario, options).events;
    const RunEstimate estimate = estimate_of(scenario);
    EXPECT_GE(estimate.events, events) << connection;
    EXPECT_LE(estimate.events, 5 * events) << connection;
  }
}

TEST(Estimate, CountsEveryMemberAndEveryRepetition) {
  const auto of = [](const std::string& connection) {
    return estimate_of(estimated(R"({"duration": "1000s", "connections": [)" + connection + "]}"));
  };
  const std::string every = R"("transport": "udp", "traffic": [{"at": "0s", "every": "1s"}])";
  const RunEstimate one = of("{" + every + "}");
  EXPECT_NEAR(static_cast<double>(one.events), 2000, 100);
  const RunEstimate many = of(R"({"count": 1000, )" + every + "}");
  EXPECT_NEAR(static_cast<double>(many.events), 2e6, 1e5);
  EXPECT_GT(many.memory, one.memory);
  const RunEstimate whole = of(R"({"count": 1000, "strategy": "ssh"})");
  EXPECT_GT(whole.memory, 10 * many.memory) << "members that are written out take far more";
  const RunEstimate half = of(R"({"transport": "udp",
      "traffic": [{"at": "0s", "every": "1s", "until": "500s"}]})");
  EXPECT_NEAR(static_cast<double>(half.events), 1000, 100);
}

TEST(Estimate, AHopelessRunIsRefusedBeforeItBegins) {
  Scenario scenario = pings("1d", "1ms");
  const RunEstimate estimate = estimate_of(scenario);
  scenario.limits.events = estimate.events / 10 + 1;
  EXPECT_TRUE(refuse_hopeless(scenario).empty());
  scenario.limits.events = estimate.events / 10 - 1;
  ASSERT_EQ(refuse_hopeless(scenario).size(), 1u);
  const std::string refusal = to_string(refuse_hopeless(scenario).front());
  EXPECT_TRUE(says(refusal, "it takes about 9e+03 events, none of which can be passed over, and"))
      << refusal;
  EXPECT_TRUE(says(refusal, "more with --max-events"));
  // What repeats itself may be passed over, however much it is.
  scenario = pings("10000d", "0s");
  scenario.limits.events = 1000;
  EXPECT_TRUE(refuse_hopeless(scenario).empty());
}

TEST(Estimate, ARunThatHoldsTooMuchFromItsBeginningIsRefused) {
  Scenario scenario = estimated(R"({"connections": [{"count": 1000, "strategy": "ssh"}]})");
  scenario.limits.memory = estimate_of(scenario).memory;
  EXPECT_TRUE(refuse_hopeless(scenario).empty());
  --scenario.limits.memory;
  ASSERT_EQ(refuse_hopeless(scenario).size(), 1u);
  const std::string refusal = to_string(refuse_hopeless(scenario).front());
  EXPECT_TRUE(says(refusal, "its connections take about 16MiB of memory, and it may have"))
      << refusal;
}

}  // namespace
}  // namespace stayalive
