// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/object_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "base/text.h"

namespace stayalive {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kMostTyped = 100;

// The first help that has the word, as products and kernels call things: "TCP_KEEPIDLE".  Short
// words stand in too many.
std::optional<std::size_t> word_in_help(std::string_view typed,
                                        std::span<const std::string_view> helps) {
  constexpr std::size_t kShortest = 4;
  if (typed.size() < kShortest) return std::nullopt;
  const auto is_of_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const auto same = [](char a, char b) {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c - '\0'; };
    return small(a) == small(b);
  };
  for (std::size_t i = 0; i < helps.size(); ++i) {
    const std::string_view help = helps[i];
    const auto found = std::search(help.begin(), help.end(), typed.begin(), typed.end(), same);
    if (found == help.end()) continue;
    const auto after = found + static_cast<std::ptrdiff_t>(typed.size());
    const bool whole = (found == help.begin() || !is_of_word(*(found - 1))) &&
                       (after == help.end() || !is_of_word(*after));
    if (whole) return i;
  }
  return std::nullopt;
}

}  // namespace

ObjectReader::ObjectReader(const Reader& self) : self_(self) {}
ObjectReader::~ObjectReader() = default;

Reader ObjectReader::field(std::string_view key, std::string_view help, bool required,
                           bool default_matters) {
  known_.push_back({std::string(key), std::string(help)});
  if (describing()) {
    auto& [name, place] = properties_.emplace_back(key, std::make_unique<Json>(Json::object()));
    if (!help.empty()) (*place)["description"] = help;
    if (required) required_.emplace_back(key);
    Reader reader(*self_.schema_, *place);
    reader.default_matters_ = default_matters;
    return reader;
  }
  const JsonValue* value = self_.value_->find(key);
  if (value == nullptr) {
    if (required) {
      self_.error("the key " + quote(key) + " is missing", std::string(help));
    }
    return {};
  }
  return {self_, *value, self_.pointer_ + '/' + pointer_token(key)};
}

Reader ObjectReader::required(std::string_view key, std::string_view help) {
  return field(key, help, true, false);
}

Reader ObjectReader::with_default(std::string_view key, std::string_view help) {
  return field(key, help, false, true);
}

Reader ObjectReader::optional(std::string_view key, std::string_view help) {
  return field(key, help, false, false);
}

Reader ObjectReader::nullable(std::string_view key, std::string_view help) {
  Reader reader = field(key, help, false, false);
  const bool null = reader.present() && reader.value_->kind == JsonValue::Kind::Null;
  return null ? Reader() : reader;
}

Reader ObjectReader::not_offered(std::string_view key, std::string_view help) {
  Reader reader = field(key, help, false, false);
  known_.back().offered = false;
  return reader;
}

void ObjectReader::refused(std::string_view key, std::string_view reason) {
  if (!has(key)) return;
  known_.push_back({std::string(key), {}});
  error_at(key, std::string(reason));
}

void ObjectReader::needs_either(std::string_view key, std::string_view other) {
  if (describing()) {
    either_.emplace_back(key, other);
  } else if (!has(key) && !has(other)) {
    self_.error("neither " + quote(key) + " nor " + quote(other) + " is given",
                "one of them, or both");
  }
}

void ObjectReader::needs_any(std::span<const std::string_view> keys, std::string_view what) {
  if (describing()) {
    any_.assign(keys.begin(), keys.end());
    return;
  }
  if (std::ranges::none_of(keys, [this](std::string_view key) { return has(key); }))
    self_.error(std::string(what), "at least one of " + join_choices(keys));
}

bool ObjectReader::has(std::string_view key) const {
  return self_.present() && self_.value_->find(key) != nullptr;
}

void ObjectReader::error_at(std::string_view key, std::string message, std::string allowed) const {
  if (!self_.present()) return;
  const JsonValue* value = self_.value_->find(key);
  if (value == nullptr) {
    self_.error(std::move(message), std::move(allowed));
  } else {
    self_.journal_->add(value->offset, self_.pointer_ + '/' + pointer_token(key),
                        std::move(message), std::move(allowed));
  }
}

