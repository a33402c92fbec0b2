// SPDX-License-Identifier: Apache-2.0
#include "report/early_end.h"

#include <fmt/format.h>

#include "base/text.h"

namespace stayalive {

Tree early_end_tree(const std::optional<EarlyEnd>& early) {
  if (!early) return nullptr;
  return Tree::record({{"reason", name(early->reason)}, {"limit", text_or_nothing(early->limit)}});
}

Value early_end_value(const std::optional<EarlyEnd>& early) {
  return early ? Value(name(early->reason)) : Value();
}

Phrase early_end_phrase(const RunReport& report) {
  return {
      fmt::format("only a part: {} after {} of {}; this is known so far", report.early_end->words(),
                  print_duration(report.duration), print_duration(report.planned)),
      Tone::Warn};
}

}  // namespace stayalive
