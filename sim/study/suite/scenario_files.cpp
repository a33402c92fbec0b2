// SPDX-License-Identifier: Apache-2.0
#include "study/suite/scenario_files.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "scenario/file_kind.h"
#include "scenario/profiles/named_files.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAllowedFiles = "a scenario, or a folder with scenarios";

// Walks through files and folders.  Links wait until everything else has been seen, so that a file
// is known by its own name where it has one.
class FileSearch {
 public:
  void add_named(const std::string& path) {
    std::error_code code;
    if (fs::is_directory(path, code)) {
      named_folder_ = fs::path(path).lexically_normal();
      add_folder(named_folder_);
    } else {
      add_named_file(fs::path(path).lexically_normal());
    }
  }

  ScenarioFiles take() {
    // Following a link may find further links.
    for (std::size_t i = 0; i < links_.size(); ++i) {
      const fs::path link = links_[i].path;
      named_folder_ = links_[i].named_folder;
      std::error_code code;
      if (leads_out_of(named_folder_, link)) {
        if (link.extension() == ".json") found_.skipped.push_back(link.string());
      } else if (fs::is_directory(link, code)) {
        add_folder(link);
      } else {
        add_found_file(link);
      }
    }
    std::sort(found_.files.begin(), found_.files.end(),
              [](const ScenarioFile& a, const ScenarioFile& b) { return a.file < b.file; });
    std::sort(found_.skipped.begin(), found_.skipped.end());
    return std::move(found_);
  }

 private:
  // False when the path has been seen, maybe under another name.
  bool is_new(const fs::path& path) {
    std::error_code code;
    const fs::path real = fs::weakly_canonical(path, code);
    return seen_.insert(code ? path : real).second;
  }

  void add_folder(const fs::path& folder) {
    if (!is_new(folder)) return;
    std::error_code code;
    fs::directory_iterator entry(folder, code);
    for (; !code && entry != fs::directory_iterator(); entry.increment(code)) {
      const fs::path path = (folder / entry->path().filename()).lexically_normal();
      if (path.filename().string().starts_with(".")) continue;
      std::error_code unknown;
      if (entry->is_symlink(unknown)) {
        links_.push_back({path, named_folder_});
      } else if (entry->is_directory(unknown)) {
        add_folder(path);
      } else if (entry->is_regular_file(unknown)) {
        add_found_file(path);
      }
    }
    if (code) {
      found_.files.push_back(
          {folder.string(),
           {{folder.string(), 0, 0, {}, "this folder cannot be read: " + code.message(), {}, {}}}});
    }
  }

  void add_found_file(const fs::path& path) {
    if (path.extension() != ".json" || !is_new(path)) return;
    switch (kind(path)) {
      case FileKind::Scenario:
      case FileKind::Broken:
        found_.files.push_back({path.string(), {}});
        break;
      default:
        found_.skipped.push_back(path.string());
    }
  }

  void add_named_file(const fs::path& path) {
    if (!is_new(path)) return;
    std::error_code code;
    ScenarioFile named{path.string(), {}};
    // A pipe can be read only once.
    const FileKind found = fs::is_regular_file(path, code) ? kind(path) : FileKind::Scenario;
    const bool other = is_profile(found) || found == FileKind::Schema || found == FileKind::Result;
    if (other) named.errors.push_back(wrong_kind(named.file, found, kAllowedFiles));
    found_.files.push_back(std::move(named));
  }

  // What a file is that can be read; whoever parses it says what is wrong with any other.
  static FileKind kind(const fs::path& path) {
    const Result<std::string> text = read_text_file(path.string());
    return text.ok() ? kind_of(text.value()) : FileKind::Broken;
  }

  ScenarioFiles found_;
  std::set<fs::path> seen_;
  struct Link {
    fs::path path;
    fs::path named_folder;
  };
  std::vector<Link> links_;
  // In which everything lies that is being looked at.
  fs::path named_folder_;
};

}  // namespace

ScenarioFiles find_scenarios(const std::vector<std::string>& paths) {
  FileSearch search;
  for (const std::string& path : paths) search.add_named(path);
  return search.take();
}

}  // namespace stayalive
