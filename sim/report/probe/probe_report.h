// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "document/document.h"
#include "probe/prober/findings.h"
#include "probe/prober/prober.h"

namespace stayalive {

struct ProbeStory {
  const Findings* found = nullptr;
  const ProbePlan* plan = nullptr;
  std::optional<ProbeStop> stop;  // empty: still at work
  std::string host;               // the reflector, as the user named it
};

// What a probe has found, as a document: the timers, the behaviours, and what was not measured and
// why.  What it points to has to outlive it.
Document describe_probe(const ProbeStory& story);

}  // namespace stayalive
