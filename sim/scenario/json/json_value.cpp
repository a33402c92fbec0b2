// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/json_value.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "scenario/json/syntax.h"

namespace stayalive {
namespace {

constexpr std::size_t kDeepest = 64;

// "400,000"
std::string with_commas(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

// Walks over the text and counts the bytes that were read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  std::size_t* count_;
};

using JsonLibrary = nlohmann::json;

// Builds the tree from the events of the JSON library.
class Builder final : public nlohmann::json_sax<JsonLibrary> {
 public:
  Builder(const SourceText& source, std::vector<Diagnostic>& errors, std::size_t most_values)
      : source_(source), errors_(errors), most_values_(most_values) {}
  std::size_t* counter() { return &read_; }
  JsonValue take() { return std::move(root_); }

  bool null() override { return add(JsonValue::Kind::Null, read_ - 4) != nullptr; }
  bool boolean(bool flag) override {
    JsonValue* value = add(JsonValue::Kind::Boolean, read_ - (flag ? 4 : 5));
    if (value != nullptr) value->flag = flag;
    return value != nullptr;
  }
  bool number_integer(number_integer_t integer) override { return number(integer); }
  bool number_unsigned(number_unsigned_t integer) override {
    if (integer > INT64_MAX) return number(std::nullopt);
    return number(static_cast<std::int64_t>(integer));
  }
  bool number_float(number_float_t, const string_t&) override { return number(std::nullopt); }
  bool string(string_t& text) override {
    JsonValue* value = add(JsonValue::Kind::Text, opening_quote());
    if (value != nullptr) value->text = std::move(text);
    return value != nullptr;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Kind::Object); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::Array); }
  bool key(string_t& text) override {
    open_.back()->keys.push_back({std::move(text), opening_quote()});
    place_ = SyntaxPlace::AfterKey;
    understood_ = read_;
    return true;
  }
  bool end_object() override {
    report_repeated_keys(*open_.back());
    return close();
  }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const JsonLibrary::exception& error) override {
    constexpr int kNumberTooLarge = 406;  // the library's number for it
    if (error.id == kNumberTooLarge) {
      number(std::nullopt);
      fail(last_offset_, "this number is too large", "a whole number up to 9223372036854775807");
    } else {
      errors_.push_back(explain_syntax(source_, place_, understood_, read_));
    }
    return false;
  }

 private:
  // A new value in the innermost open array or object, or the document itself.
  JsonValue* add(JsonValue::Kind kind, std::size_t offset) {
    if (++values_ > most_values_) {
      fail(offset, "the document has too many values",
           "at most " + with_commas(most_values_) + " values");
      return nullptr;
    }
    JsonValue& value = open_.empty() ? root_ : open_.back()->items.emplace_back();
    value.kind = kind;
    value.offset = offset;
    last_offset_ = offset;
    settle(read_);
    return &value;
  }
  // A value, or an array or object that closes here, is complete.
  void settle(std::size_t end) {
    understood_ = end;
    if (open_.empty()) {
      place_ = SyntaxPlace::End;
    } else {
      const bool object = open_.back()->kind == JsonValue::Kind::Object;
      place_ = object ? SyntaxPlace::AfterMember : SyntaxPlace::AfterItem;
    }
  }
  bool open(JsonValue::Kind kind) {
    const std::size_t offset = read_ - 1;
    if (open_.size() == kDeepest) {
      fail(offset, "the document is nested too deeply", "at most 64 levels");
      return false;
    }
    JsonValue* value = add(kind, offset);
    if (value == nullptr) return false;
    open_.push_back(value);
    const bool object = kind == JsonValue::Kind::Object;
    place_ = object ? SyntaxPlace::ObjectOpened : SyntaxPlace::ArrayOpened;
    return true;
  }
  bool close() {
    open_.pop_back();
    settle(read_);
    return true;
  }
  bool number(std::optional<std::int64_t> integer) {
    // The library has to look at the sign after a number to know that it ends.
    const std::string_view text = source_.text();
    const auto is_part = [&](std::size_t i) {
      return std::string_view("0123456789+-.eE").find(text[i]) != std::string_view::npos;
    };
    std::size_t end = read_;
    if (end > 0 && !is_part(end - 1)) --end;
    std::size_t start = end;
    while (start > 0 && is_part(start - 1)) --start;
    JsonValue* value = add(JsonValue::Kind::Number, start);
    if (value == nullptr) return false;
    value->text = text.substr(start, end - start);
    value->integer = integer;
    settle(end);
    return true;
  }
  // Where the text begins whose closing quote was read last: at the nearest quote to the left that
  // no backslash escapes.  Nothing that may stand before a text ends in a backslash.
  std::size_t opening_quote() const {
    const std::string_view text = source_.text();
    std::size_t at = read_ - 1;
    while (at > 0) {
      --at;
      if (text[at] == '"' && (at == 0 || text[at - 1] != '\\' || !escaped(at))) return at;
    }
    return at;
  }
  bool escaped(std::size_t quote) const {
    std::size_t backslashes = 0;
    while (backslashes < quote && source_.text()[quote - 1 - backslashes] == '\\') ++backslashes;
    return backslashes % 2 == 1;
  }
  // The innermost place that is being read, or `levels` above it.
  std::string pointer(std::size_t levels = 0) const {
    std::string text;
    for (const JsonValue* value : std::span(open_).first(open_.size() - levels)) {
      if (value->kind == JsonValue::Kind::Object) {
        if (!value->keys.empty()) text += '/' + pointer_token(value->keys.back().text);
      } else if (!value->items.empty()) {
        text += '/' + std::to_string(value->items.size() - 1);
      }
    }
    return text;
  }
  void fail(std::size_t offset, std::string message, std::string allowed) {
    fail_at(pointer(), offset, std::move(message), std::move(allowed));
  }
  void fail_at(std::string place, std::size_t offset, std::string message, std::string allowed) {
    const SourceText::Position at = source_.position(offset);
    errors_.push_back({source_.file(),
                       at.line,
                       at.column,
                       std::move(place),
                       std::move(message),
                       std::move(allowed),
                       {}});
  }
  void report_repeated_keys(const JsonValue& object) {
    std::vector<const JsonValue::Key*> sorted;
    for (const JsonValue::Key& key : object.keys) sorted.push_back(&key);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto* a, const auto* b) { return a->text < b->text; });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (sorted[i - 1]->text != sorted[i]->text) continue;
      fail_at(pointer(1) + '/' + pointer_token(sorted[i]->text), sorted[i]->offset,
              "the key " + quote(sorted[i]->text) + " stands here a second time",
              "each key once in an object");
      if (errors_.size() > 1000) return;
    }
  }

  const SourceText& source_;
  std::vector<Diagnostic>& errors_;
  JsonValue root_;
  std::vector<JsonValue*> open_;  // stable: a container only grows while it is the innermost
  SyntaxPlace place_ = SyntaxPlace::Beginning;
  std::size_t read_ = 0;
  std::size_t understood_ = 0;
  std::size_t last_offset_ = 0;
  std::size_t values_ = 0;
  std::size_t most_values_;
};