void ObjectReader::report_unknown_keys() const {
  std::vector<std::string_view> words;
  for (const Known& known : known_) {
    if (known.offered) words.push_back(known.key);
  }
  for (std::size_t i = 0; i < self_.value_->keys.size(); ++i) {
    const JsonValue::Key& key = self_.value_->keys[i];
    if (std::ranges::find(known_, key.text, &Known::key) != known_.end()) continue;
    if (self_.journal_->full()) {  // counted only: explaining it would take too long
      self_.journal_->add(key.offset, {}, {});
      continue;
    }
    self_.journal_->add(key.offset, self_.pointer_ + '/' + pointer_token(key.text),
                        "the key " + quote(key.text) + " is not known here",
                        words.empty() ? "no key" : join_choices(words),
                        meant_by(key.text, self_.value_->items[i]));
  }
}

std::string ObjectReader::meant_by(const std::string& key, const JsonValue& value) const {
  std::vector<std::string_view> words;
  std::vector<std::string_view> helps;
  for (const Known& known : known_) {
    if (!known.offered) continue;
    words.push_back(known.key);
    helps.push_back(known.help);
  }
  const std::string typed = key.substr(0, kMostTyped);
  // "tcp": {"established": ...} for "tcp.established".
  for (const JsonValue::Key& inner : value.keys) {
    const std::string joined = typed + '.' + inner.text.substr(0, kMostTyped);
    if (std::string meant = closest_word(joined, words); !meant.empty()) return meant;
  }
  if (std::string meant = closest_word(typed, words); !meant.empty()) return meant;
  const std::optional<std::size_t> helped = word_in_help(typed, helps);
  return helped ? std::string(words[*helped]) : std::string();
}

void ObjectReader::describe(Reader::OtherKeys others) const {
  Json& place = *self_.place_;
  place["type"] = "object";
  for (const auto& [name, property] : properties_) place["properties"][name] = *property;
  if (!required_.empty()) place["required"] = required_;
  for (const auto& [key, other] : either_) {
    place["anyOf"] = {{{"required", {key}}}, {{"required", {other}}}};
  }
  for (const std::string& key : any_) place["anyOf"].push_back({{"required", {key}}});
  place["additionalProperties"] = others == Reader::OtherKeys::PassedOver;
}

// The readers of things made of other things are here, too, since they need to know both classes.

void Reader::object(const ReadObject& read, OtherKeys others) {
  if (!describing()) {
    if (!present()) return;
    if (value_->kind != JsonValue::Kind::Object) {
      mismatch("an object in braces");
      return;
    }
  }
  ObjectReader fields(*this);
  read(fields);
  if (describing()) {
    fields.describe(others);
  } else if (others == OtherKeys::Mistakes) {
    fields.report_unknown_keys();
  }
}

void Reader::shared(const std::string& shared_name, const ReadItem& read) {
  if (!describing()) {
    if (present()) read(*this);
    return;
  }
  if (!schema_->has(shared_name)) {
    Reader described(*schema_, schema_->shared(shared_name));
    read(described);
  }
  (*place_)["$ref"] = "#/$defs/" + shared_name;
}

void Reader::shared_object(const std::string& shared_name, const ReadObject& read) {
  shared(shared_name, [&read](Reader& in) { in.object(read); });
}

void Reader::object_or(const ReadObject& read_object, const ReadItem& read_other) {
  if (describing()) {
    Json alternatives = Json::array({Json::object(), Json::object()});
    Reader other_reader(*schema_, alternatives[0]);
    read_other(other_reader);
    Reader(*schema_, alternatives[1]).object(read_object);
    (*place_)["anyOf"] = std::move(alternatives);
    return;
  }
  if (!present()) return;
  if (value_->kind == JsonValue::Kind::Object) {
    object(read_object);
  } else {
    read_other(*this);
  }
}

void Reader::array(std::size_t least, std::size_t most, const ReadItem& read) {
  if (describing()) {
    Json item = Json::object();
    Reader reader(*schema_, item);
    read(reader);
    (*place_)["type"] = "array";
    if (least > 0) (*place_)["minItems"] = least;
    (*place_)["maxItems"] = most;
    (*place_)["items"] = std::move(item);
    return;
  }
  if (!present()) return;
  if (value_->kind != JsonValue::Kind::Array) {
    mismatch("a list in brackets");
    return;
  }
  if (value_->items.size() < least || value_->items.size() > most) {
    error("found a list of " + std::to_string(value_->items.size()),
          "from " + std::to_string(least) + " to " + std::to_string(most) + " items");
    return;
  }
  for (std::size_t i = 0; i < value_->items.size(); ++i) {
    Reader item(*this, value_->items[i], pointer_ + '/' + std::to_string(i));
    read(item);
  }
}

