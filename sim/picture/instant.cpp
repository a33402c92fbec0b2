// SPDX-License-Identifier: Apache-2.0
#include "picture/instant.h"

#include "base/text.h"

namespace stayalive {

std::string print_instant(TimePoint when) {
  return print_duration(std::chrono::round<std::chrono::milliseconds>(when.time_since_epoch()));
}

}  // namespace stayalive
