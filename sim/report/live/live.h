// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/document.h"
#include "live/live_session.h"

namespace stayalive {

// A live session as a document: what the line carried and lost, and of each flow what a run says of
// a connection.  Its JSON is that of a run, with `live` beside.  exit_code: of the command.  The
// report has to outlive it.
Document describe_live(const LiveReport& report, int exit_code);

}  // namespace stayalive