void Reader::members(std::size_t most, const ReadMember& read) {
  if (describing()) {
    Json member = Json::object();
    Reader reader(*schema_, member);
    read({}, reader);
    (*place_)["type"] = "object";
    (*place_)["maxProperties"] = most;
    (*place_)["additionalProperties"] = std::move(member);
    return;
  }
  if (!present()) return;
  if (value_->kind != JsonValue::Kind::Object) {
    mismatch("an object in braces");
    return;
  }
  if (value_->items.size() > most) {
    error("found " + std::to_string(value_->items.size()) + " keys",
          "at most " + std::to_string(most));
    return;
  }
  for (std::size_t i = 0; i < value_->items.size(); ++i) {
    const std::string& key = value_->keys[i].text;
    Reader member(*this, value_->items[i], pointer_ + '/' + pointer_token(key));
    read(key, member);
  }
}

void Reader::map(std::size_t most, const ReadMember& read) {
  if (describing()) {
    members(most, read);
    std::string no_default;
    Json name = Json::object();
    Reader(*schema_, name).name(no_default);
    (*place_)["propertyNames"] = std::move(name);
    return;
  }
  std::size_t i = 0;
  members(most, [&](const std::string& key, Reader& member) {
    JsonValue as_text;
    as_text.kind = JsonValue::Kind::Text;
    as_text.offset = value_->keys[i++].offset;
    as_text.text = key;
    std::string name;
    if (Reader(*this, as_text, member.pointer_).name(name)) read(name, member);
  });
}

void Reader::variants(std::span<const Variant> variants) {
  if (describing()) {
    for (const Variant& variant : variants) {
      Json described = Json::object();
      if (!variant.help.empty()) described["description"] = variant.help;
      Reader(*schema_, described).object(variant.read);
      (*place_)["oneOf"].push_back(std::move(described));
    }
    return;
  }
  if (!present()) return;
  if (value_->kind != JsonValue::Kind::Object) {
    mismatch("an object in braces");
    return;
  }
  std::vector<std::string_view> words;
  std::vector<std::string_view> helps;
  std::vector<const Variant*> found;
  for (const Variant& variant : variants) {
    words.push_back(variant.key);
    helps.push_back(variant.help);
    if (value_->find(variant.key) != nullptr) found.push_back(&variant);
  }
  if (found.size() == 1) {
    object(found.front()->read);
    return;
  }
  std::string meant;
  for (const JsonValue::Key& key : value_->keys) {
    if (!found.empty() || !meant.empty()) continue;
    const std::string typed = key.text.substr(0, kMostTyped);
    meant = closest_word(typed, words);
    const std::optional<std::size_t> helped = word_in_help(typed, helps);
    if (meant.empty() && helped) meant = words[*helped];
  }
  if (found.empty()) {
    error("none of the keys that say what this is", "exactly one of " + join_choices(words), meant);
  } else {
    error(quote(found[0]->key) + " and " + quote(found[1]->key) + " exclude each other",
          "exactly one of " + join_choices(words));
  }
}

void Reader::text_or(const ReadItem& read_text, const ReadItem& read_other,
                     std::string_view texts) {
  if (describing()) {
    Json alternatives = Json::array({Json::object(), Json::object()});
    Reader text_reader(*schema_, alternatives[0]);
    text_reader.default_matters_ = default_matters_;
    read_text(text_reader);
    if (alternatives[0].contains("default")) {
      (*place_)["default"] = alternatives[0]["default"];
      alternatives[0].erase("default");
    }
    Reader other_reader(*schema_, alternatives[1]);
    read_other(other_reader);
    (*place_)["anyOf"] = std::move(alternatives);
    return;
  }
  if (!present()) return;
  if (is_text()) {
    read_text(*this);
  } else {
    Reader other = *this;
    other.instead_ = std::string(texts) + " or ";
    read_other(other);
  }
}

}  // namespace stayalive
