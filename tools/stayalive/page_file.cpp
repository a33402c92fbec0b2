// SPDX-License-Identifier: Apache-2.0
#include "page_file.h"

#include <fmt/format.h>

#include <sstream>

#include "new_file.h"
#include "output.h"

namespace stayalive {

void add_html(CLI::App& command, PageRequest& request) {
  command
      .add_option("--html", request.file,
                  "Write a page for a browser into this file: the verdict, charts, ladders of what "
                  "failed, and all the evidence")
      ->type_name("FILE");
}

bool can_write_page(const PageRequest& request) {
  if (request.file == "-") {
    say_error("--html - is no file: standard output has the report");
    return false;
  }
  return NewFile(request.file, NewFile::Kind::Html, request.force, request.inputs).can_write();
}

bool write_page(const PageRequest& request,
                const std::function<void(std::ostream& out, const std::string& made_by)>& print) {
  if (request.file.empty()) return true;
  std::ostringstream page;
  print(page, "Made by stayalive " STAYALIVE_VERSION);
  return NewFile(request.file, NewFile::Kind::Html, request.force, request.inputs)
      .write(page.str());
}

bool files_differ(const std::vector<NamedFile>& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (std::size_t n = i + 1; n < files.size(); ++n) {
      if (files[i].file.empty() || files[i].file != files[n].file) continue;
      say_error(fmt::format("{} and {} name the same file", files[i].option, files[n].option));
      return false;
    }
  }
  return true;
}

}  // namespace stayalive
