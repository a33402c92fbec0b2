// SPDX-License-Identifier: Apache-2.0
#include "document/seconds_json.h"

#include <nlohmann/json.hpp>

namespace stayalive {

nlohmann::ordered_json seconds_json(Duration span) {
  return static_cast<double>(span.count()) / 1e9;
}

}  // namespace stayalive
