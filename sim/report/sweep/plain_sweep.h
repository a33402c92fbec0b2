// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "study/sweep/sweep.h"

namespace stayalive {

// A sweep to be drawn and told in plain words (picture/plain_words.h): axes have names as people
// say them, "idle timeout of home-router", "server alive interval".  It can no longer be run.
Sweep in_plain_words(Sweep sweep);

}  // namespace stayalive
