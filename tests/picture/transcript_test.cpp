// SPDX-License-Identifier: Apache-2.0
#include "picture/transcript.h"

#include <gtest/gtest.h>

#include "run/run.h"
#include "scenario/parse.h"
#include "support/document_text.h"
#include "support/golden.h"

namespace stayalive {
namespace {

std::string transcript_of(const std::string& json, bool full) {
  const Result<Scenario> scenario = parse_scenario(json, "story");
  EXPECT_TRUE(scenario.ok());
  Transcript transcript(ConnectionId{0}, full);
  (void)run(scenario.value(), {std::nullopt, &transcript});
  return printed({{}, [&] { return transcript.blocks(); }});
}

constexpr const char* kPings = R"({"duration": "10m", "path": [{"link": {"delay": "1ms"}},
  {"middlebox": {"name": "router", "profile": "linux-conntrack"}}, {"link": {"delay": "1ms"}}],
  "connections": [{"name": "c", "transport": "udp",
    "strategy": {"keepalive": {"interval": "10s", "answered": false}}}]})";

TEST(Transcript, ReadsLikeAColumnOfTimesAndPackets) {
  expect_golden("tests/golden/transcript-of-a-forgotten-connection.txt",
                transcript_of(R"({"duration": "20m",
    "path": [{"link": {"delay": "1ms"}},
      {"middlebox": {"name": "router", "profile": "linux-conntrack",
      "timeouts": {"tcp.established": "5m"}}}, {"link": {"delay": "9ms"}}],
    "connections": [{"name": "c", "traffic": [{"at": "10m", "from": "server", "bytes": 10},
                                              {"at": "15m", "from": "client", "bytes": 10}]}]})",
                              true));
}

TEST(Transcript, TellsRepeatedExchangesOnceAndCountsThem) {
  const std::string brief = transcript_of(kPings, false);
  EXPECT_NE(brief.find("times more, 10s apart at first, the last of them:"), std::string::npos)
      << brief;
  EXPECT_LT(lines_of(brief).size(), 20u);
  EXPECT_GT(lines_of(transcript_of(kPings, true)).size(), 170u) << "full means every packet";
}

}  // namespace
}  // namespace stayalive
