// SPDX-License-Identifier: Apache-2.0
#include "report/suite_csv.h"

#include <gtest/gtest.h>

#include <sstream>

#include "support/suite_report.h"

namespace stayalive {
namespace {

TEST(SuiteCsv, HasARowForEverythingThatIsToBeSaid) {
  std::ostringstream out;
  write_suite_csv(out, mixed_suite(), some_changes());
  EXPECT_EQ(out.str(),
            "scenario,line,column,status,expected,found\r\n"
            "a.json,7,5,holds,c is alive,\r\n"
            "b.json,7,5,holds,d is alive,\r\n"
            "b.json,7,5,fails,c is alive,client: forgotten at 5m\r\n"
            "c.json,,,no-expectations,,\r\n"
            "d.json,3,9,error,,found 7\r\n"
            "a.json,,,changed,holds,fails\r\n"
            "a.json,,,changed,c: alive,c: forgotten\r\n"
            "a.json,,,changed,d: not there,d: alive\r\n"
            "b.json,,,new,,\r\n"
            "c.json,,,gone,,\r\n");
}

TEST(SuiteCsv, CommasQuotesAndLineBreaksStayInTheirField) {
  Suite suite;
  suite.items.push_back(suite_item("a,b.json", {expectation("say \"x\"", false, "one\ntwo")}));
  std::ostringstream out;
  write_suite_csv(out, suite, std::nullopt);
  EXPECT_NE(out.str().find("\"a,b.json\",7,5,fails,\"say \"\"x\"\"\",\"one\ntwo\"\r\n"),
            std::string::npos)
      << out.str();
}

}  // namespace
}  // namespace stayalive
