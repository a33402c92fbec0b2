// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "study/sweep/sweep.h"

// The finished points of a sweep as lines of text, each written in one piece, so that whoever is
// interrupted can go on.  The first line says which sweep it is.
namespace stayalive {

// On what the results of a sweep depend.
struct SweepIdentity {
  std::string program;         // its version
  std::uint64_t text = 0;      // digests of the scenario's text,
  std::uint64_t profiles = 0;  // and of all profile files that it may use
  std::string axes;            // paths and values
  std::uint64_t runs = 0;
  std::optional<std::uint64_t> seed;

  // Differs, but for chance, where any of them does.
  std::uint64_t fingerprint() const;
};
// Reads the profile files; one that cannot be read counts as empty.
SweepIdentity identify(const ScenarioDocument& document, const SweepRequest& request,
                       const Sweep& sweep, std::string program);

// Each with its line end.
std::string sweep_log_head(const SweepIdentity& identity);
std::string sweep_log_line(const Sweep& sweep, std::size_t point);

// Marks the points that the log holds as done.  Returns how many bytes of the text are whole lines:
// what follows is the rest of a line whose writing was cut short, and is ignored.  The log of
// another sweep, or anything else, is a mistake that says what differs.  An empty text holds none.
Result<std::size_t> read_sweep_log(std::string_view text, const std::string& file,
                                   const SweepIdentity& identity, Sweep& sweep);

}  // namespace stayalive