// Cuts at a whole character of UTF-8.
std::string_view shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size() && i < items.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

std::optional<JsonValue> parse_json(const SourceText& source, std::vector<Diagnostic>& errors,
                                    std::size_t most_values) {
  const std::string_view text = source.text();
  // The JSON library takes a NUL byte for the end of the text.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    const SourceText::Position at = source.position(nul);
    errors.push_back(
        {source.file(), at.line, at.column, {}, "found a NUL byte", "text in UTF-8", {}});
    return std::nullopt;
  }
  Builder builder(source, errors, most_values);
  const CountingIterator begin(text.data(), builder.counter());
  const CountingIterator end(text.data() + text.size(), builder.counter());
  if (!JsonLibrary::sax_parse(begin, end, &builder, JsonLibrary::input_format_t::json, true,
                              true)) {
    CHECK(!errors.empty(), "a text that cannot be read is explained");
    return std::nullopt;
  }
  return builder.take();
}

std::string pointer_token(std::string_view key) {
  constexpr std::size_t kLongest = 200;
  std::string token;
  for (const char c : shortened(key, kLongest)) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return key.size() > kLongest ? token + "..." : token;
}

std::string quote(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string quote = "\"";
  for (const char c : shortened(text, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      quote += std::string("\\u00") + kDigits[byte >> 4] + kDigits[byte & 15];
    } else {
      if (c == '"' || c == '\\') quote += '\\';
      quote += c;
    }
  }
  return quote + (text.size() > kLongest ? "...\"" : "\"");
}

std::string quote(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::Null:
      return "null";
    case JsonValue::Kind::Boolean:
      return value.flag ? "true" : "false";
    case JsonValue::Kind::Number:
      return std::string(shortened(value.text, 40));
    case JsonValue::Kind::Text:
      return quote(value.text);
    case JsonValue::Kind::Array:
      return "a list";
    case JsonValue::Kind::Object:
      break;
  }
  return "an object";
}

}  // namespace stayalive
