// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace stayalive {

// What a part of a text says about what it names.  Printers show it by colour or not at all.
enum class Tone : std::uint8_t { Plain, Good, Bad, Warn, Strong, Faint };

// Words of one tone.
struct Phrase {
  Phrase(std::string words, Tone manner = Tone::Plain) : text(std::move(words)), tone(manner) {}
  Phrase(const char* words) : text(words) {}
  std::string text;
  Tone tone = Tone::Plain;
};

// Phrases that are read one after the other.  Nothing stands between them but what they say.
using Sentence = std::vector<Phrase>;

std::string plain_text(const Sentence& sentence);
// Its phrases as safe_line and safe_lines of safe_text.h make them.
Sentence safe_line(const Sentence& sentence);
Sentence safe_lines(const Sentence& sentence);

}  // namespace stayalive
