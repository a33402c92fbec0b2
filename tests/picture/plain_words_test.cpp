// SPDX-License-Identifier: Apache-2.0
#include "picture/plain_words.h"

#include <gtest/gtest.h>

#include <sstream>

#include "picture/blame_text.h"
#include "picture/chart/run_chart.h"
#include "picture/journeys.h"
#include "picture/ladder/ladder.h"
#include "picture/ladder/ladder_svg.h"
#include "run/run.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

Scenario two_deaths() {
  return right(R"({"duration": "1h", "path": [{"middlebox": {"name": "router",
    "profile": "home-router", "timeouts": {"tcp.established": "5m"},
    "netfilter": {"tcp_loose": false}}}],
    "connections": [{"name": "silent"}, {"name": "late", "strategy": {"tcp_keepalive":
      {"idle": "6m", "interval": "10s", "count": 3}}}]})");
}

// What nobody but the makers of boxes says.
void expect_plain(const std::string& text) {
  for (const char* word : {"tcp.", "nf_conntrack", "tcp_loose", "udp.", "documented", "assumed"})
    EXPECT_EQ(text.find(word), std::string::npos) << word << " in\n" << text;
}

TEST(PlainWords, BlameSaysHowLongASilenceMayLast) {
  const RunReport report = in_plain_words(run(two_deaths()));
  const Blame& blame = report.connections[0].blame;
  EXPECT_EQ(short_blame(blame), "router: after 5m of silence");
  const std::string sentence = blame_sentence(blame);
  EXPECT_NE(sentence.find("router forgot the connection at 5m"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find(": its timer allows 5m of silence, and the last packet"),
            std::string::npos)
      << sentence;
  expect_plain(sentence);
}

TEST(PlainWords, AProxyHasATimeLimitOrAnotherReason) {
  Blame blame;
  blame.kind = FaultKind::Proxy;
  blame.who = "lb";
  blame.timer = "client_timeout";
  blame.timeout = 50s;
  EXPECT_EQ(short_blame(in_plain_words(blame)), "lb: time limit 50s");
  blame.timer.clear();
  EXPECT_EQ(short_blame(in_plain_words(blame)), "lb: closed");
}

TEST(PlainWords, NoDrawingNamesATimer) {
  const Scenario scenario = two_deaths();
  for (const std::uint32_t connection : {0U, 1U}) {
    Journeys journeys(ConnectionId{connection}, stations_of(scenario, connection));
    const RunReport report = run(scenario, {.trace = &journeys});
    const auto drawn = [&](Wording wording) {
      std::ostringstream out;
      write_ladder_svg(out, draw_ladder(scenario, connection, journeys, report, wording));
      return out.str();
    };
    EXPECT_NE(drawn(Wording::Exact).find("tcp.established"), std::string::npos);
    expect_plain(drawn(Wording::Plain));
    EXPECT_NE(drawn(Wording::Plain).find("router forgets it after 5m of silence"),
              std::string::npos);
    std::ostringstream chart;
    write_run_svg(chart, scenario, in_words(report, Wording::Plain));
    expect_plain(chart.str());
  }
}

}  // namespace
}  // namespace stayalive
