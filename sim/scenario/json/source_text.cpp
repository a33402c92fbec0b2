// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/source_text.h"

#include <algorithm>
#include <utility>

namespace stayalive {

namespace {

constexpr std::size_t kBlock = 1024;

// Bytes 10xxxxxx continue a character of UTF-8.
bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

}  // namespace

SourceText::SourceText(std::string_view text, std::string file)
    : text_(text), file_(std::move(file)), line_starts_{0} {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (i % kBlock == 0) characters_before_block_.push_back(characters);
    if (begins_character(text_[i])) ++characters;
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
  characters_before_block_.push_back(characters);
}

std::size_t SourceText::characters_before(std::size_t offset) const {
  const std::size_t block = offset / kBlock;
  std::size_t characters = characters_before_block_[block];
  for (std::size_t i = block * kBlock; i < offset; ++i) characters += begins_character(text_[i]);
  return characters;
}

SourceText::Position SourceText::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t start = *(after - 1);
  Position place;
  place.line = static_cast<std::uint32_t>(after - line_starts_.begin());
  place.column += static_cast<std::uint32_t>(characters_before(offset) - characters_before(start));
  return place;
}

}  // namespace stayalive
