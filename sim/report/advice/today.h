// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "document/tree.h"
#include "study/advise/today.h"

namespace stayalive {

// What happens today, in sentences: the first is the verdict, the others tell of the next message.
std::vector<std::string> today_sentences(const Today& today);
// The same as data, in the shape of docs/result.md.
Tree today_tree(const Today& today);

}  // namespace stayalive
