// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"

namespace stayalive {

// One mistake in what a user wrote.  Whatever is unknown stays empty or 0.
struct Diagnostic {
  std::string file;
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1
  std::string pointer;       // JSON pointer, RFC 6901
  std::string message;       // a sentence: what was found and what is wrong with it
  std::string allowed;       // what may stand there
  std::string suggestion;    // "did you mean ..." for a mistyped word
  // Whether its line may be shown: not of a file that somebody else than the user has named.
  bool quotable = true;
};

// "file:line:column: at /pointer: message; allowed: ...; did you mean ...?" with the empty parts
// left out.
std::string to_string(const Diagnostic& diagnostic);

// Either a value or every reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(std::vector<Diagnostic> errors) : errors_(std::move(errors)) {
    CHECK(!errors_.empty(), "a result without a value names at least one error");
  }
  bool ok() const { return value_.has_value(); }
  const T& value() const& {
    CHECK(ok(), "the value of a result is asked for only when there is one");
    return *value_;
  }
  T&& value() && {
    CHECK(ok(), "the value of a result is asked for only when there is one");
    return std::move(*value_);
  }
  const std::vector<Diagnostic>& errors() const { return errors_; }

 private:
  std::optional<T> value_;
  std::vector<Diagnostic> errors_;
};

}  // namespace stayalive
