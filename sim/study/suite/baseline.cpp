// SPDX-License-Identifier: Apache-2.0
#include "study/suite/baseline.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "scenario/file_kind.h"
#include "scenario/profiles/named_files.h"
#include "scenario/profiles/profile_mistakes.h"
#include "scenario/text_file.h"
#include "study/suite/result_reader.h"

namespace stayalive {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAllowed =
    "a profile file, a folder with profiles, or a JSON result of run or test";
// A result takes a few kilobytes for each connection.
constexpr std::size_t kMostResultBytes = std::size_t{128} << 20;

std::vector<Diagnostic> failure(const std::string& path, std::string message) {
  return {{path, 0, 0, {}, std::move(message), kAllowed, {}}};
}

Result<Baseline> read_folder(const std::string& path) {
  std::vector<std::string> files;
  std::error_code code;
  fs::directory_iterator entry(path, code);
  for (; !code && entry != fs::directory_iterator(); entry.increment(code)) {
    if (entry->path().extension() != ".json" || leads_out_of(path, entry->path())) continue;
    files.push_back(entry->path().string());
  }
  if (code) return failure(path, "this folder cannot be read: " + code.message());
  std::sort(files.begin(), files.end());
  std::size_t profiles = 0;
  std::vector<Diagnostic> errors;
  for (const std::string& file : files) {
    const Result<std::string> text = read_text_file(file);
    if (!text.ok() || !is_profile(kind_of(text.value()))) continue;
    ++profiles;
    for (Diagnostic& mistake : profile_mistakes(text.value(), file))
      errors.push_back(std::move(mistake));
  }
  if (!errors.empty()) return errors;
  if (profiles == 0) return failure(path, "there is no profile in this folder");
  return Baseline(BaselineProfiles{path});
}

}  // namespace

Result<Baseline> read_baseline(const std::string& path) {
  std::error_code code;
  if (fs::is_directory(path, code)) return read_folder(path);
  const Result<std::string> text = read_text_file(path, kMostResultBytes);
  if (!text.ok()) return text.errors();
  switch (const FileKind kind = kind_of(text.value())) {
    case FileKind::Profile:
    case FileKind::Proxy:
    case FileKind::Server:
    case FileKind::Pool: {
      std::vector<Diagnostic> mistakes = profile_mistakes(text.value(), path);
      if (!mistakes.empty()) return mistakes;
      return Baseline(BaselineProfiles{path});
    }
    case FileKind::Result:
    case FileKind::Broken: {
      Result<std::vector<RunReport>> reports = parse_result(text.value(), path);
      if (!reports.ok()) return reports.errors();
      return Baseline(std::move(reports).value());
    }
    default:
      return std::vector<Diagnostic>{wrong_kind(path, kind, kAllowed)};
  }
}

}  // namespace stayalive
