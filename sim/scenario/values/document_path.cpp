// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/document_path.h"

#include <algorithm>

#include "base/check.h"

namespace stayalive {
namespace {

std::string unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char next = i + 1 < token.size() ? token[i + 1] : '\0';
    if (token[i] == '~' && (next == '0' || next == '1')) {
      text += next == '0' ? '~' : '/';
      ++i;
    } else {
      text += token[i];
    }
  }
  return text;
}

}  // namespace

std::string dotted(std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  std::string text;
  for (const char c : path) {
    if (c == '[') text += '.';
    if (c != '[' && c != ']') text += c;
  }
  return text;
}

DocumentPath::DocumentPath(std::string_view text) : rest_(text) {
  if (text.empty() || text.front() != '/') return;
  separator_ = '/';
  rest_.remove_prefix(1);
}

std::string DocumentPath::first() const {
  CHECK(!done_, "a path that has come to its end has no next word");
  const std::string_view word = rest_.substr(0, rest_.find(separator_));
  return is_pointer() ? unescaped(word) : std::string(word);
}

std::string DocumentPath::all() const { return std::string(rest_); }

bool DocumentPath::star() const { return !done_ && !is_pointer() && first() == "*"; }

std::optional<DocumentPath> DocumentPath::after(std::string_view key) const {
  if (done_) return std::nullopt;
  std::size_t end = key.size();
  if (is_pointer()) {
    if (first() != key) return std::nullopt;
    end = std::min(rest_.find(separator_), rest_.size());
  } else if (!rest_.starts_with(key) || (rest_.size() > end && rest_[end] != separator_)) {
    return std::nullopt;
  }
  DocumentPath left;
  left.separator_ = separator_;
  left.done_ = end == rest_.size();
  if (!left.done_) left.rest_ = rest_.substr(end + 1);
  return left;
}

std::size_t DocumentPath::words() const {
  if (done_) return 0;
  return 1 + static_cast<std::size_t>(std::count(rest_.begin(), rest_.end(), separator_));
}

}  // namespace stayalive
