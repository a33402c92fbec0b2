// SPDX-License-Identifier: Apache-2.0
#include "report/run/support_tree.h"

namespace stayalive {

Tree support_tree(const Support& support) {
  return Tree::record({{"box", support.who},
                       {"key", support.key},
                       {"value", support.value},
                       {"status", name(support.status)}});
}

}  // namespace stayalive
