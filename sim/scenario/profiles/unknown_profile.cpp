// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/unknown_profile.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "base/text.h"
#include "scenario/json/reader.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"

namespace stayalive {
namespace {

constexpr std::size_t kMostSimilar = 10;
constexpr std::size_t kMostProfilesListed = 10;
constexpr std::size_t kLongestCompared = 100;

// As names of profiles are written: small letters, and a hyphen for what stands between words.
std::string as_name(std::string_view word) {
  std::string name;
  for (const char c : word.substr(0, kLongestCompared)) {
    const auto byte = static_cast<unsigned char>(c);
    name += c == '_' || c == ' ' || c == '.' ? '-' : static_cast<char>(std::tolower(byte));
  }
  return name;
}

std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('-'), name.size());
    if (end > 0) parts.push_back(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return parts;
}

// How many parts of the word begin a part of the name.
std::size_t shared_parts(std::string_view word, std::string_view name) {
  std::size_t shared = 0;
  const std::vector<std::string_view> names = parts_of(name);
  for (const std::string_view part : parts_of(word)) {
    if (part.size() < 2) continue;
    const auto begins = [part](std::string_view whole) { return whole.starts_with(part); };
    if (std::ranges::any_of(names, begins)) ++shared;
  }
  return shared;
}

// The names that share most parts with the word.
std::vector<std::string_view> similar_names(std::string_view word,
                                            std::span<const std::string_view> known) {
  std::vector<std::string_view> found;
  std::size_t most = 1;
  for (const std::string_view name : known) {
    const std::size_t shared = shared_parts(word, name);
    if (shared > most) found.clear();
    most = std::max(most, shared);
    if (shared == most) found.push_back(name);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

std::vector<std::string_view> builtin_names() {
  std::vector<std::string_view> names;
  for (const ProfileDocument* document : builtin_profiles())
    names.emplace_back(document->profile.name);
  for (const ProxyDocument* document : builtin_proxies()) names.emplace_back(document->name);
  std::ranges::sort(names);
  return names;
}

Diagnostic unknown_profile(const std::string& word, std::span<const std::string_view> known) {
  Diagnostic mistake;
  const std::string name = as_name(word);
  mistake.message = "there is no profile " + quote(word);
  const std::vector<std::string_view> similar = similar_names(name, known);
  mistake.suggestion =
      std::ranges::find(known, name) != known.end() ? name : closest_word(name, known);
  if (mistake.suggestion.empty() && similar.size() == 1) mistake.suggestion = similar.front();
  if (!mistake.suggestion.empty()) return mistake;
  if (!similar.empty() && similar.size() <= kMostSimilar) {
    mistake.allowed = join_choices(similar) + "; `stayalive profiles` lists all";
    return mistake;
  }
  mistake.allowed =
      known.size() <= kMostProfilesListed
          ? join_choices(known)
          : "one of the " + std::to_string(known.size()) + " that `stayalive profiles` lists";
  mistake.allowed += "; or a file, such as \"./my-box.json\"";
  return mistake;
}

}  // namespace stayalive
