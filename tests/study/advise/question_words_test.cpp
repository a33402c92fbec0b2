// SPDX-License-Identifier: Apache-2.0
#include "study/advise/question_words.h"

#include <gtest/gtest.h>

#include "support/says.h"

namespace stayalive {
namespace {

using Words = std::vector<std::string>;

QuestionWords meant(const Words& words, const std::string& through = "",
                    const Words& strategies = {}) {
  Products products;
  Result<QuestionWords> read = read_words(words, through, strategies, products);
  if (!read.ok()) {
    ADD_FAILURE() << to_string(read.errors().front());
    return {};
  }
  return std::move(read).value();
}

std::string refusal(const Words& words, const std::string& through = "") {
  Products products;
  const Result<QuestionWords> read = read_words(words, through, {}, products);
  return read.ok() ? "none" : to_string(read.errors().front());
}

TEST(QuestionWords, NameAStrategyAndTheBoxesInAnyOrder) {
  for (const Words& words :
       {Words{"postgresql", "openwrt,azure-lb"}, Words{"openwrt,azure-lb", "postgresql"},
        Words{"postgresql", "openwrt", "azure-lb"}, Words{"postgresql", "openwrt,", "azure-lb"},
        Words{"postgresql,", "openwrt", ",azure-lb"}}) {
    const QuestionWords read = meant(words);
    EXPECT_EQ(read.strategies, Words{"postgresql"}) << words[1];
    EXPECT_EQ(read.through, "openwrt,azure-lb") << words[1];
    EXPECT_EQ(read.scenario, "");
  }
}

TEST(QuestionWords, SeveralStrategiesKeepTheirOrderAndTheirOptions) {
  const QuestionWords read =
      meant({"tcp=5m,", "count=3", "ssh=60s", "aws-nlb:tcp.established=60s"});
  EXPECT_EQ(read.strategies, (Words{"tcp=5m,count=3", "ssh=60s"}));
  EXPECT_EQ(read.through, "aws-nlb:tcp.established=60s");
}

TEST(QuestionWords, AFileNameIsAScenarioAndTheNextWordItsConnection) {
  const QuestionWords read = meant({"scenarios/some.json", "azure-lb"});
  EXPECT_EQ(read.scenario, "scenarios/some.json");
  EXPECT_EQ(read.connection, "azure-lb");
  EXPECT_EQ(meant({"./postgresql"}).scenario, "./postgresql");
  EXPECT_TRUE(says(refusal({"a.json", "b", "c"}), "\"c\" follows"));
  // After a strategy it is a box.
  EXPECT_EQ(meant({"tcp", "./my-box.json"}).through, "./my-box.json");
}

TEST(QuestionWords, AddToWhatOptionsName) {
  EXPECT_EQ(meant({"azure-lb"}, "", {"tcp"}).through, "azure-lb");
  EXPECT_EQ(meant({"tcp"}, "azure-lb").strategies, Words{"tcp"});
  EXPECT_EQ(meant({}, "azure-lb").through, "azure-lb");
  // "--through openwrt, azure-lb" arrives in two words.
  EXPECT_EQ(meant({"azure-lb"}, "openwrt,", {"tcp"}).through, "openwrt,azure-lb");
  EXPECT_EQ(meant({"./my-box.json"}, "openwrt,", {"tcp"}).through, "openwrt,./my-box.json");
  EXPECT_TRUE(says(refusal({"azure-lb"}, "openwrt"), "--through openwrt,azure-lb"));
}

TEST(QuestionWords, AWordThatNobodyKnowsIsAnsweredWithWhatWasMeant) {
  EXPECT_TRUE(says(refusal({"postgrsql", "azure-lb"}), "did you mean \"postgresql\"?"));
  EXPECT_TRUE(says(refusal({"openwtr"}), "did you mean \"openwrt\"?"));
  EXPECT_TRUE(says(refusal({"my-scenario"}), "no file, no strategy and no box"));
  // Whether a word was meant for a box or for a strategy is open as long as there is no strategy.
  EXPECT_TRUE(
      says(refusal({"sybase", "azure-lb"}), "\"sybase\" is no file, no strategy and no box"));
  EXPECT_TRUE(
      says(refusal({"azure-lb", "sybase"}), "\"sybase\" is no file, no strategy and no box"));
  // Two wrong letters of five are another product.
  EXPECT_FALSE(says(refusal({"pysqx", "azure-lb"}), "did you mean"));
  EXPECT_TRUE(says(refusal({"pysqx", "azure-lb"}), "`tcp` for a program"));
  EXPECT_FALSE(says(refusal({"aws"}), "\"ws\""));
  EXPECT_TRUE(says(refusal({"psqk"}), "did you mean \"psql\"?"));
  // Beside a strategy it can only be a box, which is looked for where profiles are known.
  EXPECT_EQ(meant({"tcp", "my-box"}).through, "my-box");
}

}  // namespace
}  // namespace stayalive
