// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/json/reader.h"
#include "scenario/profiles/named_files.h"
#include "scenario/profiles/pools.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"

namespace stayalive {

// Finds the profile of a box, of a proxy or of a pool that a scenario asks for: a word ending in
// ".json" is a file beside or below the scenario (NamedFiles); any other is looked for in the given
// files and folders first, then among the built-in ones.  Each file is read once.
class ProfileFinder {
 public:
  // scenario_file: relative profile files are relative to its folder; empty for the current one.
  ProfileFinder(const std::string& scenario_file, const ParseOptions& options);

  // Reports what the command line names and cannot be read.
  void check_paths(Journal& journal) const { journal.add(files_.mistakes()); }

  // Reads a word and finds the profile of a box, of a proxy or of a pool; nullptr, and everything
  // reported, when there is none, or one of another kind.  It lives as long as the finder.
  const ProfileDocument* read_box(Reader& in, Journal& journal);
  const ProxyDocument* read_proxy(Reader& in, Journal& journal);
  const PoolDocument* read_pool(Reader& in, Journal& journal);
  // Whether the word names a proxy; false where it names nothing.  Mistakes in files are not told.
  bool is_proxy(const std::string& word);

 private:
  // What a file holds: one of them.
  struct Found {
    const ProfileDocument* box = nullptr;
    const ProxyDocument* proxy = nullptr;
    const PoolDocument* pool = nullptr;
    bool empty() const { return box == nullptr && proxy == nullptr && pool == nullptr; }
    const std::string& name() const {
      return box != nullptr ? box->profile.name : proxy != nullptr ? proxy->name : pool->name;
    }
  };
  struct Loaded {
    std::optional<ProfileDocument> box;
    std::optional<ProxyDocument> proxy;
    std::optional<PoolDocument> pool;
    bool product = false;  // the file of a program, which Products reads
  };
  bool is_product(const std::string& file, Journal& journal);
  // What the file holds; nothing, and the reasons are in the journal, when it cannot be used.
  Found load(const std::string& file, Journal& journal);
  static Found builtin(const std::string& word);
  // Reports what is no box or no proxy, and is wanted as one.
  static void refuse_pool(const Reader& in, const Found& found);
  // What the word names; nothing when there is nothing, which is reported unless the word is only
  // not known.
  Found read(Reader& in, std::string& word, Journal& journal, bool& known);
  // The same of what stands on a path; everything is reported.
  Found read_on_path(Reader& in, std::string& word, Journal& journal);
  // The file that holds the profile among profile_paths; empty when none does.
  std::string file_of(const std::string& name, Journal& journal);
  std::vector<std::string> known_names(Journal& journal);
  // Says that there is no such profile, and what is called nearly so.
  void report_unknown(Reader& in, const std::string& word, Journal& journal);

  NamedFiles files_;
  std::vector<std::string> paths_;
  std::map<std::string, Loaded> loaded_;
};

}  // namespace stayalive
