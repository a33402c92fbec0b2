// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "probe/prober/findings.h"

namespace stayalive {

// What a probe's profile says of itself.
struct MeasuredPlace {
  std::string name;  // of the profile
  std::string host;  // the reflector, as the user named it
  std::string date;  // "2026-11-30"
};

// The findings as a profile, a JSON text of the form of scenarios/profiles/.  What was seen is
// `measured`; what was not is `chosen`, with a note that says so, and has the least that the RFCs
// ask for.  A timer is the longest silence that every flow survived, which is never more than the
// box's own; where no flow died, it is a lower bound, and the note says so.
std::string measured_profile(const Findings& found, const MeasuredPlace& place);

// Whether an answer alone makes a UDP flow a stream; empty when not known.
std::optional<bool> answer_makes_stream(const Findings& found);

}  // namespace stayalive
