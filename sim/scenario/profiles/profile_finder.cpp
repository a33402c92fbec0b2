// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/profile_finder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "scenario/file_kind.h"
#include "scenario/profiles/unknown_profile.h"
#include "scenario/text_file.h"

namespace stayalive {

namespace fs = std::filesystem;

ProfileFinder::ProfileFinder(const std::string& scenario_file, const ParseOptions& options)
    : files_(scenario_file, options), paths_(options.profile_paths) {}

ProfileFinder::Found ProfileFinder::load(const std::string& file, Journal& journal) {
  const auto [entry, added] = loaded_.try_emplace(file);
  Loaded& loaded = entry->second;
  if (added) {
    const Result<std::string> text = read_text_file(file);
    std::vector<Diagnostic> mistakes = text.errors();
    if (text.ok() && kind_of(text.value()) == FileKind::Proxy) {
      Result<ProxyDocument> document = parse_proxy(text.value(), file);
      mistakes = document.errors();
      if (document.ok()) loaded.proxy = std::move(document).value();
    } else if (text.ok() && kind_of(text.value()) == FileKind::Pool) {
      Result<PoolDocument> document = parse_pool(text.value(), file);
      mistakes = document.errors();
      if (document.ok()) loaded.pool = std::move(document).value();
    } else if (text.ok() && kind_of(text.value()) == FileKind::Product) {
      loaded.product = true;
    } else if (text.ok()) {
      Result<ProfileDocument> document = parse_profile(text.value(), file);
      mistakes = document.errors();
      if (document.ok()) loaded.box = std::move(document).value();
    }
    for (Diagnostic& mistake : mistakes) mistake.quotable = files_.is_named(file);
    journal.add(std::move(mistakes));
  }
  return {loaded.box ? &*loaded.box : nullptr, loaded.proxy ? &*loaded.proxy : nullptr,
          loaded.pool ? &*loaded.pool : nullptr};
}

bool ProfileFinder::is_product(const std::string& file, Journal& journal) {
  load(file, journal);
  return loaded_[file].product;
}

ProfileFinder::Found ProfileFinder::builtin(const std::string& word) {
  return {find_builtin_profile(word), find_builtin_proxy(word), find_builtin_pool(word)};
}

std::string ProfileFinder::file_of(const std::string& name, Journal& journal) {
  for (const std::string& path : paths_) {
    std::error_code code;
    if (fs::is_directory(path, code)) {
      const fs::path file = fs::path(path) / (name + ".json");
      const bool there = fs::is_regular_file(file, code) && !leads_out_of(path, file);
      if (there && !is_product(file.string(), journal)) return file.string();
    } else if (const Found found = load(path, journal); !found.empty() && found.name() == name) {
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
    } else if (const Found found = load(path, journal); !found.empty()) {
      names.push_back(found.name());
    }
  }
  for (const std::string_view name : builtin_names()) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

ProfileFinder::Found ProfileFinder::read(Reader& in, std::string& word, Journal& journal,
                                         bool& known) {
  known = true;
  if (!in.text(word, 4000)) return {};
  if (word.ends_with(".json")) {
    const Result<std::string> file = files_.find(word);
    if (!file.ok()) {
      in.error(file.errors().front().message, file.errors().front().allowed);
      return {};
    }
    const Found found = load(file.value(), journal);
    if (is_product(file.value(), journal)) {
      in.error(quote(word) + " is the file of a product, which stands on no path",
               "a connection with the product as its strategy");
    } else if (found.empty()) {
      in.error("the profile file " + quote(word) + " cannot be used", "a profile without mistakes");
    }
    return found;
  }
  const bool plain = word.find_first_of("/\\") == std::string::npos && !word.empty();
  const std::string file = plain ? file_of(word, journal) : std::string();
  if (!file.empty()) {
    const Found found = load(file, journal);
    if (found.empty() || found.name() == word) return found;
    in.error("the file " + quote(file) + " has the profile " + quote(found.name()),
             "a file that is called as its profile");
    return {};
  }
  const Found found = builtin(word);
  known = !found.empty();
  return found;
}

ProfileFinder::Found ProfileFinder::read_on_path(Reader& in, std::string& word, Journal& journal) {
  bool known = false;
  const Found found = read(in, word, journal, known);
  if (!known) report_unknown(in, word, journal);
  refuse_pool(in, found);
  return found;
}

void ProfileFinder::refuse_pool(const Reader& in, const Found& found) {
  if (found.pool == nullptr) return;
  in.error(quote(found.pool->name) + " is a pool of connections, and stands on no path",
           "a connection with {\"pool\": " + quote(found.pool->name) + "}");
}

const PoolDocument* ProfileFinder::read_pool(Reader& in, Journal& journal) {
  std::string word;
  bool known = false;
  const Found found = read(in, word, journal, known);
  if (found.pool != nullptr || (known && found.empty())) return found.pool;
  std::vector<std::string_view> names;
  for (const PoolDocument* pool : builtin_pools()) names.emplace_back(pool->name);
  in.error(known ? quote(word) + " stands on a path, and is no pool of connections"
                 : "there is no pool " + quote(word),
           join_choices(names) + "; or a file, such as \"./my-pool.json\"",
           closest_word(word, names));
  return nullptr;
}

const ProfileDocument* ProfileFinder::read_box(Reader& in, Journal& journal) {
  std::string word;
  const Found found = read_on_path(in, word, journal);
  if (found.proxy != nullptr) {
    in.error(quote(word) + " is a proxy, which ends the connection and begins another one",
             "{\"proxy\": {\"profile\": " + quote(word) + "}}");
  }
  return found.box;
}

const ProxyDocument* ProfileFinder::read_proxy(Reader& in, Journal& journal) {
  std::string word;
  const Found found = read_on_path(in, word, journal);
  if (found.box != nullptr) {
    in.error(quote(word) + " is a box, through which connections pass, and no proxy",
             "{\"middlebox\": {\"profile\": " + quote(word) + "}}");
  }
  return found.proxy;
}

bool ProfileFinder::is_proxy(const std::string& word) {
  const SourceText nothing("", "");
  Journal untold(nothing);
  if (word.ends_with(".json")) {
    const Result<std::string> file = files_.find(word);
    return file.ok() && load(file.value(), untold).proxy != nullptr;
  }
  const bool plain = word.find_first_of("/\\") == std::string::npos && !word.empty();
  const std::string file = plain ? file_of(word, untold) : std::string();
  return (file.empty() ? builtin(word) : load(file, untold)).proxy != nullptr;
}

void ProfileFinder::report_unknown(Reader& in, const std::string& word, Journal& journal) {
  const std::vector<std::string> names = known_names(journal);
  const std::vector<std::string_view> words(names.begin(), names.end());
  Diagnostic mistake = unknown_profile(word, words);
  // A profile file whose name is the word, but not that of its profile.
  for (const std::string& path : paths_) {
    std::error_code code;
    if (fs::is_directory(path, code) || fs::path(path).stem() != word) continue;
    if (const Found found = load(path, journal); !found.empty()) {
      const std::string& name = found.name();
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
