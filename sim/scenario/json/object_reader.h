// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/json/reader.h"

namespace stayalive {

// Checked access to the keys of one object.  Whoever reads asks for every key that may occur, also
// when describing; the others are reported, with the word that was probably meant.
class ObjectReader {
 public:
  ~ObjectReader();
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  // `help` has to last as long as this object.
  // A key that has to be there.
  Reader required(std::string_view key, std::string_view help);
  // A key that may be missing; then the value that the getter is given holds.
  Reader with_default(std::string_view key, std::string_view help);
  // A key that may be missing; what holds then depends on other values, and the help tells it.
  Reader optional(std::string_view key, std::string_view help);
  // A key that may be missing or null, which is the same.
  Reader nullable(std::string_view key, std::string_view help);
  // As optional(), of a key that only other objects of this kind have: it is read, so that its
  // mistake can say more, but not offered.
  Reader not_offered(std::string_view key, std::string_view help);
  // A key that is known and yet not accepted; reason is a sentence.
  void refused(std::string_view key, std::string_view reason);
  // One of the two keys has to be there.
  void needs_either(std::string_view key, std::string_view other);
  // At least one of the keys has to be there; what: a sentence for when none is.
  void needs_any(std::span<const std::string_view> keys, std::string_view what);

  bool has(std::string_view key) const;
  bool describing() const { return self_.describing(); }
  // Reports a mistake in the value of `key`, or in the object when the key is missing.
  void error_at(std::string_view key, std::string message, std::string allowed = {}) const;

 private:
  friend class Reader;
  explicit ObjectReader(const Reader& self);
  Reader field(std::string_view key, std::string_view help, bool required, bool default_matters);
  void report_unknown_keys() const;
  // The offered key that was probably meant by an unknown one with this value; empty when none is
  // likely.
  std::string meant_by(const std::string& key, const JsonValue& value) const;
  void describe(Reader::OtherKeys others) const;

  struct Known {
    std::string key;
    std::string help;
    bool offered = true;
  };

  const Reader& self_;
  std::vector<Known> known_;
  // While describing: the properties, each at a place of its own that does not move.
  std::vector<std::pair<std::string, std::unique_ptr<nlohmann::ordered_json>>> properties_;
  std::vector<std::string> required_;
  std::vector<std::pair<std::string, std::string>> either_;
  std::vector<std::string> any_;
};

}  // namespace stayalive
