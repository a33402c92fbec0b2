// SPDX-License-Identifier: Apache-2.0
#include "report/run/blame_tree.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/document_text.h"

namespace stayalive {
namespace {

nlohmann::json blame_json(const Blame& blame) {
  return nlohmann::json::parse(printed_data(blame_tree(blame)));
}

TEST(BlameTree, IsNothingWhenNobodyIsToBlame) { EXPECT_TRUE(blame_json({}).is_null()); }

TEST(BlameTree, OnlyABoxThatLostItsStateHasATimer) {
  Blame blame;
  blame.kind = FaultKind::Link;
  blame.who = "lan";
  EXPECT_EQ(blame_json(blame)["who"], "lan");
  EXPECT_FALSE(blame_json(blame).contains("timer"));
  blame.kind = FaultKind::Flow;
  blame.timer = "udp.single";
  EXPECT_EQ(blame_json(blame)["timer"], "udp.single");
  EXPECT_EQ(blame_json(blame)["event"], "expired");
}

}  // namespace
}  // namespace stayalive
