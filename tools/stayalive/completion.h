// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace stayalive {

// What may stand in the place of the last word of a command line that is being typed: commands and
// options of the CLI::App, and names from the registries of the program.  Three scripts in
// tools/completions ask for it with `stayalive complete WORD...`.
struct Completion {
  // Files that fit beside the candidates; folders always do then.
  enum class Files : std::uint8_t { None, Json, Any };
  struct Candidate {
    std::string word;   // the whole word; "=", ":" or "," at its end wants more
    std::string about;  // one line; may be empty
  };
  std::vector<Candidate> candidates;
  Files files = Files::None;
};

// words: those behind the name of the program; the last one, perhaps empty, is being typed.
Completion complete(const CLI::App& app, const std::vector<std::string>& words);

// The commands and the options of one that help shows, in order.
std::vector<const CLI::App*> shown_commands(const CLI::App& app);
std::vector<const CLI::Option*> shown_options(const CLI::App& command);

}  // namespace stayalive
