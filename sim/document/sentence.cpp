// SPDX-License-Identifier: Apache-2.0
#include "document/sentence.h"

namespace stayalive {

std::string plain_text(const Sentence& sentence) {
  std::string text;
  for (const Phrase& phrase : sentence) text += phrase.text;
  return text;
}

}  // namespace stayalive
