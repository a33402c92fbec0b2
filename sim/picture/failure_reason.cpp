// SPDX-License-Identifier: Apache-2.0
#include "picture/failure_reason.h"

#include "picture/blame_text.h"

namespace stayalive {

std::string failure_reason(const ExpectationReport& expectation) {
  const Blame& blame = expectation.blame;
  if (expectation.holds || blame.kind == FaultKind::None) return "";
  // When it was, and what refreshed it last, differs from member to member.
  if (expectation.of_many) return "most members fell to " + short_blame(blame) + ".";
  return blame_sentence(blame);
}

}  // namespace stayalive
