// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/meant.h"
#include "base/text.h"

namespace stayalive {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kSpan = R"(a span of time such as "30s", "2h4m" or "250ms")";
constexpr std::string_view kLongestSpan = "a span of time of at most 106751d";
constexpr std::string_view kName =
    R"(1 to 64 letters, digits, "-", "_" and ".", a letter or digit first)";
constexpr std::string_view kSpanPattern = R"(^([0-9]+(\.[0-9]+)?(d|h|ms|m|s|us|ns))+$)";
constexpr std::string_view kQueuePattern = R"(^[0-9]+( packets|KiB|MiB|GiB)?$)";
constexpr std::string_view kRatePattern = R"(^[0-9]+(\.[0-9]+)?(Gbps|Mbps|kbps|bps)$)";
constexpr std::string_view kRatioPattern = R"(^([0-9]+/[0-9]+|[0-9]+(\.[0-9]+)?%)$)";
constexpr std::string_view kNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 64 || !is_letter_or_digit(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
  });
}

bool has_line_break(std::string_view text) {
  // The last three: NEL, line and paragraph separator.
  constexpr std::string_view kBreaks[] = {"\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
  return std::ranges::any_of(
      kBreaks, [text](std::string_view each) { return text.find(each) != std::string_view::npos; });
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
  });
}

}  // namespace

Reader::Reader(Journal& journal, const JsonValue& value, std::string pointer)
    : journal_(&journal), value_(&value), pointer_(std::move(pointer)) {}

Reader::Reader(Schema& schema, Json& place) : schema_(&schema), place_(&place) {}

Reader::Reader(const Reader& parent, const JsonValue& value, std::string pointer)
    : journal_(parent.journal_), value_(&value), pointer_(std::move(pointer)) {}

bool Reader::is_text() const { return value_ != nullptr && value_->kind == JsonValue::Kind::Text; }

std::size_t Reader::mistakes() const { return journal_ == nullptr ? 0 : journal_->size(); }

bool Reader::explains_mistakes() const { return journal_ != nullptr && !journal_->full(); }

std::string Reader::only_key() const {
  const bool single =
      value_ != nullptr && value_->kind == JsonValue::Kind::Object && value_->keys.size() == 1;
  return single ? value_->keys[0].text : std::string();
}

std::string Reader::as_written() const {
  if (value_ == nullptr) return {};
  return is_text() || value_->kind == JsonValue::Kind::Number ? value_->text : quote(*value_);
}

SourceText::Position Reader::position() const {
  if (journal_ == nullptr || value_ == nullptr) return {0, 0};
  return journal_->position(value_->offset);
}

void Reader::error(std::string message, std::string allowed, std::string suggestion) const {
  if (journal_ == nullptr || value_ == nullptr) return;
  journal_->add(value_->offset, pointer_, std::move(message), std::move(allowed),
                std::move(suggestion));
}

std::string_view Reader::word_or_number() const {
  const bool number = value_->kind == JsonValue::Kind::Number;
  return is_text() || number ? std::string_view(value_->text) : std::string_view();
}

bool Reader::mismatch(std::string_view wanted, std::string suggestion) const {
  error("found " + quote(*value_), instead_ + std::string(wanted), std::move(suggestion));
  return false;
}

void Reader::describe_default(const std::function<void(Json&)>& write) {
  if (shows_default()) write((*place_)["default"]);
}

void Reader::describe_span(std::string_view shared_name, std::string_view pattern) {
  const std::string name(shared_name);
  if (!schema_->has(name)) {
    schema_->shared(name) = {{"type", "string"}, {"pattern", pattern}};
  }
  (*place_)["$ref"] = "#/$defs/" + name;
}

bool Reader::span(Duration& value, SpanLimits limits) {
  if (describing()) {
    describe_span("span", kSpanPattern);
    describe_default([&](Json& json) { json = print_duration(value); });
    return false;
  }
  if (!present()) return false;
  const std::optional<Duration> parsed = is_text() ? parse_duration(value_->text) : std::nullopt;
  if (!parsed && is_text() && is_too_long_a_duration(value_->text)) return mismatch(kLongestSpan);
  if (!parsed) return mismatch(kSpan, meant_span(word_or_number()));
  if (*parsed < limits.least || *parsed > limits.most) {
    std::string allowed = "a span of at least " + print_duration(limits.least);
    if (limits.most != kForever) allowed += " and at most " + print_duration(limits.most);
    return mismatch(allowed);
  }
  value = *parsed;
  return true;
}

