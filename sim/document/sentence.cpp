// SPDX-License-Identifier: Apache-2.0
#include "document/sentence.h"

#include "document/safe_text.h"

namespace stayalive {

std::string plain_text(const Sentence& sentence) {
  std::string text;
  for (const Phrase& phrase : sentence) text += phrase.text;
  return text;
}

Sentence safe_line(const Sentence& sentence) {
  Sentence safe;
  for (const Phrase& phrase : sentence) safe.emplace_back(safe_line(phrase.text), phrase.tone);
  return safe;
}

Sentence safe_lines(const Sentence& sentence) {
  Sentence safe;
  for (const Phrase& phrase : sentence) safe.emplace_back(safe_lines(phrase.text), phrase.tone);
  return safe;
}

}  // namespace stayalive
