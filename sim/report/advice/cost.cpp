// SPDX-License-Identifier: Apache-2.0
#include "report/advice/cost.h"

namespace stayalive {

Tree cost_tree(const Cost& cost) {
  return Tree::record({{"packets", cost.per_day(cost.packets)},
                       {"bytes", cost.per_day(cost.bytes)},
                       {"keepalives", cost.per_day(cost.keepalives)},
                       {"radio_wakeups", cost.per_day(cost.wakeups)},
                       {"radio_awake", cost.awake_per_day()}});
}

}  // namespace stayalive
