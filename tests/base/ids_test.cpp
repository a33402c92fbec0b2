// SPDX-License-Identifier: Apache-2.0
#include "base/ids.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace stayalive {
namespace {

TEST(Ids, AFreshIdIsInvalid) {
  EXPECT_FALSE(FlowId{}.valid());
  EXPECT_TRUE(FlowId{0}.valid());
  EXPECT_FALSE(FlowId{FlowId::kNone}.valid());
}

TEST(Ids, CompareByTheirNumber) {
  EXPECT_EQ(NodeId{3}, NodeId{3});
  EXPECT_LT(NodeId{3}, NodeId{4});
  EXPECT_GT(NodeId{}, NodeId{4});
}

TEST(Ids, KindsDoNotMix) {
  static_assert(!std::is_convertible_v<NodeId, FlowId>);
  static_assert(!std::is_constructible_v<FlowId, NodeId>);
  static_assert(sizeof(FlowId) == 4);
}

}  // namespace
}  // namespace stayalive
