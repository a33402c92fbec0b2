// SPDX-License-Identifier: Apache-2.0
#include "scenario/setting_path.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(SettingPath, IsWalkedWordByWord) {
  const SettingPath path("connections.ssh.start");
  EXPECT_EQ(path.first(), "connections");
  EXPECT_EQ(path.words(), 3u);
  const SettingPath below = path.after("connections").value();
  EXPECT_EQ(below.all(), "ssh.start");
  const SettingPath last = below.after("ssh").value();
  EXPECT_FALSE(last.done());
  EXPECT_TRUE(last.after("start")->done());
  EXPECT_EQ(last.after("start")->words(), 0u);
}

TEST(SettingPath, GoesOnAfterWholeWordsOnly) {
  const SettingPath path("tcp.established.x");
  EXPECT_TRUE(path.after("tcp"));
  EXPECT_TRUE(path.after("tcp.established"));
  EXPECT_TRUE(path.after("tcp.established.x")->done());
  EXPECT_FALSE(path.after("tcp.est"));
  EXPECT_FALSE(path.after("tcp.established.x.y"));
  EXPECT_FALSE(path.after("")) << "the first word is not empty";
}

TEST(SettingPath, KeepsEmptyWordsApart) {
  const SettingPath path("a..b.");
  EXPECT_EQ(path.after("a")->first(), "");
  EXPECT_EQ(path.words(), 4u);
  EXPECT_FALSE(path.after("a..b")->done()) << "an empty word is left";
  EXPECT_EQ(SettingPath("").first(), "");
  EXPECT_FALSE(SettingPath("").done());
}

TEST(SettingPath, KnowsTheStarAsAWordOfItsOwn) {
  EXPECT_TRUE(SettingPath("*.start").star());
  EXPECT_TRUE(SettingPath("*").star());
  EXPECT_FALSE(SettingPath("*a").star());
  EXPECT_FALSE(SettingPath("/*").star());
}

TEST(SettingPath, ThatBeginsWithASlashIsAJsonPointer) {
  const SettingPath path("/a.b/c~1d~0~01/0");
  EXPECT_TRUE(path.is_pointer());
  EXPECT_EQ(path.first(), "a.b");
  EXPECT_FALSE(path.after("a"));
  const SettingPath below = path.after("a.b").value();
  EXPECT_EQ(below.first(), "c/d~~1");
  EXPECT_TRUE(below.after("c/d~~1")->after("0")->done());
  EXPECT_EQ(SettingPath("/").first(), "") << "the key may be empty";
}

}  // namespace
}  // namespace stayalive
