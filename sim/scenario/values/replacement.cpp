// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/replacement.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scenario/values/axis.h"
#include "scenario/values/document_path.h"

namespace stayalive {
namespace {

constexpr std::size_t kMostWords = 64;
constexpr std::size_t kMostValues = 400'000;
// Long lists of names help nobody, and comparing with all of them takes long.
constexpr std::size_t kMostListedWords = 20;
constexpr std::size_t kMostComparedWords = 200;
constexpr std::size_t kMostShown = 6;

constexpr std::array<std::string_view, 3> kHopKinds{"link", "middlebox", "proxy"};
constexpr std::array<std::string_view, 3> kDefaultHopNames{"link-", "box-", "proxy-"};
constexpr std::array<std::string_view, 4> kLists{"path", "connections", "events", "expect"};
// These hosts are there even when the scenario does not say anything about them.
constexpr std::array<std::string_view, 2> kDefaultHosts{"client", "server"};

template <std::size_t kCount>
bool one_of(const std::array<std::string_view, kCount>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::size_t values_in(const JsonValue& value) {
  std::size_t count = 1;
  for (const JsonValue& item : value.items) count += values_in(item);
  return count;
}

void mark_all(JsonValue& value, std::size_t mark) {
  value.offset = mark;
  for (JsonValue::Key& key : value.keys) key.offset = mark;
  for (JsonValue& item : value.items) mark_all(item, mark);
}

// The kind of a hop by its position in kHopKinds; empty when it is none.
std::optional<std::size_t> hop_kind(const JsonValue& hop) {
  for (std::size_t kind = 0; kind < kHopKinds.size(); ++kind) {
    if (hop.find(kHopKinds[kind]) != nullptr) return kind;
  }
  return std::nullopt;
}

std::string own_name(const JsonValue& value) {
  const JsonValue* name = value.find("name");
  return name != nullptr && name->kind == JsonValue::Kind::Text ? name->text : std::string();
}

// What the elements of a list are called, by position; an element without a name has none.
std::vector<std::string> names_of(const JsonValue& list, std::string_view pointer) {
  std::array<std::size_t, kHopKinds.size()> counts{};
  std::vector<std::string> names;
  for (const JsonValue& item : list.items) {
    std::string name = own_name(item);
    if (pointer == "/connections" && name.empty()) {
      name = "connection-" + std::to_string(names.size() + 1);
    } else if (pointer == "/path") {
      if (const std::optional<std::size_t> kind = hop_kind(item)) {
        ++counts[*kind];
        name = own_name(*item.find(kHopKinds[*kind]));
        if (name.empty())
          name = std::string(kDefaultHopNames[*kind]) + std::to_string(counts[*kind]);
      }
    }
    names.push_back(std::move(name));
  }
  return names;
}

// "/path/3" and its like.
bool is_hop(std::string_view pointer) {
  constexpr std::string_view kFront = "/path/";
  return pointer.starts_with(kFront) && pointer.find('/', kFront.size()) == std::string_view::npos;
}

std::optional<std::size_t> position(const std::string& word, std::size_t size) {
  if (word.empty() || word.size() > 6 ||
      word.find_first_not_of("0123456789") != std::string::npos ||
      (word.size() > 1 && word.front() == '0')) {
    return std::nullopt;
  }
  const std::size_t number = std::stoul(word);
  return number < size ? std::optional(number) : std::nullopt;
}

// Walks down the document and puts the value wherever the path ends.
class Walker {
 public:
  Walker(const Replacement& replacement, std::size_t mark, Journal& journal)
      : replacement_(replacement), value_(replacement.value), mark_(mark), journal_(journal) {
    mark_all(value_, mark);
    size_ = values_in(value_);
  }

  // Whether it has failed for want of an element of that name.
  bool lacks_element() const { return lacks_element_; }

  bool start(JsonValue& root) {
    const DocumentPath path(replacement_.path);
    if (path.words() > kMostWords) return fail("the path is too long", "at most 64 words");
    if (path.first() == "sweep") return fail("the sweep itself cannot be varied");
    return walk(root, path, {});
  }

 private:
  bool walk(JsonValue& value, const DocumentPath& rest, const std::string& pointer) {
    if (rest.done()) return replace(value);
    if (value.kind == JsonValue::Kind::Text && is_strategy(pointer)) make_object(value);
    if (value.kind == JsonValue::Kind::Object) {
      return rest.star() ? walk_members(value, *rest.after("*"), pointer)
                         : walk_object(value, rest, pointer);
    }
    if (value.kind == JsonValue::Kind::Array) {
      return rest.star() ? walk_items(value, *rest.after("*"), pointer)
                         : walk_list(value, rest, pointer);
    }
    return fail("at " + pointer + " there is " + quote(value) + ", and nothing is below it",
                "a path that ends there");
  }

  bool replace(JsonValue& value) {
    if (size_ > left_) return fail("this makes too many values", "at most 400,000 values");
    left_ -= size_;
    value = value_;
    return true;
  }

  // A strategy without options is written as a word.
  static bool is_strategy(std::string_view pointer) {
    return pointer.starts_with("/connections/") && pointer.ends_with("/strategy");
  }
  static void make_object(JsonValue& value) {
    JsonValue object;
    object.kind = JsonValue::Kind::Object;
    object.offset = value.offset;
    object.keys.push_back({value.text, value.offset});
    object.items.emplace_back().kind = JsonValue::Kind::Object;
    object.items.back().offset = value.offset;
    value = std::move(object);
  }

  bool walk_members(JsonValue& object, const DocumentPath& rest, const std::string& pointer) {
    if (object.items.empty()) return fail("at " + pointer + " there is nothing");
    for (std::size_t i = 0; i < object.items.size(); ++i) {
      const std::string place = pointer + '/' + pointer_token(object.keys[i].text);
      if (!walk(object.items[i], rest, place)) return false;
    }
    return true;
  }

  // `path.*.link.delay`: a kind of hop chooses among all.
  bool walk_items(JsonValue& list, const DocumentPath& rest, const std::string& pointer) {
    const bool chooses = pointer == "/path" && !rest.done() && one_of(kHopKinds, rest.first());
    bool any = false;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      if (chooses && list.items[i].find(rest.first()) == nullptr) continue;
      if (!walk(list.items[i], rest, pointer + '/' + std::to_string(i))) return false;
      any = true;
    }
    lacks_element_ = !any;
    return any || fail("at " + pointer + " there is " +
                       (chooses ? "no " + rest.first() : std::string("nothing")));
  }

  bool walk_object(JsonValue& object, const DocumentPath& rest, const std::string& pointer) {
    std::size_t best = object.keys.size();
    for (std::size_t i = 0; i < object.keys.size(); ++i) {
      const std::string& key = object.keys[i].text;
      const bool longer = best == object.keys.size() || key.size() > object.keys[best].text.size();
      if (longer && rest.after(key)) best = i;
    }
    // What a hop is need not be said.
    if (best == object.keys.size() && is_hop(pointer) && !rest.is_pointer() &&
        !one_of(kHopKinds, rest.first())) {
      if (const std::optional<std::size_t> kind = hop_kind(object)) {
        const auto inside = object.find(kHopKinds[*kind]) - object.items.data();
        return walk(object.items[static_cast<std::size_t>(inside)], rest,
                    pointer + '/' + std::string(kHopKinds[*kind]));
      }
    }
    if (best == object.keys.size()) return walk_new(object, rest, pointer);
    const std::string key = object.keys[best].text;
    return walk(object.items[best], *rest.after(key), pointer + '/' + pointer_token(key));
  }

  bool walk_new(JsonValue& object, const DocumentPath& rest, const std::string& pointer) {
    // The keys of timers contain dots.
    const bool timer = pointer.ends_with("/timeouts") && !rest.is_pointer();
    const std::string key = timer ? rest.all() : rest.first();
    const DocumentPath left = *rest.after(key);
    if (key.empty()) return fail("the path has an empty word", "words joined by single dots");
    if (pointer == "/hosts" && !one_of(kDefaultHosts, key)) {
      std::vector<std::string> names(kDefaultHosts.begin(), kDefaultHosts.end());
      for (const JsonValue::Key& host : object.keys) {
        if (!one_of(kDefaultHosts, host.text)) names.push_back(host.text);
      }
      return fail_among(key, pointer, std::move(names), {});
    }
    // A server where nobody calls has no effect.
    if (pointer == "/servers") {
      std::vector<std::string> names;
      for (const JsonValue::Key& server : object.keys) names.push_back(server.text);
      return fail_among(key, pointer, std::move(names), {});
    }
    if (pointer.empty() && one_of(kLists, key) && !left.done()) {
      lacks_element_ = true;
      return fail("the scenario has no " + quote(key));
    }
    object.keys.push_back({key, mark_});
    JsonValue& made = object.items.emplace_back();
    made.kind = JsonValue::Kind::Object;
    made.offset = mark_;
    return walk(made, left, pointer + '/' + pointer_token(key));
  }

  bool walk_list(JsonValue& list, const DocumentPath& rest, const std::string& pointer) {
    const std::vector<std::string> names = names_of(list, pointer);
    std::size_t best = names.size();
    for (std::size_t i = 0; i < names.size() && !rest.is_pointer(); ++i) {
      const bool longer = best == names.size() || names[i].size() > names[best].size();
      if (!names[i].empty() && longer && rest.after(names[i])) best = i;
    }
    const std::string word = rest.first();
    std::optional<DocumentPath> left;
    if (best < names.size()) {
      left = rest.after(names[best]);
    } else if (const std::optional<std::size_t> at = position(word, names.size())) {
      best = *at;
      left = rest.after(word);
    } else {
      std::string positions = "an empty list";
      if (names.size() == 1) positions = "0";
      if (names.size() > 1) positions = "0 to " + std::to_string(names.size() - 1);
      return fail_among(word, pointer, rest.is_pointer() ? std::vector<std::string>() : names,
                        positions);
    }
    return walk(list.items[best], *left, pointer + '/' + std::to_string(best));
  }

  bool fail_among(const std::string& word, const std::string& pointer,
                  std::vector<std::string> names, const std::string& positions) {
    lacks_element_ = true;
    std::erase(names, std::string());
    std::vector<std::string_view> words(names.begin(), names.end());
    std::string meant;
    if (words.size() <= kMostComparedWords) meant = closest_word(word.substr(0, 100), words);
    if (words.size() > kMostListedWords) words.resize(kMostListedWords);
    if (!positions.empty()) words.push_back(positions);
    return fail("at " + pointer + " there is no " + quote(word), join_choices(words), meant);
  }

  bool fail(std::string message, std::string allowed = {}, std::string suggestion = {}) {
    const bool swept = replacement_.origin.empty();
    journal_.add(mark_, swept ? "/sweep/" + pointer_token(replacement_.path) : std::string(),
                 "the path leads nowhere: " + std::move(message), std::move(allowed),
                 std::move(suggestion));
    return false;
  }

  const Replacement& replacement_;
  JsonValue value_;  // with every offset at the mark
  std::size_t size_ = 1;
  std::size_t mark_;
  std::size_t left_ = kMostValues;
  bool lacks_element_ = false;
  Journal& journal_;
};

// Short, on one line.
std::string shown(std::string_view text) {
  const std::string quoted = quote(text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::string print_replacement(const Replacement& replacement) {
  return shown(replacement.path) + '=' + shown(label(replacement.value));
}

std::string print_replacements(std::span<const Replacement> replacements) {
  std::string text;
  for (const Replacement& replacement :
       replacements.first(std::min(replacements.size(), kMostShown))) {
    text += text.empty() ? "with " : ", ";
    text += replacement.origin.empty() ? std::string("sweep") : replacement.origin;
    text += ' ' + print_replacement(replacement);
  }
  if (replacements.size() > kMostShown) {
    text += " and " + std::to_string(replacements.size() - kMostShown) + " more";
  }
  return text;
}

bool put(JsonValue& root, const Replacement& replacement, std::size_t mark, Journal& journal) {
  return Walker(replacement, mark, journal).start(root);
}

bool lacks_place(const JsonValue& root, const Replacement& replacement) {
  const SourceText nowhere({}, {});
  Journal unread(nowhere);
  JsonValue copy = root;
  Walker walker(replacement, 0, unread);
  return !walker.start(copy) && walker.lacks_element();
}

}  // namespace stayalive
