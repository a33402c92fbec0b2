// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/document_path.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(DocumentPath, IsWalkedWordByWord) {
  const DocumentPath path("connections.ssh.start");
  EXPECT_EQ(path.first(), "connections");
  EXPECT_EQ(path.words(), 3u);
  const DocumentPath below = path.after("connections").value();
  EXPECT_EQ(below.all(), "ssh.start");
  const DocumentPath last = below.after("ssh").value();
  EXPECT_FALSE(last.done());
  EXPECT_TRUE(last.after("start")->done());
  EXPECT_EQ(last.after("start")->words(), 0u);
}

TEST(DocumentPath, GoesOnAfterWholeWordsOnly) {
  const DocumentPath path("tcp.established.x");
  EXPECT_TRUE(path.after("tcp"));
  EXPECT_TRUE(path.after("tcp.established"));
  EXPECT_TRUE(path.after("tcp.established.x")->done());
  EXPECT_FALSE(path.after("tcp.est"));
  EXPECT_FALSE(path.after("tcp.established.x.y"));
  EXPECT_FALSE(path.after("")) << "the first word is not empty";
}

TEST(DocumentPath, KeepsEmptyWordsApart) {
  const DocumentPath path("a..b.");
  EXPECT_EQ(path.after("a")->first(), "");
  EXPECT_EQ(path.words(), 4u);
  EXPECT_FALSE(path.after("a..b")->done()) << "an empty word is left";
  EXPECT_EQ(DocumentPath("").first(), "");
  EXPECT_FALSE(DocumentPath("").done());
}

TEST(DocumentPath, KnowsTheStarAsAWordOfItsOwn) {
  EXPECT_TRUE(DocumentPath("*.start").star());
  EXPECT_TRUE(DocumentPath("*").star());
  EXPECT_FALSE(DocumentPath("*a").star());
  EXPECT_FALSE(DocumentPath("/*").star());
}

TEST(DocumentPath, ThatBeginsWithASlashIsAJsonPointer) {
  const DocumentPath path("/a.b/c~1d~0~01/0");
  EXPECT_TRUE(path.is_pointer());
  EXPECT_EQ(path.first(), "a.b");
  EXPECT_FALSE(path.after("a"));
  const DocumentPath below = path.after("a.b").value();
  EXPECT_EQ(below.first(), "c/d~~1");
  EXPECT_TRUE(below.after("c/d~~1")->after("0")->done());
  EXPECT_EQ(DocumentPath("/").first(), "") << "the key may be empty";
}

}  // namespace
}  // namespace stayalive
