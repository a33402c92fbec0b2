// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "study/sweep/sweep.h"

// The finished points of a sweep as lines of text, each written in one piece, so that whoever is
// interrupted can go on.  The first line says which sweep it is, and each line has a checksum of
// its bytes and of the sweep, so that a line that was cut short, changed or is of another sweep
// costs its own point and no other.
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

// Each with its line end.  fingerprint: of the identity.
std::string sweep_log_head(const SweepIdentity& identity);
std::string sweep_log_line(const Sweep& sweep, std::size_t point, std::uint64_t fingerprint);

// What is wrong with a log that is of the right sweep all the same.
struct SweepLogDamage {
  // A line that is not as it was written, and what is to be written over it, as many bytes.
  struct Line {
    std::uint32_t number = 0;  // from 1
    std::size_t begin = 0;
    std::string repaired;
    bool lost = true;  // a point, or more where a line end was changed
  };
  std::vector<Line> lines;
  // Whether the first line has to be written anew, over as many bytes.
  bool head = false;
  // How many bytes are whole lines; what follows is the rest of one whose writing was cut short.
  std::size_t whole = 0;
};

// Marks the points that the log holds as done.  The log of another sweep, or anything else, is a
// mistake that says what differs.  An empty text holds none.  Lines of blanks are passed over.
Result<SweepLogDamage> read_sweep_log(std::string_view text, const std::string& file,
                                      const SweepIdentity& identity, Sweep& sweep);

}  // namespace stayalive
