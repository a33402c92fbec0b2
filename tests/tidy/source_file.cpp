// SPDX-License-Identifier: Apache-2.0
#include "tidy/source_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace stayalive::tidy {
namespace {

// Walks over C++ text and tells code from comments and literals.
class Stripper {
 public:
  std::string strip(const std::string& line) {
    std::string code;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string_view rest = std::string_view(line).substr(i);
      if (raw_) {
        if (rest.starts_with(raw_end_)) {
          raw_ = false;
          code += '"';
          i += raw_end_.size() - 1;
        }
      } else if (comment_) {
        if (rest.starts_with("*/")) {
          comment_ = false;
          ++i;
        }
      } else if (rest.starts_with("//")) {
        break;
      } else if (rest.starts_with("/*")) {
        comment_ = true;
        ++i;
      } else if (rest.starts_with("R\"") && rest.find('(') != std::string_view::npos) {
        const std::size_t open = rest.find('(');
        raw_end_ = ")" + std::string(rest.substr(2, open - 2)) + "\"";
        raw_ = true;
        code += '"';
        i += open;
      } else if (line[i] == '"' || is_character(line, i)) {
        code += line[i];
        i = end_of_literal(line, i);
        code += line[i];
      } else {
        code += line[i];
      }
    }
    return code;
  }

 private:
  // An apostrophe between digits separates them and begins no character.
  static bool is_character(const std::string& line, std::size_t i) {
    return line[i] == '\'' && (i == 0 || !std::isxdigit(static_cast<unsigned char>(line[i - 1])));
  }
  static std::size_t end_of_literal(const std::string& line, std::size_t begin) {
    std::size_t i = begin + 1;
    while (i + 1 < line.size() && line[i] != line[begin]) i += line[i] == '\\' ? 2u : 1u;
    return std::min(i, line.size() - 1);
  }

  bool comment_ = false;
  bool raw_ = false;
  std::string raw_end_;
};

bool is_text(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".cpp" || extension == ".h" || extension == ".json" || extension == ".md" ||
         extension == ".txt" || extension == ".cmake" || extension.empty();
}

}  // namespace

bool SourceFile::ends_with(const std::string& suffix) const { return path.ends_with(suffix); }
bool SourceFile::begins_with(const std::string& prefix) const { return path.starts_with(prefix); }

std::string SourceFile::floor() const {
  if (!begins_with("sim/")) return "";
  const std::size_t end = path.find('/', 4);
  return end == std::string::npos ? "" : path.substr(4, end - 4);
}

SourceFile parse_source(const std::string& path, const std::string& text) {
  SourceFile file;
  file.path = path;
  Stripper stripper;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    file.code.push_back(stripper.strip(line));
    file.lines.push_back(line);
  }
  return file;
}

std::vector<SourceFile> project_files(const std::string& root) {
  namespace fs = std::filesystem;
  std::vector<fs::path> paths;
  for (const char* folder : {"sim", "tests", "tools", "scenarios", "docs", ".ci"}) {
    if (!fs::exists(fs::path(root) / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / folder)) {
      if (entry.is_regular_file() && is_text(entry.path())) paths.push_back(entry.path());
    }
  }
  for (const auto& entry : fs::directory_iterator(root)) {
    // In a second working tree of a repository .git is a file and names a folder of this machine.
    if (entry.path().filename() == ".git") continue;
    if (entry.is_regular_file() && is_text(entry.path())) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<SourceFile> files;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    files.push_back(parse_source(fs::relative(path, root).generic_string(), text.str()));
  }
  return files;
}

}  // namespace stayalive::tidy
