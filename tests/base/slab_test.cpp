// SPDX-License-Identifier: Apache-2.0
#include "base/slab.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/random.h"

namespace stayalive {
namespace {

TEST(Slab, HandsOutHandlesThatKeepTheirValues) {
  Slab<std::string> slab;
  const auto a = slab.add("a");
  const auto b = slab.add("b");
  EXPECT_NE(a, b);
  EXPECT_EQ(slab[a], "a");
  EXPECT_EQ(slab[b], "b");
  EXPECT_EQ(slab.size(), 2u);
}

TEST(Slab, UsesAFreedSlotBeforeItGrows) {
  Slab<int> slab;
  const auto a = slab.add(1);
  const auto b = slab.add(2);
  slab.remove(a);
  EXPECT_EQ(slab.size(), 1u);
  EXPECT_EQ(slab.add(3), a);
  EXPECT_EQ(slab[a], 3);
  EXPECT_EQ(slab[b], 2);
  EXPECT_EQ(slab.add(4), 2u);
}

TEST(Slab, AgreesWithAMapOnRandomUse) {
  Slab<std::uint64_t> slab;
  std::map<std::uint32_t, std::uint64_t> model;
  Random random(1, "slab", "test");
  for (int step = 0; step < 20'000; ++step) {
    if (model.empty() || random.chance({3, 5})) {
      const std::uint64_t value = random.next();
      const std::uint32_t handle = slab.add(value);
      ASSERT_TRUE(model.emplace(handle, value).second) << "a live handle was handed out again";
    } else {
      const auto victim = std::next(
          model.begin(),
          static_cast<std::ptrdiff_t>(random.below(std::min<std::size_t>(model.size(), 50))));
      ASSERT_EQ(slab[victim->first], victim->second);
      slab.remove(victim->first);
      model.erase(victim);
    }
    ASSERT_EQ(slab.size(), model.size());
  }
  for (const auto& [handle, value] : model) EXPECT_EQ(slab[handle], value);
}

}  // namespace
}  // namespace stayalive
