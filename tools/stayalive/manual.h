// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <string>

namespace stayalive {

// The manual page (man(7), section 1) of the program, or of one of its commands, made of the words
// that --help prints, so that the two cannot differ.
//
// Of a footer, a paragraph that begins with "Exit code:" and one that begins with "Example" get
// headings of their own; lines that begin with two blanks are printed as they are.
std::string manual_page(const CLI::App& app, const CLI::App& command);

// "stayalive-run": the name of the page.
std::string manual_name(const CLI::App& app, const CLI::App& command);

}  // namespace stayalive
