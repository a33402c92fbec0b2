// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "api/stayalive.h"
#include "base/guarded.h"
#include "base/result.h"
#include "document/document.h"
#include "scenario/parse.h"

// What the functions of the library have in common: their options as the floors below know them,
// and results as they know them as JSON.
namespace stayalive::api {

std::vector<Mistake> mistakes_of(const std::vector<Diagnostic>& diagnostics);
// As `--format json` prints it.
std::string json_of(const Document& document);
// How scenarios are read with these options; every mistake in them.
Result<ParseOptions> parse_options(const Options& options);

// What the work returns, or that there was not enough memory for it.
template <class Made, class Work>
Made made_by(Work&& work) {
  Made made;
  const std::vector<Diagnostic> failed = guarded("", [&] { made = work(); });
  if (failed.empty()) return made;
  Made none;
  none.mistakes = mistakes_of(failed);
  return none;
}

// An answer that is nothing but mistakes.
template <class Made>
Made refusal(const std::vector<Diagnostic>& diagnostics) {
  Made made;
  made.mistakes = mistakes_of(diagnostics);
  return made;
}

}  // namespace stayalive::api
