// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace stayalive::tidy {

// A text file of the project: its path from the root, its lines as they are, and its lines as C++
// code, in which comments and the contents of literals are blanked out, so that a rule about code
// does not stumble over prose.
struct SourceFile {
  std::string path;
  std::vector<std::string> lines;
  std::vector<std::string> code;

  bool ends_with(const std::string& suffix) const;
  bool begins_with(const std::string& prefix) const;
  bool is_cpp() const { return ends_with(".cpp") || ends_with(".h"); }
  // "net" of "sim/net/link.h"; empty outside sim/.
  std::string floor() const;
};

SourceFile parse_source(const std::string& path, const std::string& text);

// Every text file of the project that people write, sorted by path; nothing from build/, and not
// .git, be it a folder or a file.
std::vector<SourceFile> project_files(const std::string& root);

}  // namespace stayalive::tidy
