// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/profile_finder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "scenario/profiles/unknown_profile.h"
#include "scenario/text_file.h"

namespace stayalive {

namespace fs = std::filesystem;

ProfileFinder::ProfileFinder(const std::string& scenario_file, const ParseOptions& options)
    : files_(scenario_file, options), paths_(options.profile_paths) {}

const ProfileDocument* ProfileFinder::load(const std::string& file, Journal& journal) {
  const auto [entry, added] = loaded_.try_emplace(file);
  std::optional<ProfileDocument>& profile = entry->second;
  if (added) {
    const Result<std::string> text = read_text_file(file);
    std::vector<Diagnostic> mistakes = text.errors();
    if (text.ok()) {
      Result<ProfileDocument> document = parse_profile(text.value(), file);
      mistakes = document.errors();
      if (document.ok()) profile = std::move(document).value();
    }
    for (Diagnostic& mistake : mistakes) mistake.quotable = files_.is_named(file);
    journal.add(std::move(mistakes));
  }
  return profile ? &*profile : nullptr;
}

std::string ProfileFinder::file_of(const std::string& name, Journal& journal) {
  for (const std::string& path : paths_) {
    std::error_code code;
    if (fs::is_directory(path, code)) {
      const fs::path file = fs::path(path) / (name + ".json");
      if (fs::is_regular_file(file, code) && !leads_out_of(path, file)) return file.string();
    } else if (const ProfileDocument* document = load(path, journal);
               document != nullptr && document->profile.name == name) {
      return path;
    }
  }
  return {};
}

std::vector<std::string> ProfileFinder::known_names(Journal& journal) {
  std::vector<std::string> names;
  for (const std::string& path : paths_) {
    std::error_code code;
    if (fs::is_directory(path, code)) {
      for (fs::directory_iterator entry(path, code), end; !code && entry != end;
           entry.increment(code)) {
        if (entry->path().extension() == ".json") names.push_back(entry->path().stem().string());
      }
    } else if (const ProfileDocument* document = load(path, journal)) {
      names.push_back(document->profile.name);
    }
  }
  for (const ProfileDocument* document : builtin_profiles()) {
    names.push_back(document->profile.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

const ProfileDocument* ProfileFinder::read(Reader& in, Journal& journal) {
  std::string word;
  if (!in.text(word, 4000)) return nullptr;
  if (word.ends_with(".json")) {
    const Result<std::string> file = files_.find(word);
    if (!file.ok()) {
      in.error(file.errors().front().message, file.errors().front().allowed);
      return nullptr;
    }
    if (const ProfileDocument* document = load(file.value(), journal)) return document;
    in.error("the profile file " + quote(word) + " cannot be used", "a profile without mistakes");
    return nullptr;
  }
  const bool plain = word.find_first_of("/\\") == std::string::npos && !word.empty();
  const std::string file = plain ? file_of(word, journal) : std::string();
  if (!file.empty()) {
    const ProfileDocument* document = load(file, journal);
    if (document == nullptr || document->profile.name == word) return document;
    in.error("the file " + quote(file) + " has the profile " + quote(document->profile.name),
             "a file that is called as its profile");
    return nullptr;
  }
  if (const ProfileDocument* document = find_builtin_profile(word)) return document;
  report_unknown(in, word, journal);
  return nullptr;
}

void ProfileFinder::report_unknown(Reader& in, const std::string& word, Journal& journal) {
  const std::vector<std::string> names = known_names(journal);
  const std::vector<std::string_view> words(names.begin(), names.end());
  Diagnostic mistake = unknown_profile(word, words);
  // A profile file whose name is the word, but not that of its profile.
  for (const std::string& path : paths_) {
    std::error_code code;
    if (fs::is_directory(path, code) || fs::path(path).stem() != word) continue;
    if (const ProfileDocument* document = load(path, journal)) {
      const std::string& name = document->profile.name;
      mistake.message += "; the file " + quote(path) + " has the profile " + quote(name);
      mistake.suggestion = name;
    }
  }
  const bool plain = word.find_first_of("/\\") == std::string::npos && !word.empty();
  const Result<std::string> beside = files_.find(word + ".json");
  std::error_code code;
  if (plain && beside.ok() && fs::exists(beside.value(), code)) {
    mistake.suggestion = "./" + word + ".json";
  }
  in.error(mistake.message, mistake.allowed, mistake.suggestion);
}

}  // namespace stayalive
