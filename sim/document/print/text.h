// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/print/printer.h"

namespace stayalive {

// Documents for people at a terminal.  Tables are laid out in columns that fit the width, sentences
// are broken at it.  Without a width tables are as wide as they need, paragraphs 100 columns, and
// every other sentence is one line, as searching a log needs.
MakePrinter text_printer;

}  // namespace stayalive
