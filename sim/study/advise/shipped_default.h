// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/products/product.h"

namespace stayalive {

// What becomes of an idle connection that a product keeps alive as it ships.
struct ShippedDefault {
  // Behind one box, for kShippedSpan.
  struct Behind {
    std::string_view box;                // a profile
    std::optional<Duration> died_after;  // empty: it held
  };
  const Product* product = nullptr;
  Duration interval{};  // zero: it sends nothing
  std::vector<Behind> behind;
};

// Common boxes, by profile: a home's, a carrier's, and those that clouds put on the way.
std::vector<std::string_view> common_boxes();
// How long each connection is watched: longer than any of these boxes is patient.
inline constexpr Duration kShippedSpan = 24h;

// Simulates it behind each of the common boxes, with 20 ms on the line before it.
ShippedDefault try_as_shipped(const Product& product);

}  // namespace stayalive
