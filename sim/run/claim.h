// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "run/report.h"
#include "scenario/expect_spec.h"

namespace stayalive {

// Whether a claim about one number of a connection has come true, and what was found.
//
// Shares are of what is known at the end: a message that may still arrive counts neither way.  Of
// many, counts are those of all members together; the black hole is the longest of any member, and
// all that were forgotten must have noticed in time.  Where there is nothing of which a share could
// be taken, no call to measure, or nothing to notice, a lower limit fails, and what was found says
// so.
struct ClaimReport {
  bool holds = false;
  std::string text;   // "at least 99% of the messages of the client delivered"
  std::string found;  // "58 of the 60 messages of the client delivered"
  // Of a copy in which something else than in the run itself was to blame.
  std::optional<Blame> blame{};
};
// end: of the run.  Not of a rehearsed metric: rehearsal/rehearsal.h.
ClaimReport check_claim(const Claim& claim, const ConnectionReport& connection, TimePoint end);

// "at least 30s", "exactly 3", "none", "all", "10 to 20".
std::string limits_text(const Limits& limits);
// Whether count of all lies within the limits, which are counts or shares.
bool lies_within(const Limits& limits, std::uint64_t count, std::uint64_t all);
bool lies_within(const Limits& limits, Duration span);

}  // namespace stayalive
