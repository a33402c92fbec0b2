// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/time.h"
#include "run/report.h"

namespace stayalive {

// Whether a connection held: from its beginning to the end of the run no box forgot it, not even
// for an instant, no end gave up, was reset or refused, no proxy closed it unasked or answered a
// request with an error, and no message fell due that nobody could send any more.  One that its
// ends closed in order has held when nothing was left to send; so has one that never was to begin.
// One that was forgotten and came to life again has not.  Of many: every member that began.
bool held(const ConnectionReport& connection);

// When it ceased to, of a connection that stands for itself; kNever: it held.
TimePoint first_loss(const SideReport& side);
TimePoint first_loss(const ConnectionReport& connection);

// Who is to blame that it did not hold: where nothing was lost but messages were left to send, the
// end that was through first.  No kind: nobody.
Blame blame_for_loss(const ConnectionReport& connection);

}  // namespace stayalive
