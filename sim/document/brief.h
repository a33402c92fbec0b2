// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/time.h"

namespace stayalive {

// A span in few digits, so that it can be read at a glance: whole seconds from an hour on, tenths
// from a minute on, hundredths from a second on, else milliseconds.  The JSON result has all of
// them.
std::string brief(Duration span);

}  // namespace stayalive
