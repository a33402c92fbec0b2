// SPDX-License-Identifier: Apache-2.0
#include "report/advice/failure.h"

#include <fmt/format.h>

#include "base/text.h"
#include "picture/blame_text.h"

namespace stayalive {

std::string failure_sentence(const IntervalTrial& trial, const Constraint& constraint) {
  if (trial.answer == IntervalTrial::Answer::Refused) {
    return "the program refuses it: " + trial.refusal;
  }
  const Blame& blame = constraint.blame;
  std::string words;
  if (!constraint.words.empty()) {
    words = fmt::format("the {} says \"{}\"", constraint.who, constraint.words);
  }
  if (blame.kind == FaultKind::Flow && blame.event == FlowEvent::Expired) {
    return fmt::format("{} forgets it, because its timer {} allows {} of silence", blame.who,
                       blame.timer, print_duration(blame.timeout));
  }
  if (blame.kind != FaultKind::None) {
    return short_blame(blame) + (words.empty() ? "" : ", and " + words);
  }
  return words.empty() ? "it did not begin" : words;
}

}  // namespace stayalive
