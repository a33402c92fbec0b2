// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace stayalive {

// The page that a command line asks for: --html.
struct PageRequest {
  std::string file;  // empty: none
  bool force = false;
  std::vector<std::string> inputs{};  // files that the command reads
};
// Adds --html.
void add_html(CLI::App& command, PageRequest& request);

// Whether it may and can be written, to be asked before the work begins; says why not.
bool can_write_page(const PageRequest& request);
// Writes what `print` makes, where a page is asked for.  made_by: a line for its end.  False, and
// everything said, where it could not be.
bool write_page(const PageRequest& request,
                const std::function<void(std::ostream& out, const std::string& made_by)>& print);

// Whether two of these options name the same file; says which.  Empty names are no files.
struct NamedFile {
  const char* option;
  const std::string& file;
};
bool files_differ(const std::vector<NamedFile>& files);

}  // namespace stayalive