bool Reader::seconds(Duration& value) {
  constexpr double kMost = 9e9;  // nearly the end of time
  if (describing()) {
    (*place_)["type"] = "number";
    (*place_)["minimum"] = 0;
    return false;
  }
  if (!present()) return false;
  double number = -1;
  if (value_->kind == JsonValue::Kind::Number) {
    const std::string& text = value_->text;
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  if (!(number >= 0 && number <= kMost)) return mismatch("a number of seconds");
  value = Duration(std::llround(number * 1e9));
  return true;
}

bool Reader::instant(TimePoint& value) {
  Duration since = value.time_since_epoch();
  if (!span(since)) return false;
  value = later(kStart, since);
  return true;
}

bool Reader::rate(BitRate& value) {
  if (describing()) {
    describe_span("rate", kRatePattern);
    return false;
  }
  if (!present()) return false;
  const std::optional<BitRate> parsed = is_text() ? parse_rate(value_->text) : std::nullopt;
  if (!parsed) {
    return mismatch(R"(a rate above zero such as "10Mbps", "64kbps" or "1Gbps")",
                    meant_rate(word_or_number()));
  }
  value = *parsed;
  return true;
}

bool Reader::queue(QueueLimit& value) {
  if (describing()) {
    describe_span("queue", kQueuePattern);
    describe_default([&](Json& json) { json = print_queue(value); });
    return false;
  }
  if (!present()) return false;
  const std::optional<QueueLimit> parsed = is_text() ? parse_queue(value_->text) : std::nullopt;
  if (!parsed) {
    return mismatch(
        R"(packets or bytes such as "1000 packets" or "256KiB", at most a million or 1GiB)");
  }
  value = *parsed;
  return true;
}

bool Reader::ratio(Ratio& value) {
  if (describing()) {
    describe_span("ratio", kRatioPattern);
    describe_default([&](Json& json) { json = print_ratio(value); });
    return false;
  }
  if (!present()) return false;
  const std::optional<Ratio> parsed = is_text() ? parse_ratio(value_->text) : std::nullopt;
  if (!parsed) {
    return mismatch(R"(a ratio from 0 to 1 such as "1/1000" or "0.5%")",
                    meant_ratio(word_or_number()));
  }
  value = *parsed;
  return true;
}

bool Reader::flag(bool& value) {
  if (describing()) {
    (*place_)["type"] = "boolean";
    describe_default([&](Json& json) { json = value; });
    return false;
  }
  if (!present()) return false;
  if (is_text() && (value_->text == "true" || value_->text == "false")) {
    error("found " + quote(*value_) + ", a word in quotes", "true or false, without quotes");
    return false;
  }
  if (value_->kind != JsonValue::Kind::Boolean) return mismatch("true or false");
  value = value_->flag;
  return true;
}

bool Reader::text(std::string& value, std::size_t longest) {
  if (describing()) {
    (*place_)["type"] = "string";
    (*place_)["maxLength"] = longest;
    if (!value.empty()) describe_default([&](Json& json) { json = value; });
    return false;
  }
  if (!present()) return false;
  if (!is_text()) return mismatch("text in double quotes");
  if (value_->text.size() > longest) {
    return mismatch("text of at most " + std::to_string(longest) + " bytes");
  }
  if (has_control_character(value_->text)) {
    return mismatch("text without control characters other than line breaks");
  }
  value = value_->text;
  return true;
}

bool Reader::line(std::string& value, std::size_t longest) {
  if (describing()) (*place_)["pattern"] = R"(^[^\n]*$)";
  if (present() && is_text() && has_line_break(value_->text)) return mismatch("text in one line");
  return text(value, longest);
}

bool Reader::anything(JsonValue& value) {
  if (!present()) return false;
  value = *value_;
  return true;
}

bool Reader::name(std::string& value) {
  if (describing()) {
    (*place_)["type"] = "string";
    (*place_)["pattern"] = kNamePattern;
    if (!value.empty()) describe_default([&](Json& json) { json = value; });
    return false;
  }
  if (!present()) return false;
  if (!is_text() || !is_name(value_->text)) return mismatch(kName);
  value = value_->text;
  return true;
}

bool Reader::whole(std::int64_t& value, std::int64_t least, std::int64_t most) {
  if (describing()) {
    (*place_)["type"] = "integer";
    (*place_)["minimum"] = least;
    if (most != INT64_MAX) (*place_)["maximum"] = most;
    describe_default([&](Json& json) { json = value; });
    return false;
  }
  if (!present()) return false;
  if (value_->kind != JsonValue::Kind::Number || !value_->integer || *value_->integer < least ||
      *value_->integer > most) {
    const std::string range = std::to_string(least) + " to " + std::to_string(most);
    // A number in quotes is a likely slip.
    const bool digits = is_text() && !value_->text.empty() && value_->text.size() < 10 &&
                        value_->text.find_first_not_of("0123456789") == std::string::npos;
    if (digits) {
      error("found " + quote(*value_) + ", a number in quotes",
            "a whole number from " + range + ", without quotes");
      return false;
    }
    return mismatch("a whole number from " + range);
  }
  value = *value_->integer;
  return true;
}

bool Reader::text_such_as(std::string& value, std::span<const std::string_view> examples) {
  constexpr std::size_t kLongest = 4000;
  const std::string usual = value;
  if (describing()) {
    (*place_)["type"] = "string";
    for (const std::string_view each : examples) (*place_)["examples"].push_back(each);
    describe_default([&](Json& json) { json = usual; });
    return false;
  }
  return text(value, kLongest);
}

bool Reader::word(std::size_t& position, std::span<const std::string_view> words,
                  std::span<const Synonym> synonyms) {
  if (describing()) {
    for (const std::string_view each : words) (*place_)["enum"].push_back(each);
    describe_default([&](Json& json) { json = words[position]; });
    return false;
  }
  if (!present()) return false;
  if (!is_text()) return mismatch(join_choices(words));
  const auto found = std::find(words.begin(), words.end(), value_->text);
  if (found == words.end()) {
    std::string meant = closest_word(value_->text, words);
    for (const Synonym& synonym : synonyms) {
      if (meant.empty() && value_->text == synonym.typed) meant = synonym.meant;
    }
    return mismatch(join_choices(words), meant);
  }
  position = static_cast<std::size_t>(found - words.begin());
  return true;
}

}  // namespace stayalive
