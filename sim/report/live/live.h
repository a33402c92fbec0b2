// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/document.h"
#include "live/live_session.h"

namespace stayalive {

// A live session as a document: what the line carried and lost, and of each flow what a run says of
// a connection.  Its JSON is that of a run, with `live` beside.  The report has to outlive it.
struct LiveEnding {
  int exit_code = 0;
  Duration processor_time{};  // of the line, its boxes and its books
};
Document describe_live(const LiveReport& report, const LiveEnding& ending);

}  // namespace stayalive
