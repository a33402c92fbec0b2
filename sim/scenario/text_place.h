// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace stayalive {

// Where something stands in a scenario's document and in its text; line and column from 1, 0 when
// unknown.
struct TextPlace {
  std::string pointer;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

}  // namespace stayalive
