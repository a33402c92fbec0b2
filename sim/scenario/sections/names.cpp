// SPDX-License-Identifier: Apache-2.0
#include "scenario/sections/names.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace stayalive {

namespace {

constexpr std::array<std::string_view, 7> kKinds{
    "host", "link", "middlebox", "proxy", "connection", "server", "group of alternatives"};

std::string_view word_for(Names::Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

// A long list of names helps nobody.
constexpr std::size_t kMostListed = 20;
// Nor does looking through very many of them again for each mistake.
constexpr std::size_t kMostCompared = 200;

}  // namespace

bool Names::add(const std::string& name, Entry entry) {
  return entries_.emplace(name, entry).second;
}

const Names::Entry* Names::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::string Names::read_new(Reader in, const Reader& owner, std::string fallback, Entry entry) {
  const bool describing = in.describing();
  std::string name = describing ? std::string() : std::move(fallback);
  in.name(name);
  if (describing || add(name, entry)) return name;
  const std::string message = "the name " + quote(name) + " is already that of a " +
                              std::string(word_for(find(name)->kind));
  const Reader& place = in.present() ? in : owner;
  place.error(message,
              "a name of its own for each host, link, middlebox, proxy, server and connection");
  return name;
}

std::optional<Names::Entry> Names::read_reference(Reader& in,
                                                  std::initializer_list<Kind> kinds) const {
  std::string name;
  if (!in.name(name)) return std::nullopt;
  const auto wanted = [&](Kind kind) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  const Entry* entry = find(name);
  if (entry != nullptr && wanted(entry->kind)) return *entry;
  if (!in.explains_mistakes()) {
    in.error({});
    return std::nullopt;
  }
  std::vector<std::string_view> words;
  for (const auto& [each, value] : entries_) {
    if (wanted(value.kind)) words.push_back(each);
  }
  std::vector<std::string_view> kind_words;
  for (const Kind kind : kinds) kind_words.push_back(word_for(kind));
  const std::string suggestion =
      words.size() <= kMostCompared ? closest_word(name, words) : std::string();
  if (words.size() > kMostListed) words.resize(kMostListed);
  const std::string found = entry == nullptr
                                ? "no " + join_choices(kind_words) + " has the name " + quote(name)
                                : quote(name) + " is a " + std::string(word_for(entry->kind)) +
                                      ", not a " + join_choices(kind_words);
  in.error(found, join_choices(words), suggestion);
  return std::nullopt;
}

}  // namespace stayalive
