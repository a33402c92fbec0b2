// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

namespace stayalive {

std::string to_string(const Diagnostic& diagnostic) {
  std::string text;
  if (!diagnostic.file.empty()) {
    text += diagnostic.file;
    if (diagnostic.line > 0) {
      text += ':' + std::to_string(diagnostic.line);
      if (diagnostic.column > 0) text += ':' + std::to_string(diagnostic.column);
    }
    text += ": ";
  }
  if (!diagnostic.pointer.empty()) text += "at " + diagnostic.pointer + ": ";
  text += diagnostic.message;
  if (!diagnostic.allowed.empty()) text += "; allowed: " + diagnostic.allowed;
  if (!diagnostic.suggestion.empty()) text += "; did you mean \"" + diagnostic.suggestion + "\"?";
  return text;
}

}  // namespace stayalive
