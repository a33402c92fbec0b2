// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace stayalive {

// "1 scenario", "2 scenarios".
std::string counted(std::uint64_t count, const std::string& noun);

}  // namespace stayalive
