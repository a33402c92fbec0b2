// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "run/beside.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// Handshakes that get lost draw random numbers, and keys are numbered: no state is taken for
// another. one.
TEST(WireguardStory, ALossyMonthIsTheSameInPeriodsAndEventByEvent) {
  const std::string text = R"({"duration": "30d", "seed": 3, "path": [
    {"link": {"name": "radio", "delay": "30ms", "loss": "1%"}},
    {"middlebox": {"name": "carrier", "profile": "carrier-nat"}},
    {"link": {"name": "internet", "delay": "20ms"}}],
    "connections": [{"name": "c", "strategy": {"wireguard": {"PersistentKeepalive": 25}}}]})";
  expect_same(text);
}

}  // namespace
}  // namespace stayalive
