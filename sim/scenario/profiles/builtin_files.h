// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/result.h"
#include "scenario/profiles/embedded_profiles.h"

namespace stayalive {

// Files built into the program, each read when somebody first asks for it: most runs need one of
// them.  Any thread may ask.
template <class Document>
class BuiltinFiles {
 public:
  using Parse = Result<Document> (*)(std::string_view text, const std::string& file);
  // The files live as long as the program.
  BuiltinFiles(std::span<const EmbeddedFile> files, Parse parse)
      : files_(files), parse_(parse), entries_(files.size()) {}

  // In the order of their names.
  std::vector<const Document*> all() const {
    std::vector<const Document*> documents;
    for (std::size_t i = 0; i < files_.size(); ++i) documents.push_back(&at(i));
    return documents;
  }
  // nullptr when there is none of that name.
  const Document* find(std::string_view name) const {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (files_[i].name == std::string(name) + ".json") return &at(i);
    }
    return nullptr;
  }

 private:
  struct Entry {
    std::once_flag once;
    Document document;
  };
  const Document& at(std::size_t position) const {
    Entry& entry = entries_[position];
    std::call_once(entry.once, [&] {
      Result<Document> read = parse_(files_[position].text, std::string(files_[position].name));
      const std::string mistake = read.ok() ? "" : to_string(read.errors().front());
      CHECK(read.ok(), ("what is built into the program is without mistakes: " + mistake).c_str());
      entry.document = std::move(read).value();
    });
    return entry.document;
  }

  std::span<const EmbeddedFile> files_;
  Parse parse_;
  mutable std::deque<Entry> entries_;
};

}  // namespace stayalive
