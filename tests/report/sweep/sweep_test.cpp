// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep.h"

#include <gtest/gtest.h>

#include "support/document_text.h"
#include "support/scenario_text.h"
#include "support/sweep_grid.h"

namespace stayalive {
namespace {

std::string sweep_text(const Sweep& sweep) { return printed(describe_sweep(sweep)); }

TEST(SweepDocument, IsATableWithALineWhereTheConnectionCeasesToHold) {
  Sweep sweep = sweep_grid({"x.a=1m,2m,3m"}, "hh-");
  sweep.title = "A title";
  sweep.points[0].connections[0].cost.keepalives = 60;
  ClosestCall call;
  call.who = "box";
  call.timer = "tcp.established";
  call.timeout = 150s;
  call.left = 1min;
  call.slip = 100ms;
  sweep.points[0].connections[0].closest_call = call;
  call.left = 9ms;
  sweep.points[1].connections[0].closest_call = call;
  EXPECT_EQ(sweep_text(sweep),
            "A title\n"
            "3 points, 1 run each\n"
            "\n"
            "a   HELD  OUTCOME                DIES AFTER  CLOSEST CALL  BLACKHOLE  "
            "NOTICED AFTER          KEEPALIVES/DAY  BYTES/DAY  AWAKE/DAY  BLAME\n"
            "1m  yes   alive | alive          -           1m            -          "
            "-                      1440            0          0s\n"
            "2m  yes   alive | alive          -           9ms           -          "
            "-                      0               0          0s\n"
            "---- holds up to 2m, not at 3m ----\n"
            "3m  no    forgotten | forgotten  2m30s       -             57m30s     "
            "not by 1h | not by 1h  0               0          0s         "
            "box: tcp.established 2m30s\n"
            "\n"
            "a\n"
            "  c holds up to 2m; at 3m box forgets it: tcp.established 2m30s\n"
            "\n"
            "Margins that a timer may use up\n"
            "  a 2m: c held by 9ms (box: tcp.established 2m30s): a real timer may be late by "
            "100ms\n");
}

TEST(SweepDocument, SeveralRunsHaveAConfidenceInterval) {
  Sweep sweep = sweep_grid({"a=1m"}, "h");
  sweep.points[0].runs = 20;
  Tally& tally = sweep.points[0].connections[0];
  tally.runs = 20;
  tally.held = 17;
  tally.outcomes[0] = {17, 0, 2, 1, 0, 0, 0};
  tally.outcomes[1] = {20, 0, 0, 0, 0, 0, 0};
  tally.died.add(1min);
  tally.noticed[0].add(10s);
  tally.unaware[0] = 2;
  tally.failed_seed = 12;
  const std::string text = sweep_text(sweep);
  EXPECT_TRUE(says(text, "1 point, 20 runs each"));
  EXPECT_TRUE(says(text, "17/20  64-95 %"));
  EXPECT_TRUE(says(text, "alive 17x | alive "));
  EXPECT_TRUE(says(text, "10s (not by 1h 2x) | -"));
  EXPECT_TRUE(says(text, "FAILS WITH\n"));
  EXPECT_TRUE(says(text, "--seed 12\n"));
}

TEST(SweepDocument, SaysWhereALooseRouterTakesTheConnectionUpAgain) {
  Sweep sweep = sweep_grid({"a=1m,2m"}, "--");
  for (SweepPoint& point : sweep.points) point.connections[0].blame.taken_up = kPicksUp;
  EXPECT_TRUE(says(sweep_text(sweep),
                   "c does not hold at any of them; at 1m box forgets it: tcp.established 2m30s, "
                   "and takes it up again when the inside sends (tcp_loose)"));
}

TEST(SweepDocument, SeveralConnectionsStandOneAfterTheOther) {
  Sweep sweep = sweep_grid({"a=1m,2m"}, "h-");
  for (SweepPoint& point : sweep.points) {
    point.connections.push_back(point.connections[0]);
    point.connections[1].name = "second";
  }
  const std::string text = sweep_text(sweep);
  EXPECT_TRUE(says(text, "CONNECTION"));
  const std::size_t line = text.find("----");
  EXPECT_LT(text.find("2m  c"), text.find("1m  second"));
  EXPECT_NE(text.find("---- holds", line + 30), std::string::npos) << "a line for each";
}

TEST(SweepDocument, CountsWhatIsDoneOfAnInterruptedSweep) {
  const std::string text = sweep_text(sweep_grid({"a=1m,2m,3m"}, "h??"));
  EXPECT_TRUE(says(text, "3 points, 1 run each; 1 of them done"));
  EXPECT_EQ(text.find("2m  "), std::string::npos);
  EXPECT_EQ(sweep_text(sweep_grid({"a=1m,2m"}, "??")), "2 points, 1 run each; 0 of them done\n\n");
}

TEST(SweepDocument, ManySentencesAreCutShort) {
  const std::string text = sweep_text(sweep_grid({"a=1..61/1", "b=1m"}, std::string(61, 'h')));
  EXPECT_EQ(text.find("more: --format json"), std::string::npos) << "one sentence along a";
  const std::string many = sweep_text(sweep_grid({"a=1..61/1", "b=1m,2m"}, std::string(122, 'h')));
  EXPECT_TRUE(says(many, "and 1 more: --format json has them all"));
}

}  // namespace
}  // namespace stayalive
