// SPDX-License-Identifier: Apache-2.0
#include "report/run/closest_call_tree.h"

namespace stayalive {

Tree closest_call_tree(const std::optional<ClosestCall>& call) {
  if (!call) return nullptr;
  return Tree::record({{"who", call->who},
                       {"timer", call->timer},
                       {"setting", text_or_nothing(call->setting)},
                       {"timeout", call->timeout},
                       {"status", std::string(name(call->status))},
                       {"left", call->left},
                       {"silence", call->silence},
                       {"at", call->at},
                       {"from", name(call->from)},
                       {"packet", name(call->by)},
                       {"timer_may_be_late_by", call->slip}});
}

}  // namespace stayalive
