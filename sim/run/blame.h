// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/judge/judge.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// What the judge's attribution says in the names of the scenario.
Blame blame_of(const Attribution& attribution, const Scenario& scenario);

}  // namespace stayalive
