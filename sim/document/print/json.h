// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/print/printer.h"

namespace stayalive {

// The data of documents as JSON, indented by two, each ended by a newline.  Spans and instants are
// seconds.  Text that is not UTF-8 does not break it: wrong bytes become U+FFFD.  What is unsafe
// (safe_text.h) is written as an escape.
MakePrinter json_printer;

}  // namespace stayalive
