// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

#include "base/early_end.h"
#include "document/sentence.h"
#include "document/tree.h"
#include "run/report.h"

// That something ended before its end, in every form of a result.
namespace stayalive {

// `reason` and `limit`; nothing where it came to its end.
Tree early_end_tree(const std::optional<EarlyEnd>& early);
// The reason as a cell of CSV; empty where it came to its end.
Value early_end_value(const std::optional<EarlyEnd>& early);
// Of a run that ended early: "only a part: interrupted after 5m of 24h; this is known so far".
Phrase early_end_phrase(const RunReport& report);

}  // namespace stayalive
