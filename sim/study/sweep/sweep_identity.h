// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "study/sweep/sweep.h"

namespace stayalive {

// On what the results of a sweep depend.
struct SweepIdentity {
  std::string program;         // its version
  std::uint64_t text = 0;      // digests of the scenario's text,
  std::uint64_t profiles = 0;  // and of all profile files that it may use
  std::string axes;            // paths and values
  std::string replacements;    // likewise
  std::uint64_t runs = 0;
  std::optional<std::uint64_t> seed;

  // Differs, but for chance, where any of them does.
  std::uint64_t fingerprint() const;
};
// Reads the profile files; one that cannot be read counts as empty.
SweepIdentity identify(const ScenarioDocument& document, const SweepRequest& request,
                       const Sweep& sweep, std::string program);

// The first line of the log of such a sweep, with its line end.
std::string sweep_log_head(const SweepIdentity& identity);
// Of the first line of a log; nothing where that is damaged, or of another format.
std::optional<SweepIdentity> read_sweep_log_head(std::string_view text);
// What is wrong with a log whose first line is whole, and of another sweep or another format than
// this one; empty where nothing is, or where the line is damaged.
std::vector<Diagnostic> refuse_sweep_log(std::string_view text, const std::string& file,
                                         const SweepIdentity& identity);
// The grid of the sweep, no point of which is done; nothing where that was written by nobody.
std::optional<Sweep> undone_sweep(const SweepIdentity& identity);

}  // namespace stayalive
