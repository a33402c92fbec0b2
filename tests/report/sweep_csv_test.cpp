// SPDX-License-Identifier: Apache-2.0
#include "report/sweep_csv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "support/golden.h"
#include "support/sweep_grid.h"

namespace stayalive {
namespace {

std::vector<std::string> csv_of(const Sweep& sweep) {
  std::ostringstream out;
  write_sweep_csv(out, sweep);
  return lines_of(out.str());
}

TEST(SweepCsv, HasARowForEachConnectionOfAFinishedPoint) {
  const std::vector<std::string> lines = csv_of(sweep_grid({"x.a=1m,2m,3m"}, "h?-"));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].starts_with("x.a,connection,runs,held,held_low,held_high,died_after,"));
  EXPECT_TRUE(lines[1].starts_with("1m,c,1,1,,,,,1,0,0,0,0,0,0,,0,")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with("3m,c,1,0,,,150.000,3450.000,0,0,1,0,0,0,0,,1,")) << lines[2];
  EXPECT_TRUE(lines[2].ends_with(",box: tcp.established 2m30s,\r"));
  for (const std::string& line : lines) {
    EXPECT_EQ(std::ranges::count(line, ','), std::ranges::count(lines[0], ','));
  }
}

TEST(SweepCsv, QuotesWhatNeedsIt) {
  Sweep sweep = sweep_grid({"a=1m"}, "h");
  sweep.points[0].connections[0].name = "one, \"two\"";
  EXPECT_TRUE(csv_of(sweep)[1].starts_with("1m,\"one, \"\"two\"\"\",1,"));
}

}  // namespace
}  // namespace stayalive
