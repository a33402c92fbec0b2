// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/print/printer.h"

namespace stayalive {

// The blocks of documents as Markdown (CommonMark with the tables of GitHub), for tickets and
// wikis.
MakePrinter markdown_printer;

}  // namespace stayalive
