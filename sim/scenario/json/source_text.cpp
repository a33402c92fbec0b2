// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/source_text.h"

#include <algorithm>
#include <utility>

namespace stayalive {

SourceText::SourceText(std::string_view text, std::string file)
    : text_(text), file_(std::move(file)), line_starts_{0} {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

SourceText::Position SourceText::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t start = *(after - 1);
  Position place;
  place.line = static_cast<std::uint32_t>(after - line_starts_.begin());
  for (std::size_t i = start; i < offset; ++i) {
    // Bytes 10xxxxxx continue a character of UTF-8.
    if ((static_cast<unsigned char>(text_[i]) & 0xc0) != 0x80) ++place.column;
  }
  return place;
}

}  // namespace stayalive
