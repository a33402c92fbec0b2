// SPDX-License-Identifier: Apache-2.0
#include "document/place.h"

namespace stayalive {

std::string place(const std::string& file, std::uint32_t line, std::uint32_t column) {
  std::string text = file;
  if (line > 0) text += ':' + std::to_string(line);
  if (line > 0 && column > 0) text += ':' + std::to_string(column);
  return text;
}

}  // namespace stayalive
