// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/assignment.h"

#include <utility>
#include <vector>

#include "document/utf8.h"
#include "scenario/values/bare_value.h"
#include "scenario/values/document_path.h"

namespace stayalive {
namespace {

std::vector<Diagnostic> wrong_assignment(const std::string& origin, std::string message,
                                         std::string allowed) {
  return {{{}, 0, 0, {}, origin + ": " + std::move(message), std::move(allowed), {}}};
}

}  // namespace

Result<Replacement> parse_assignment(std::string_view text, std::string origin) {
  if (valid_utf8(text) != text.size() || !is_plain(text)) {
    return wrong_assignment(origin, "the text is not plain", "UTF-8 without control characters");
  }
  const std::size_t equals = text.find('=');
  const std::string path = dotted(without_blanks_around(text.substr(0, equals)));
  if (equals == std::string_view::npos || path.empty()) {
    return wrong_assignment(origin, "found " + quote(text),
                            "PATH=VALUE, for example connections.pool.start=5s");
  }
  Result<JsonValue> value = parse_bare_value(without_blanks_around(text.substr(equals + 1)));
  if (!value.ok()) {
    std::vector<Diagnostic> errors = value.errors();
    for (Diagnostic& error : errors) error.message = origin + " " + path + ": " + error.message;
    return errors;
  }
  return Replacement{path, std::move(value).value(), std::move(origin)};
}

}  // namespace stayalive
