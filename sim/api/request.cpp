// SPDX-License-Identifier: Apache-2.0
#include "api/request.h"

#include <fmt/format.h>

#include <sstream>

#include "document/print/formats.h"
#include "scenario/values/assignment.h"

namespace stayalive::api {

std::vector<Mistake> mistakes_of(const std::vector<Diagnostic>& diagnostics) {
  std::vector<Mistake> mistakes;
  for (const Diagnostic& diagnostic : diagnostics) {
    mistakes.push_back({diagnostic.file, diagnostic.line, diagnostic.column, diagnostic.pointer,
                        diagnostic.message, diagnostic.allowed, diagnostic.suggestion});
  }
  return mistakes;
}

std::string json_of(const Document& document) {
  std::ostringstream text;
  make_printer("json", text, {})->print(document);
  return text.str();
}

Result<ParseOptions> parse_options(const Options& options) {
  ParseOptions parse;
  parse.profile_paths = options.profiles;
  parse.limits.events = options.max_events;
  parse.limits.memory = options.max_memory;
  std::vector<Diagnostic> errors;
  // As in a scenario.
  constexpr std::uint64_t kLargestSeed = INT64_MAX;
  if (options.seed && *options.seed > kLargestSeed) {
    errors.emplace_back();
    errors.back().message = fmt::format("the seed {} is too large", *options.seed);
    errors.back().allowed = fmt::format("0 to {}", kLargestSeed);
  }
  for (const std::string& text : options.set) {
    const Result<Replacement> read = parse_assignment(text, kSetOrigin);
    if (read.ok()) {
      parse.replacements.push_back(read.value());
    } else {
      errors.insert(errors.end(), read.errors().begin(), read.errors().end());
    }
  }
  if (!errors.empty()) return errors;
  return parse;
}

}  // namespace stayalive::api
