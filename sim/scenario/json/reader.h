// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "base/units.h"
#include "scenario/json/journal.h"
#include "scenario/json/json_value.h"
#include "scenario/json/schema.h"

namespace stayalive {

class ObjectReader;

// What a span may be, both limits included.
struct SpanLimits {
  Duration least{};
  Duration most = kForever;
};

// Checked access to one place of a document.  The same calls serve two purposes: with a value they
// read and check it; without, they describe into a JSON Schema what they would read, so that the
// schema cannot say anything else than the parser does.
// Every getter returns true when a right value was there, and only then writes `value`.  A wrong
// value is reported; an absent one is not (that is up to ObjectReader::required).  While describing
// nothing is read, and what `value` holds is the default.
class Reader {
 public:
  // Reads the document's outermost value, or the one at `pointer`.
  Reader(Journal& journal, const JsonValue& value, std::string pointer = {});
  // Describes into `place`.
  Reader(Schema& schema, nlohmann::ordered_json& place);

  bool present() const { return value_ != nullptr; }
  bool describing() const { return place_ != nullptr; }
  bool is_text() const;
  // How many mistakes have been reported so far, here or elsewhere.
  std::size_t mistakes() const;
  // False once there are so many that further ones are only counted.
  bool explains_mistakes() const;
  // The key of an object that has a single one; empty for anything else.
  std::string only_key() const;
  // The value as it stands in the text, for quoting; empty while there is none.
  std::string as_written() const;
  const std::string& pointer() const { return pointer_; }
  // Where the value begins in the text; 0, or line 0, while there is none.
  std::size_t offset() const { return value_ == nullptr ? 0 : value_->offset; }
  SourceText::Position position() const;

  bool span(Duration& value, SpanLimits limits = {});
  // A number of seconds, as results have it.
  bool seconds(Duration& value);
  // A span since the beginning of the run.
  bool instant(TimePoint& value);
  bool rate(BitRate& value);
  bool queue(QueueLimit& value);
  bool ratio(Ratio& value);
  bool flag(bool& value);
  // At most `longest` bytes, without control characters other than line breaks.
  bool text(std::string& value, std::size_t longest = 10'000);
  // The same in one line.
  bool line(std::string& value, std::size_t longest);
  // What a thing is called: 1 to 64 letters, digits, "-", "_" and ".", a letter or digit first.
  bool name(std::string& value);
  // Whatever stands there.
  bool anything(JsonValue& value);
  bool whole(std::int64_t& value, std::int64_t least, std::int64_t most);
  template <std::integral Integer>
  bool count(Integer& value, std::int64_t least = 0,
             std::int64_t most = std::numeric_limits<Integer>::max()) {
    std::int64_t whole_value = static_cast<std::int64_t>(value);
    if (!whole(whole_value, least, most)) return false;
    value = static_cast<Integer>(whole_value);
    return true;
  }
  // One of several words; position: which.  While describing, the position of the default.
  // synonyms: what else people write for one of them; not accepted, but answered by a suggestion.
  struct Synonym {
    std::string_view typed;
    std::string_view meant;
  };
  bool word(std::size_t& position, std::span<const std::string_view> words,
            std::span<const Synonym> synonyms = {});
  // Any text, of which these are examples.
  bool text_such_as(std::string& value, std::span<const std::string_view> examples);
  // As word(), where word i stands for the enumerator of that number.
  template <class Enumeration, std::size_t kCount>
  bool choice(Enumeration& value, const std::array<std::string_view, kCount>& words) {
    auto position = static_cast<std::size_t>(value);
    if (!word(position, words)) return false;
    value = static_cast<Enumeration>(position);
    return true;
  }

  using ReadObject = std::function<void(ObjectReader&)>;
  using ReadItem = std::function<void(Reader&)>;
  using ReadMember = std::function<void(const std::string& key, Reader&)>;
  struct Variant {
    std::string_view key;  // the key that only this variant has
    std::string_view help;
    ReadObject read;  // has to ask for the key, too
  };
  enum class OtherKeys : std::uint8_t { Mistakes, PassedOver };
  // others: what becomes of keys that `read` does not ask for.
  void object(const ReadObject& read, OtherKeys others = OtherKeys::Mistakes);
  // An object, described once in the schema under `shared_name`, however often it occurs.
  void shared_object(const std::string& shared_name, const ReadObject& read);
  void array(std::size_t least, std::size_t most, const ReadItem& read);
  // An object whose keys are any texts.
  void members(std::size_t most, const ReadMember& read);
  // An object whose keys are names given by the user.
  void map(std::size_t most, const ReadMember& read);
  // An object that has the key of exactly one of the variants.
  void variants(std::span<const Variant> variants);
  // Anything, described once in the schema under `shared_name`, however often it occurs.
  void shared(const std::string& shared_name, const ReadItem& read);
  // An object is read by the first function, anything else by the second.
  void object_or(const ReadObject& read_object, const ReadItem& read_other);
  // A text is read by the first function, anything else by the second; texts: what a mistake says
  // that the text may be.
  void text_or(const ReadItem& read_text, const ReadItem& read_other,
               std::string_view texts = "a word");

  // Reports a mistake at this place; says nothing while describing or when there is no value.
  void error(std::string message, std::string allowed = {}, std::string suggestion = {}) const;

 private:
  friend class ObjectReader;
  Reader() = default;  // absent
  Reader(const Reader& parent, const JsonValue& value, std::string pointer);

  // What a suggestion is made of; empty for anything else than a text or a number.
  std::string_view word_or_number() const;
  bool mismatch(std::string_view wanted, std::string suggestion = {}) const;
  void describe_default(const std::function<void(nlohmann::ordered_json&)>& write);
  void describe_span(std::string_view shared_name, std::string_view pattern);
  bool shows_default() const { return describing() && default_matters_; }

  Journal* journal_ = nullptr;
  const JsonValue* value_ = nullptr;
  std::string pointer_;
  Schema* schema_ = nullptr;
  nlohmann::ordered_json* place_ = nullptr;
  bool default_matters_ = false;
  std::string instead_;  // what else may stand here than what is read
};

}  // namespace stayalive
