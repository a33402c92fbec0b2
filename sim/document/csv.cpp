// SPDX-License-Identifier: Apache-2.0
#include "document/csv.h"

namespace stayalive {
namespace {

std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

void write_csv_row(std::ostream& out, std::span<const std::string> fields) {
  const char* before = "";
  for (const std::string& text : fields) {
    out << before << field(text);
    before = ",";
  }
  out << "\r\n";
}

}  // namespace stayalive
