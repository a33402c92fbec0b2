// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "document/print/printer.h"

namespace stayalive {

// As the text or the attribute of an element of HTML, in one line: what turns the direction of
// writing or cannot be seen is shown by its number, because a reference would act as it does.
std::string html_text(std::string_view text);
// As the text of an element in which lines stay lines.
std::string html_lines(std::string_view text);
// Phrases, with an element for each that has a tone.
std::string html_phrases(const Sentence& sentence);

// Writes the blocks of documents as elements of HTML that stand in a page below a heading of level
// 2.  The page has the style: the tones are its classes, as html_tone() names them.
std::unique_ptr<Printer> html_printer(std::ostream& out, const PrintOptions& options);

// "good"; empty for plain words.
const char* html_tone(Tone tone);

}  // namespace stayalive
