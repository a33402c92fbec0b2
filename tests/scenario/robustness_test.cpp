// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "scenario/parse.h"

// Whatever stands in a file, the answer is a scenario or a list of mistakes with their places.
namespace stayalive {
namespace {

// One of everything, so that a change anywhere meets a rule.
constexpr std::string_view kEverything = R"({"$schema": "x", "title": "T\u00e9", "seed": 3,
 "duration": "2h", "late_after": "1s", "private_sources": "routed", // comment
 "hosts": {"client": {"profile": "linux", "tcp": {"keepalive": true, "mss": 1000}},
           "server": {"side": "external"}},
 "path": [{"link": {"name": "l", "delay": "10ms", "loss": "1/1000", "rate": "1Mbps"}},
          {"middlebox": {"profile": "openwrt", "timeouts": {"tcp.established": "5m"},
                         "ports": {"low": 1024}, "netfilter": {"tcp_loose": false}}},
          {"proxy": {"idle_timeout": "60s", "front": {"nodelay": true}}}],
 "connections": [{"name": "a", "strategy": {"ssh": {"server_alive_interval": "60s"}},
   "close_when_idle": {"client": "10m"}, "socket": {"server": {"retries2": 5}},
   "traffic": [{"every": "30s", "until": "1h", "answer": {"after": "1s"}, "give_up": "9s"}]}],
 "events": [{"at": "20m", "cut": "server", "for": "30s"}, {"at": "1m", "flush": "box-1"}],
 "expect": [{"connection": "a", "is": "alive", "at": "1h", "within": "1s"}],
 "sweep": {"connections.a.strategy.ssh.server_alive_interval": "30s..2m*2",
           "path.*.link.loss": ["0%", "1/9"], "/events/0/for": ["1s"]}}
)";

// True when the text is a scenario.
bool survives(std::string_view text) {
  const Result<Scenario> result = parse_scenario(text, "s.json");
  if (result.ok()) return true;
  for (const Diagnostic& error : result.errors()) {
    EXPECT_FALSE(error.message.empty()) << text;
    EXPECT_GT(error.line, 0u) << text;
    EXPECT_GT(error.column, 0u) << text;
    EXPECT_EQ(error.file, "s.json");
  }
  return false;
}

TEST(Robustness, TheTextThatIsBrokenBelowIsRight) { EXPECT_TRUE(survives(kEverything)); }

TEST(Robustness, EveryTruncationIsExplained) {
  const std::size_t end = kEverything.rfind('}');
  for (std::size_t size = 0; size <= end; ++size) {
    EXPECT_FALSE(survives(kEverything.substr(0, size))) << size;
  }
  EXPECT_TRUE(survives(kEverything.substr(0, end + 1)));
}

TEST(Robustness, EveryByteMayBeAnyOfTheAwkwardOnes) {
  constexpr std::string_view kAwkward("\0\"{}[],:\\/x9-.\n\x7f\x80\xc3\xff", 19);
  std::string text(kEverything);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char original = text[i];
    // Two of them at each place, other ones at the next.
    for (const std::size_t which : {i, i * 7 + 3}) {
      text[i] = kAwkward[which % kAwkward.size()];
      survives(text);
    }
    text[i] = original;
  }
  EXPECT_EQ(text, kEverything);
}

TEST(Robustness, EveryByteMayBeMissingOrDoubled) {
  for (std::size_t i = 0; i < kEverything.size(); ++i) {
    std::string text(kEverything);
    text.erase(i, 1);
    survives(text);
    text = kEverything;
    text.insert(i, 1, kEverything[i]);
    survives(text);
  }
}

TEST(Robustness, RandomSplicesAreExplained) {
  Random random(1, "robustness", "splices");
  for (int round = 0; round < 500; ++round) {
    std::string text(kEverything);
    for (int change = 0; change < 5; ++change) {
      const std::size_t from = random.below(text.size());
      const std::size_t length = random.below(30);
      const std::size_t to = random.below(text.size());
      text.insert(to, std::string(kEverything.substr(from % kEverything.size(), length)));
    }
    survives(text);
  }
}

TEST(Robustness, AValueOfEveryKindMayStandAnywhere) {
  const std::vector<std::string> values{"null",
                                        "true",
                                        "-1",
                                        "0",
                                        "1e400",
                                        "18446744073709551616",
                                        "1.5",
                                        "\"\"",
                                        "\"999999d\"",
                                        "\"0s\"",
                                        "[]",
                                        "{}",
                                        "[[]]",
                                        "{\"a\": {}}",
                                        "\"client\"",
                                        "\"a\"",
                                        "\"./none.json\""};
  std::vector<std::size_t> places;  // after each colon and each bracket
  for (std::size_t i = 0; i < kEverything.size(); ++i) {
    if (kEverything[i] == ':' || kEverything[i] == '[') places.push_back(i + 1);
  }
  for (const std::size_t place : places) {
    // The value that stands there ends at the next comma, brace or bracket.
    const std::size_t end = kEverything.find_first_of(",}]", place);
    for (const std::string& value : values) {
      std::string text(kEverything.substr(0, place));
      text += value;
      text += kEverything.substr(end);
      const Result<Scenario> result = parse_scenario(text, "s.json");
      if (!result.ok()) {
        EXPECT_FALSE(result.errors().front().message.empty());
      }
    }
  }
}

}  // namespace
}  // namespace stayalive
