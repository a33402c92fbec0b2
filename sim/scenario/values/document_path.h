// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace stayalive {

// A path whose words in brackets, "connections[0].start", are joined by dots instead.
std::string dotted(std::string_view path);

// What is left of the path of a Replacement on the way down a document: words joined by dots, or a
// JSON pointer (RFC 6901).  A view of the text that it was made of.
class DocumentPath {
 public:
  // An empty text is a path of one empty word.
  explicit DocumentPath(std::string_view text);

  bool is_pointer() const { return separator_ == '/'; }
  // Whether it has come to its end.
  bool done() const { return done_; }
  // The next word.
  std::string first() const;
  // Everything that is left, as one word.
  std::string all() const;
  // Whether the next word stands for every element; never in a JSON pointer.
  bool star() const;
  // What is left after `key`, which may be several words joined by dots; empty when the path does
  // not go on with it.
  std::optional<DocumentPath> after(std::string_view key) const;
  // How many words are left.
  std::size_t words() const;

 private:
  DocumentPath() = default;

  std::string_view rest_;
  char separator_ = '.';
  bool done_ = false;
};

}  // namespace stayalive
