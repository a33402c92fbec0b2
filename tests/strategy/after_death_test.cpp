// SPDX-License-Identifier: Apache-2.0
#include "strategy/after_death.h"

#include <gtest/gtest.h>

#include "strategy/strategy.h"
#include "support/fake_channel.h"

namespace stayalive {
namespace {

StrategyContext end(Role role, Transport transport) {
  StrategyContext context;
  context.role = role;
  context.transport = transport;
  return context;
}

TEST(AfterDeath, OnlyAClientConnectsAnewAndOnlyAServerOfDatagramsForgets) {
  EXPECT_TRUE(after_death(true, 5s, end(Role::Client, Transport::Tcp)).reconnects);
  EXPECT_FALSE(after_death(false, 5s, end(Role::Client, Transport::Tcp)).reconnects);
  EXPECT_FALSE(after_death(true, 5s, end(Role::Server, Transport::Tcp)).reconnects);
  EXPECT_EQ(after_death(true, 5s, end(Role::Client, Transport::Udp)).pause, 5s);
  EXPECT_TRUE(after_death(false, 5s, end(Role::Server, Transport::Udp)).forgets);
  EXPECT_FALSE(after_death(false, 5s, end(Role::Server, Transport::Tcp)).forgets);
  EXPECT_FALSE(after_death(false, 5s, end(Role::Client, Transport::Udp)).forgets);
  EXPECT_FALSE(AfterDeath{}.reconnects);
  EXPECT_FALSE(AfterDeath{}.forgets);
  EXPECT_EQ(AfterDeath{}.pause, 1s);
}

TEST(AfterDeath, TheProgramEndsWithOneWhateverItDoes) {
  for (const auto& [what, line] :
       {std::pair{AfterDeath{true, 5s, false}, "0.000 reconnects after 5s: gone"},
        std::pair{AfterDeath{false, 5s, true}, "0.000 forgets peer: gone"},
        std::pair{AfterDeath{false, 5s, false}, "0.000 gives up, 1: gone"}}) {
    FakeChannel channel;
    what.carry_out("gone", channel);
    EXPECT_EQ(channel.take_lines(), Lines{line});
    EXPECT_EQ(channel.last_ending().exit_code, 1) << line;
  }
}

}  // namespace
}  // namespace stayalive
