// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/journal.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace stayalive {

namespace {
constexpr std::size_t kMostErrors = 1000;
constexpr std::size_t kMostErrorBytes = std::size_t{1} << 20;
}  // namespace

void Journal::add(std::size_t offset, std::string pointer, std::string message, std::string allowed,
                  std::string suggestion) {
  if (full()) {
    ++beyond_;
    return;
  }
  const SourceText::Position at = position(offset);
  keep({source_.file(), at.line, at.column, std::move(pointer), std::move(message),
        std::move(allowed), std::move(suggestion)});
}

void Journal::add(std::vector<Diagnostic> errors) {
  for (Diagnostic& error : errors) {
    if (full()) {
      ++beyond_;
    } else {
      keep(std::move(error));
    }
  }
}

SourceText::Position Journal::position(std::size_t offset) const {
  const std::size_t beyond = source_.text().size() + 1;
  if (offset < beyond || offset - beyond >= elsewhere_.size()) return source_.position(offset);
  return elsewhere_[offset - beyond];
}

void Journal::keep(Diagnostic error) {
  bytes_ += error.pointer.size() + error.message.size() + error.allowed.size();
  errors_.push_back(std::move(error));
}

bool Journal::full() const { return errors_.size() >= kMostErrors || bytes_ >= kMostErrorBytes; }

std::vector<Diagnostic> Journal::take() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  if (beyond_ > 0) {
    errors_.push_back(
        {source_.file(), 0, 0, {}, "and " + std::to_string(beyond_) + " more", {}, {}});
  }
  beyond_ = 0;
  bytes_ = 0;
  return std::exchange(errors_, {});
}

}  // namespace stayalive
