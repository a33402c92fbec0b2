// SPDX-License-Identifier: Apache-2.0
#include "report/run/story.h"

#include <gtest/gtest.h>

#include "support/document_text.h"

namespace stayalive {
namespace {

TEST(StoryDocument, IsASentenceAfterTheOtherBelowTheName) {
  ConnectionReport connection;
  connection.name = "c";
  connection.strategy = "silent";
  connection.transport = "tcp";
  const Document document = describe_stories({&connection, 1}, kStart + 90min);
  EXPECT_TRUE(printed(document).starts_with(
      "c\n  c (silent over tcp) was not established by 1h30m, the end of the run.\n"));
  EXPECT_TRUE(printed(document, "text", {30, false})
                  .starts_with("c\n  c (silent over tcp) was not\n    established by 1h30m, the\n  "
                               "  end of the run.\n"));
  EXPECT_NE(printed(document, "json")
                .find("\"c (silent over tcp) was not established by 1h30m, the end of the run.\""),
            std::string::npos);
}

}  // namespace
}  // namespace stayalive
