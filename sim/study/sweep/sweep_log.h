// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "study/sweep/shard.h"
#include "study/sweep/sweep.h"
#include "study/sweep/sweep_identity.h"

// The finished points of a sweep as lines of text, each written in one piece, so that whoever is
// interrupted can go on.  The first line says which sweep it is, and each line has a checksum of
// its bytes and of the sweep, so that a line that was cut short, changed or is of another sweep
// costs its own point and no other.
namespace stayalive {

// Of the log of a shard: what is printed beside the points, and whose points they are.
struct SweepOrigin {
  std::string file;   // the scenario's
  std::string title;  // likewise
  Shard shard;
};

// Each with its line end.  fingerprint: of the identity.
std::string sweep_log_origin(const SweepOrigin& origin, std::uint64_t fingerprint);
std::string sweep_log_line(const Sweep& sweep, std::size_t point, std::uint64_t fingerprint);

// All that stand in whole lines of a log: several where several shards went on with it.
std::vector<SweepOrigin> read_sweep_log_origins(std::string_view text, std::uint64_t fingerprint);

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
// mistake that says what differs, and so is a point with two results.  An empty text holds none.
// Lines of blanks are passed over, and so are further first lines of the same sweep.
Result<SweepLogDamage> read_sweep_log(std::string_view text, const std::string& file,
                                      const SweepIdentity& identity, Sweep& sweep);

}  // namespace stayalive
