// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace stayalive {

// Thousandths as a number with one decimal, cut off: "1.7".
inline std::string in_tenths(std::uint64_t thousandths) {
  return std::to_string(thousandths / 1000) + '.' + std::to_string(thousandths % 1000 / 100);
}

// The same as a number for programs.
inline double tenths(std::uint64_t thousandths) {
  const std::uint64_t whole_tenths = thousandths / 100;
  return static_cast<double>(whole_tenths) / 10.0;
}

}  // namespace stayalive
