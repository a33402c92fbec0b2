// SPDX-License-Identifier: Apache-2.0
#include "report/suite/annotations.h"

#include <gtest/gtest.h>

#include <sstream>

#include "support/suite_report.h"

namespace stayalive {
namespace {

std::string annotations_of(const Suite& suite, const std::string& folder = "") {
  std::ostringstream out;
  write_annotations(out, suite, folder);
  return out.str();
}

TEST(Annotations, PointAtWhatFailsAndAtWhatIsWrong) {
  EXPECT_EQ(annotations_of(mixed_suite()),
            "::error file=b.json,line=7,col=5,title=not so%3A c is alive::"
            "found: client: forgotten at 5m%0Abecause: " +
                std::string(kFirewallReason) +
                "\n"
                "::error file=d.json,line=3,col=9,title=this cannot be run::"
                "at /path: found 7; allowed: a list\n");
}

TEST(Annotations, NameFilesFromTheRootOfTheRepository) {
  Suite suite = mixed_suite();
  suite.items.resize(2);
  EXPECT_NE(annotations_of(suite, "net").find("::error file=net/b.json,"), std::string::npos);
  suite.items[1].file = "/b.json";
  EXPECT_NE(annotations_of(suite, "net").find("::error file=/b.json,"), std::string::npos);
}

TEST(Annotations, NoTextCanEndItsLineOrBeginAnother) {
  Suite suite;
  suite.items.push_back(
      suite_item("a,b:c%.json", {expectation("x", false, "50%\r\n::set-output name=a::b")}));
  EXPECT_EQ(annotations_of(suite),
            "::error file=a%2Cb%3Ac%25.json,line=7,col=5,title=not so%3A x::"
            "found: 50%25\\u000d%0A::set-output name=a::b\n");
}

}  // namespace
}  // namespace stayalive
