// SPDX-License-Identifier: Apache-2.0
#include "document/csv.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace stayalive {
namespace {

std::string row(const std::vector<std::string>& fields) {
  std::ostringstream out;
  write_csv_row(out, fields);
  return out.str();
}

TEST(Csv, QuotesOnlyWhatWouldEndAField) {
  EXPECT_EQ(row({"a", "", "b c"}), "a,,b c\r\n");
  EXPECT_EQ(row({"a,b"}), "\"a,b\"\r\n");
  EXPECT_EQ(row({"say \"no\""}), "\"say \"\"no\"\"\"\r\n");
  EXPECT_EQ(row({"two\nlines", "x"}), "\"two\nlines\",x\r\n");
}

}  // namespace
}  // namespace stayalive
