// SPDX-License-Identifier: Apache-2.0
#include "report/blame_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace stayalive {
namespace {

TEST(BlameJson, IsNullWhenNobodyIsToBlame) { EXPECT_EQ(blame_json({}), nullptr); }

TEST(BlameJson, OnlyABoxThatLostItsStateHasATimer) {
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
