// SPDX-License-Identifier: Apache-2.0
#include "report/counted.h"

namespace stayalive {

std::string counted(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace stayalive
