// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/option_spec.h"
#include "scenario/json/reader.h"

namespace stayalive {

// Reads or describes the value of an option at this place, as its spec says.  True when a right
// value was there; only then the slot is written.  While describing, what the slot holds is the
// default.
bool read_option(Reader& in, const OptionSpec& spec, OptionSlot slot);

}  // namespace stayalive
