// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace stayalive {

// Where something stands, as compilers say it and editors understand it: "file:line:column"; what
// is unknown, and 0, is left out.
std::string place(const std::string& file, std::uint32_t line, std::uint32_t column);

}  // namespace stayalive
