// SPDX-License-Identifier: Apache-2.0
#include "picture/support_text.h"

#include <fmt/format.h>

#include "run/support.h"

namespace stayalive {

std::string support_sentence(const std::vector<Support>& supports) {
  const Support* least_sure = weakest(supports);
  if (least_sure == nullptr) return "";
  std::string text = fmt::format("It rests on {}'s ", supports.front().who);
  for (const Support& support : supports) {
    if (&support != &supports.front()) text += "; ";
    text += fmt::format("{} ({}", support.words, words(support.status));
    const bool doubtful = !is_sourced(support.status);
    text += doubtful && &support == least_sure ? ", the weakest)" : ")";
  }
  return text + ".";
}

}  // namespace stayalive
