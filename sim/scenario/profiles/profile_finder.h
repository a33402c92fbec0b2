// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/json/reader.h"
#include "scenario/profiles/named_files.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {

// Finds the profile that a scenario asks for: a word ending in ".json" is a file beside or below
// the scenario (NamedFiles); any other is looked for in the given files and folders first, then
// among the built-in ones.  Each file is read once.
class ProfileFinder {
 public:
  // scenario_file: relative profile files are relative to its folder; empty for the current one.
  ProfileFinder(const std::string& scenario_file, const ParseOptions& options);

  // Reports what the command line names and cannot be read.
  void check_paths(Journal& journal) const { journal.add(files_.mistakes()); }

  // Reads a word and finds the profile; nullptr, and everything reported, when there is none.  It
  // lives as long as the finder.
  const ProfileDocument* read(Reader& in, Journal& journal);

 private:
  // The profile in the file; nullptr, and the reasons are in the journal, when there is none.
  const ProfileDocument* load(const std::string& file, Journal& journal);
  // The file that holds the profile among profile_paths; empty when none does.
  std::string file_of(const std::string& name, Journal& journal);
  std::vector<std::string> known_names(Journal& journal);
  // Says that there is no such profile, and what is called nearly so.
  void report_unknown(Reader& in, const std::string& word, Journal& journal);

  NamedFiles files_;
  std::vector<std::string> paths_;
  std::map<std::string, std::optional<ProfileDocument>> loaded_;
};

}  // namespace stayalive
