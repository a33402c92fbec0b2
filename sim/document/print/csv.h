// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/print/printer.h"

namespace stayalive {

// The tables of documents as comma-separated values (RFC 4180), with the keys of their columns in
// the first line; tables of the same columns make one.  Spans and instants are seconds with three
// decimals.  Text that a spreadsheet would take for a formula has an apostrophe before it.
MakePrinter csv_printer;

}  // namespace stayalive
