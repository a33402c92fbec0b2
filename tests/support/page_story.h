// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stayalive {

// Each part is in a page, and they stand in this order.
inline void expect_in_order(const std::string& page, const std::vector<std::string>& parts) {
  std::size_t from = 0;
  for (const std::string& part : parts) {
    const std::size_t found = page.find(part, from);
    ASSERT_NE(found, std::string::npos) << part << " after " << from << " in\n" << page;
    from = found + part.size();
  }
}

}  // namespace stayalive
