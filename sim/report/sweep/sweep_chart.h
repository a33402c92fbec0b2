// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "picture/chart/chart.h"
#include "study/sweep/sweep.h"

namespace stayalive {

// A sweep as charts.  Of one axis that varies: how many runs held over its values, with their
// confidence, and what it costs against how soon an end noticed.  Of two: a map of both for each
// connection.  Of more, or of none, a mistake.
Result<Chart> draw_sweep(const Sweep& sweep);

}  // namespace stayalive
