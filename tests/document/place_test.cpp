// SPDX-License-Identifier: Apache-2.0
#include "document/place.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Place, LeavesOutWhatIsUnknown) {
  EXPECT_EQ(place("a.json", 3, 9), "a.json:3:9");
  EXPECT_EQ(place("a.json", 3, 0), "a.json:3");
  EXPECT_EQ(place("a.json", 0, 9), "a.json");
}

}  // namespace
}  // namespace stayalive
