// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "study/advise/constraint.h"
#include "study/advise/interval_trials.h"

namespace stayalive {

// Why an interval fails, in one sentence without a full stop: "aws-nlb forgets it, because its
// timer tcp.established allows 5m50s of silence".
std::string failure_sentence(const IntervalTrial& trial, const Constraint& constraint);

}  // namespace stayalive
