// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_story.h"

#include <gtest/gtest.h>

#include "support/sweep_grid.h"

namespace stayalive {
namespace {

std::vector<std::string> names(const std::vector<std::string>& paths) {
  Sweep sweep;
  for (const std::string& path : paths) sweep.axes.push_back(parse_axis(path + "=1").value());
  return axis_names(sweep);
}

TEST(AxisNames, AreTheLastKeyOfThePath) {
  EXPECT_EQ(names({"connections.c.strategy.ssh.server_alive_interval"}),
            (std::vector<std::string>{"server_alive_interval"}));
  EXPECT_EQ(names({"seed"}), (std::vector<std::string>{"seed"}));
  EXPECT_EQ(names({"/path/0/link/delay"}), (std::vector<std::string>{"delay"}));
}

TEST(AxisNames, ATimeoutIsNamedInFull) {
  EXPECT_EQ(names({"path.box.timeouts.tcp.established"}),
            (std::vector<std::string>{"tcp.established"}));
}

TEST(AxisNames, GrowUntilTheyTellTheAxesApart) {
  EXPECT_EQ(names({"path.lan.delay", "path.wan.delay", "seed"}),
            (std::vector<std::string>{"lan.delay", "wan.delay", "seed"}));
}

std::string told(const std::string& values, const std::string& points) {
  const std::vector<std::string> sentences = tell_axis(sweep_grid({"a=" + values}, points), 0);
  return sentences.empty() ? "" : sentences.front();
}

TEST(SweepStory, SaysUpToWhereAConnectionHolds) {
  EXPECT_EQ(told("1m,2m,3m", "hh-"),
            "c holds up to 2m; at 3m box forgets it: tcp.established 2m30s");
  EXPECT_EQ(told("1m,2m,3m", "-hh"),
            "c holds from 2m on; at 1m box forgets it: tcp.established 2m30s");
  EXPECT_EQ(told("1m,2m,3m", "-h-"),
            "c holds at 2m; at 1m box forgets it: tcp.established 2m30s; at 3m box forgets it: "
            "tcp.established 2m30s");
}

TEST(SweepStory, TellsOfHoles) {
  EXPECT_EQ(told("1,2,3,4,5", "h-hh-"),
            "c holds up to 1 and from 3 to 4; at 2 box forgets it: tcp.established 2m30s; at 2 box "
            "forgets it: tcp.established 2m30s; at 5 box forgets it: tcp.established 2m30s");
}

TEST(SweepStory, TurnsFallingValuesRound) {
  EXPECT_EQ(told("3m,2m,1m", "-hh"),
            "c holds up to 2m; at 3m box forgets it: tcp.established 2m30s");
}

TEST(SweepStory, SaysWhenThereIsNoBoundary) {
  EXPECT_EQ(told("1m,2m,3m", "hhh"), "c holds at all values from 1m to 3m");
  EXPECT_EQ(told("1m,2m,3m", "---"),
            "c does not hold at any of them; at 1m box forgets it: tcp.established 2m30s");
}

TEST(SweepStory, NamesValuesThatHaveNoOrder) {
  EXPECT_EQ(told("x,y,z", "h-h"),
            "c holds with x, z; not with y (box forgets it: tcp.established 2m30s)");
  EXPECT_EQ(told("x,y", "hh"), "c holds with all of them");
}

TEST(SweepStory, PassesOverWhatIsNotDone) {
  EXPECT_EQ(told("1m,2m,3m", "h?-"),
            "c holds up to 1m; at 3m box forgets it: tcp.established 2m30s");
  EXPECT_EQ(told("1m,2m", "??"), "");
}

TEST(SweepStory, HasASentenceForEachValueOfTheOtherAxes) {
  const Sweep sweep = sweep_grid({"a=1,2", "b=1m,2m"}, "hhh-");
  EXPECT_EQ(tell_axis(sweep, 1),
            (std::vector<std::string>{
                "with a 1: c holds at all values from 1m to 2m",
                "with a 2: c holds up to 1m; at 2m box forgets it: tcp.established 2m30s"}));
  EXPECT_EQ(tell_axis(sweep, 0)[1],
            "with b 2m: c holds up to 1; at 2 box forgets it: tcp.established 2m30s");
}

TEST(SweepStory, CountsWhereThereWereSeveralRuns) {
  Sweep sweep = sweep_grid({"a=1m,2m,3m"}, "hh-");
  for (std::size_t i = 0; i < 3; ++i) {
    sweep.points[i].connections[0].runs = 20;
    sweep.points[i].connections[0].held = 20 - 8 * i;
  }
  EXPECT_EQ(tell_axis(sweep, 0)[0],
            "c holds up to 2m (12/20); at 3m 4/20 hold: box forgets it: tcp.established 2m30s");
  sweep.points[2].connections[0].held = 11;
  EXPECT_EQ(tell_axis(sweep, 0)[0],
            "c holds at all values from 1m to 3m, least of all at 3m (11/20)");
}

TEST(SweepStory, AnEndThatHadLeftIsASentenceOfItsOwn) {
  Sweep sweep = sweep_grid({"a=1m,2m"}, "h-");
  Blame& blame = sweep.points[1].connections[0].blame;
  blame.kind = FaultKind::Peer;
  blame.who = "client";
  EXPECT_EQ(tell_axis(sweep, 0)[0], "c holds up to 1m; at 2m client had left");
}

TEST(SweepStory, TheLineOfABoundaryReadsTheSameFromBothEnds) {
  const Sweep rising = sweep_grid({"a=1m,2m"}, "h-");
  EXPECT_EQ(boundary_line(rising, find_boundaries(rising)[0]), "holds up to 1m, not at 2m");
  const Sweep falling = sweep_grid({"a=2m,1m"}, "-h");
  EXPECT_EQ(boundary_line(falling, find_boundaries(falling)[0]), "holds up to 1m, not at 2m");
  const Sweep from = sweep_grid({"a=1m,2m"}, "-h");
  EXPECT_EQ(boundary_line(from, find_boundaries(from)[0]), "not at 1m, holds from 2m on");
}

}  // namespace
}  // namespace stayalive
