// SPDX-License-Identifier: Apache-2.0
#include "study/trials/chance.h"

#include <gtest/gtest.h>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

bool by_chance(const std::string& path, const std::string& strategy = "\"silent\"",
               const std::string& more = "") {
  return depends_on_chance(right(R"({"path": [)" + path + R"(], "connections": [{"name": "c",)" +
                                 more + R"("strategy": )" + strategy + "}]}"));
}

TEST(Chance, APathWithoutLossAndJitterLeavesNothingToIt) {
  EXPECT_FALSE(by_chance(R"({"link": {"delay": "10ms", "loss": "0%", "jitter": "0s"}},
                            {"middlebox": {"profile": "linux-conntrack",
                                           "ports": {"random": true}}})"));
}

TEST(Chance, LossAndJitterDoNot) {
  EXPECT_TRUE(by_chance(R"({"link": {"loss": "1/1000000"}})"));
  EXPECT_TRUE(by_chance(R"({"link": {"jitter": "1ns"}})"));
}

TEST(Chance, AStrategyMayDrawNumbersItself) {
  EXPECT_FALSE(by_chance("", R"({"ssh": {"server_alive_interval": "1m"}})"));
  EXPECT_FALSE(by_chance("", R"({"keepalive": {"interval": "1m"}})"));
  EXPECT_TRUE(by_chance("", R"({"keepalive": {"interval": "1m", "jitter": "1s"}})"));
  EXPECT_TRUE(by_chance("", R"("openvpn")", R"("transport": "udp",)"));
}

}  // namespace
}  // namespace stayalive
