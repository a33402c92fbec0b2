// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "scenario/expect_spec.h"
#include "scenario/json/reader.h"

// Limits as a scenario writes them: {"at_least": ..., "at_most": ...}, or one value that stands for
// both.  Each returns true when right limits were there, and only then writes them.
namespace stayalive {

// Whole numbers.
bool read_count_limits(Reader in, Limits& limits);
// Whole numbers or shares; of shares only 0 and all can be hit exactly, so that others need the
// object.
bool read_amount_limits(Reader in, Limits& limits);
// Spans, with the object only.
bool read_span_limits(Reader in, Limits& limits);
// Shares; one that stands alone is the least.
bool read_share_limits(Reader in, Limits& limits);

}  // namespace stayalive
