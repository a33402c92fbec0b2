// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "app/host/server_spec.h"
#include "base/option_spec.h"

namespace stayalive {

using ServingOption = BoundOption<ServingRules>;

// The values in which servers differ as to how many connections they have at once.  The table of
// these is the only place that says which there are: the files in scenarios/servers/, the values
// that a scenario lays over them, and the JSON Schema follow it.
std::span<const ServingOption> serving_options();

}  // namespace stayalive
