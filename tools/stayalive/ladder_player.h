// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/style.h"
#include "picture/ladder/ladder.h"

namespace stayalive {

// Shows a ladder on the screen as it happens, until somebody quits it.  Returns 0, or as a shell
// has it for the signal that ended it: 130 after Ctrl-C.  To be called only where has_screen().
int play_ladder(const Ladder& ladder, const Style& style);

}  // namespace stayalive
