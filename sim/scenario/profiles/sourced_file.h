// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/option_spec.h"
#include "base/result.h"
#include "scenario/json/object_reader.h"
#include "scenario/profiles/value_status.h"

namespace stayalive {

// A document in which values of a profile were read.
struct ValueSource {
  std::string title;
  std::string date;  // of the text: "2024-02-12", "2024-02", "2024"; when it was read where it
                     // bears none; empty when unknown
  std::string url;
  std::string text() const;  // "title, date, url"
};

struct SourcedValue {
  std::string key;    // as in the profile file: "timeouts.tcp.established"
  std::string value;  // as text: "350s"
  ValueStatus status = ValueStatus::Recalled;
  std::string source;  // ValueSource::text(); empty for Recalled and Chosen
  std::string note;
};

// What the file of a product says beside its values as such: where each of them comes from.
struct SourcedFile {
  std::string summary;  // one or two sentences: what it is and what it does to idle flows
  std::string checked;  // date on which the sources were read, "2026-11-20"
  std::vector<ValueSource> sources;
  std::vector<SourcedValue> values;
  // nullptr when the file does not give it.
  const SourcedValue* find(std::string_view key) const;
  // Of this value; Chosen where the file does not give it, since the model's default is no fact.
  ValueStatus status_of(std::string_view key) const;
};

// Reads what all files of products have in common.
class SourcedFileReader {
 public:
  // file must outlive the reader.
  explicit SourcedFileReader(SourcedFile& file) : file_(file) {}
  // Its name, title, summary, date and sources: everything before the values.
  void read_head(ObjectReader& in, std::string& name, std::string& title);
  // {"value": .., "status": .., "source": .., "note": ..}.  False when the value itself could not
  // be read, whatever is wrong beside it.
  bool read_value(Reader in, const OptionSpec& spec, OptionSlot slot);
  // The same of a value that `read` reads.
  using ReadOneValue = std::function<bool(Reader& value)>;
  bool read_value(Reader in, std::string_view key, std::string_view help, const ReadOneValue& read);

 private:
  void read_source(const std::string& key, Reader& source);
  bool read_sourced(std::string_view key, std::string_view help, const ReadOneValue& read,
                    ObjectReader& in);

  SourcedFile& file_;
  std::map<std::string, std::string, std::less<>> sources_;  // key to title and address
};

// Reads JSON text by this function; every mistake.
std::vector<Diagnostic> read_product_file(std::string_view text, const std::string& file,
                                          const std::function<void(Reader)>& read);

}  // namespace stayalive
