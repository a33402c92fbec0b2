// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "document/table.h"
#include "study/advise/advise.h"

namespace stayalive {

// Advice for people: what to use, how much it bears, what bounds it and what it costs.
void write_advice_text(std::ostream& out, const Advice& advice, const Style& style);
// Why an interval fails, in one sentence without its first word: "aws-nlb forgets it: ...".
std::string failure_sentence(const IntervalTrial& trial, const Constraint& constraint);

}  // namespace stayalive
