// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

// Text of files and command lines may hold what does something to its reader: control characters of
// a terminal (C0 and C1 of ECMA-48), what turns the direction of writing or cannot be seen (Unicode
// Bidi_Control and default-ignorable characters), line breaks.  These functions make it harmless.
namespace stayalive {

// Whether a character is shown by its number instead of as it is.  Line breaks and tabs are.
// Joiners and variation selectors are not: scripts and emoji need them.
bool is_unsafe(char32_t code);

// In one line: what is unsafe becomes \u001b, a byte that is not UTF-8 \x9b, a tab a blank.
std::string safe_line(std::string_view text);
// The same, but line feeds stay.
std::string safe_lines(std::string_view text);

// Of a text as JSON has it, between quotes or not: what is unsafe becomes an escape that means the
// same, and so does the bracket of "##[" and "##vso[", by which build services find commands in the
// middle of a line.
std::string safe_json(std::string_view json);

// As the text or the attribute of an element of XML and HTML.  What XML cannot hold becomes U+FFFD.
std::string xml_text(std::string_view text);

// Whether a character belongs to the blank beginning of a line, for whoever looks for commands
// there: the white space of Unicode, and what takes no room.
bool is_blank_or_invisible(char32_t code);

}  // namespace stayalive
