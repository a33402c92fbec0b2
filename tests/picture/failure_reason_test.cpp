// SPDX-License-Identifier: Apache-2.0
#include "picture/failure_reason.h"

#include <gtest/gtest.h>

#include "support/says.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// What the failures of a connection that a router forgets after five minutes are put down to.
std::string reason(const std::string& expect) {
  const ScenarioStory story(R"({"duration": "1h",
    "path": [{"middlebox": {"name": "router", "profile": "linux-conntrack",
                            "timeouts": {"tcp.established": "5m"},
                            "netfilter": {"tcp_loose": false}}}],
    "connections": [{"name": "c", "traffic": [{"at": "1m"}, {"at": "30m", "from": "server"}]},
                    {"name": "idle", "start": "50m", "traffic": [{"at": "51m"}],
                     "close_when_idle": {"client": "2m"}},
                    {"name": "all", "count": 3}],
    "expect": [)" + expect + "]}");
  const std::vector<ExpectationReport>& found = story.report().expectations;
  return found.size() == 1 ? failure_reason(found[0]) : "no expectation";
}

TEST(FailureReason, NamesTheTimerAndTheLastRefreshWhateverWasExpected) {
  const std::string timer =
      "router forgot the connection at 6m: its timer tcp.established "
      "(nf_conntrack_tcp_timeout_established) allows 5m of silence, and the last packet that "
      "refreshed it was an ack from the external side at 1m. It was this timer because the "
      "connection was open. It does not take it up again when the inside sends: tcp_loose is off.";
  for (const char* is : {"alive", "held", "remapped", "closed"})
    EXPECT_EQ(reason(R"({"connection": "c", "is": ")" + std::string(is) + "\"}"), timer) << is;
  EXPECT_EQ(reason(R"({"connection": "c", "is": "alive", "side": "client", "at": "10m"})"), timer);
}

TEST(FailureReason, IsEmptyWhereAnExpectationHoldsOrNobodyIsToBlame) {
  EXPECT_EQ(reason(R"({"connection": "c", "is": "forgotten", "at": "10m"})"), "");
  EXPECT_EQ(reason(R"({"connection": "idle", "is": "refused"})"), "");
}

TEST(FailureReason, OfManyIsWhatBroughtMostOfThemDown) {
  EXPECT_EQ(reason(R"({"connection": "all", "is": "held"})"),
            "most members fell to router: tcp.established 5m.");
}

}  // namespace
}  // namespace stayalive
