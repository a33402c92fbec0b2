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
  const Document document = describe_stories({&connection, 1});
  EXPECT_TRUE(printed(document).starts_with("c\n  c (silent over tcp) was never established.\n"));
  EXPECT_TRUE(printed(document, "text", {30, false})
                  .starts_with("c\n  c (silent over tcp) was\n    never established.\n"));
  EXPECT_NE(printed(document, "json").find("\"c (silent over tcp) was never established.\""),
            std::string::npos);
}

}  // namespace
}  // namespace stayalive
