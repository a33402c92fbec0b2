// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "run/beside.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A request every 4 s, whose answer takes 2 s and for which its program waits 5 s; a ping every
// 29 s makes the period longer than a request, so that it may begin between a request and its
// answer.
TEST(SteadyRequests, ARequestWaitsAcrossTheEndOfAPeriod) {
  for (const char* reconnect : {"", R"(, "reconnect": {"repeat": "repeatable"})"}) {
    const std::string text = fmt::format(
        R"({{"duration": "36h", "path": [{{"link": {{"delay": "60ms"}}}}],
            "connections": [{{"name": "c", "strategy": {{"keepalive": {{"interval": "29s"}}}},
              "traffic": [{{"at": "1s", "every": "4s", "answer": {{"after": "2s"}},
                            "give_up": "5s"{}}}]{}}}]}})",
        *reconnect == '\0' ? "" : R"(, "repeatable": true)", reconnect);
    const Beside day = expect_same(text);
    EXPECT_GT(day.skipped, day.events / 2) << reconnect;
    const ScenarioStory story(text);
    EXPECT_EQ(story.client("c").outcome, Outcome::Alive) << reconnect;
    EXPECT_EQ(story.client("c").messages.answered, 32'400u) << reconnect;
  }
}

}  // namespace
}  // namespace stayalive
