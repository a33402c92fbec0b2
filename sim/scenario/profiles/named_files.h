// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/parse.h"

namespace stayalive {

// Whether a path leads, by symbolic links, out of a folder.
bool leads_out_of(const std::filesystem::path& folder, const std::filesystem::path& path);

// Which files a scenario may have read: ordinary ones beside or below it, and those that the
// command line names.  Others only where ParseOptions::outside_files permits it, since a scenario
// may be a stranger's.
class NamedFiles {
 public:
  // scenario_file: empty for one that is no file, beside which the current folder is.
  NamedFiles(const std::string& scenario_file, const ParseOptions& options);

  // Where a file is that the scenario names.  Nothing is read, nor said of what is there, where it
  // may not be read.
  Result<std::string> find(const std::string& word) const;
  // Folders of the command line that cannot be read, and files that are missing.
  std::vector<Diagnostic> mistakes() const;
  // Whether the command line names the file, or the folder it lies in.
  bool is_named(const std::string& file) const;

 private:
  std::filesystem::path folder_;
  std::vector<std::string> paths_;
  bool outside_;
};

}  // namespace stayalive
