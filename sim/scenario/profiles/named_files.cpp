// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/named_files.h"

#include <algorithm>
#include <system_error>

#include "scenario/json/json_value.h"

namespace stayalive {

namespace fs = std::filesystem;

namespace {

std::vector<Diagnostic> cannot_use(const std::string& file, std::string message,
                                   std::string allowed = {}) {
  return {{file, 0, 0, {}, std::move(message), std::move(allowed), {}}};
}

// Whether a path is a folder or something in it, both without links.
bool is_within(const fs::path& folder, const fs::path& path) {
  const auto [rest, ignored] =
      std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return rest == folder.end() || (std::next(rest) == folder.end() && rest->empty());
}

fs::path without_links(const fs::path& path) {
  std::error_code code;
  const fs::path absolute = fs::absolute(path.empty() ? "." : path, code);
  return fs::weakly_canonical(absolute, code);
}

}  // namespace

bool leads_out_of(const fs::path& folder, const fs::path& path) {
  return !is_within(without_links(folder), without_links(path));
}

NamedFiles::NamedFiles(const std::string& scenario_file, const ParseOptions& options)
    : folder_(fs::path(scenario_file).parent_path()),
      paths_(options.profile_paths),
      outside_(options.outside_files) {}

bool NamedFiles::is_named(const std::string& file) const {
  return std::ranges::any_of(
      paths_, [&file](const std::string& path) { return !leads_out_of(path, file); });
}

Result<std::string> NamedFiles::find(const std::string& word) const {
  const fs::path wanted(word);
  const fs::path file = (folder_ / wanted).lexically_normal();
  const fs::path inside = wanted.lexically_normal();
  const bool away = inside.is_absolute() || (!inside.empty() && *inside.begin() == "..");
  const bool refused = (away || leads_out_of(folder_, file)) && !outside_;
  if (refused && !is_named(file.string())) {
    return cannot_use("",
                      "the profile file " + quote(word) + " lies outside of the scenario's folder",
                      "a file beside or below the scenario, or in what --profiles names; "
                      "--outside-files permits any");
  }
  std::error_code code;
  const fs::file_status status = fs::status(file, code);
  // A pipe or a device may never end.
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    return cannot_use("", "the profile file " + quote(word) + " is no ordinary file");
  }
  return file.string();
}

std::vector<Diagnostic> NamedFiles::mistakes() const {
  for (const std::string& path : paths_) {
    std::error_code code;
    const fs::file_status status = fs::status(path, code);
    if (!fs::exists(status))
      return cannot_use(path, "this file does not exist", "the name of a file");
    if (!fs::is_directory(status)) continue;
    const fs::directory_iterator entries(path, code);
    if (code) return cannot_use(path, "this folder cannot be read: " + code.message());
  }
  return {};
}

}  // namespace stayalive
