// SPDX-License-Identifier: Apache-2.0
#include "document/command_marks.h"

#include "document/width.h"

namespace stayalive {

bool CommandMarks::completes(char32_t code) {
  if (code >= 0x80 && code_point_width(code) == 0) return false;
  const bool letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
  const bool completed = code == '[' && hashes_ == 2;
  if (code == '#') {
    if (hashes_ < 2) ++hashes_;
  } else if (!letter || hashes_ < 2) {
    hashes_ = 0;
  }
  return completed;
}

}  // namespace stayalive
