// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_table.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "report/sweep/sweep.h"
#include "support/document_text.h"
#include "support/golden.h"
#include "support/sweep_grid.h"

namespace stayalive {
namespace {

std::vector<std::string> sweep_csv(const Sweep& sweep) {
  return lines_of(printed(describe_sweep(sweep), "csv"));
}

TEST(SweepTable, HasARowForEachConnectionOfAFinishedPoint) {
  const std::vector<std::string> lines = sweep_csv(sweep_grid({"x.a=1m,2m,3m"}, "h?-"));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].starts_with("x.a,connection,runs,held,held_low,held_high,died_after,"));
  EXPECT_TRUE(lines[1].starts_with("1m,c,1,1,,,,,,1,0,0,0,0,0,0,,0,")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with("3m,c,1,0,,,150.000,,3450.000,0,0,1,0,0,0,0,,1,")) << lines[2];
  EXPECT_TRUE(lines[0].ends_with(",blame,failed_seed,x.a_seconds\r")) << lines[0];
  EXPECT_TRUE(lines[2].ends_with(",box: tcp.established 2m30s,,180\r")) << lines[2];
  for (const std::string& line : lines) {
    EXPECT_EQ(std::ranges::count(line, ','), std::ranges::count(lines[0], ','));
  }
}

TEST(SweepTable, QuotesWhatNeedsIt) {
  Sweep sweep = sweep_grid({"a=1m"}, "h");
  sweep.points[0].connections[0].name = "one, \"two\"";
  EXPECT_TRUE(sweep_csv(sweep)[1].starts_with("1m,\"one, \"\"two\"\"\",1,"));
}

TEST(SweepTable, ProgramsReadPointAfterPointAndPeopleConnectionAfterConnection) {
  Sweep sweep = sweep_grid({"a=1m,2m"}, "hh");
  for (SweepPoint& point : sweep.points) {
    point.connections.push_back(point.connections[0]);
    point.connections[1].name = "second";
  }
  const std::vector<std::string> csv = sweep_csv(sweep);
  ASSERT_EQ(csv.size(), 5u);
  EXPECT_TRUE(csv[1].starts_with("1m,c,"));
  EXPECT_TRUE(csv[2].starts_with("1m,second,"));
  EXPECT_TRUE(csv[3].starts_with("2m,c,"));
  const std::vector<std::string> text = lines_of(printed(describe_sweep(sweep)));
  EXPECT_TRUE(text[3].starts_with("1m  c"));
  EXPECT_TRUE(text[4].starts_with("2m  c"));
  EXPECT_TRUE(text[5].starts_with("1m  second"));
}

}  // namespace
}  // namespace stayalive
