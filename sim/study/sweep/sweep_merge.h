// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "study/sweep/sweep_log.h"

namespace stayalive {

// Puts a sweep together from the logs of its shards, without its scenario: the grid, the results
// and what is printed beside them are in the logs.
class SweepMerge {
 public:
  // program: the version whose logs are taken.
  explicit SweepMerge(std::string program) : program_(std::move(program)) {}

  // Whether it is known which sweep it is; then add() may be called.
  bool begun() const { return !identity_.axes.empty(); }
  // Takes from a log which sweep it is, unless its first line is damaged.  The log of another
  // version of the program is a mistake.
  std::vector<Diagnostic> begin(std::string_view text, const std::string& file);
  // Takes the points of a log, in any order.  A point that another log has, too, with another
  // result is a mistake, and so is the log of another sweep.
  Result<SweepLogDamage> add(std::string_view text, const std::string& file);
  // After the last log.  Runs that an unfinished point would have are taken to be the most that a
  // finished one has.  Without the log of any shard it is not known what the sweep is called.
  Result<Sweep> finish();

  // The points of one shard that are not done.  How many shards there are says the first log of
  // any; the whole sweep is one where there is none.
  struct Gap {
    Shard shard;
    std::size_t points = 0;            // of the shard
    std::vector<std::size_t> missing;  // in their order
    std::string log;                   // of the shard; empty where none was added
  };
  std::vector<Gap> gaps() const;

 private:
  struct Log {
    std::string file;
    std::vector<SweepOrigin> origins;
  };
  const SweepOrigin* origin() const;
  std::string log_of(const Shard& shard) const;

  std::string program_;
  std::string first_;  // the log that said which sweep it is
  SweepIdentity identity_;
  Sweep blank_;
  Sweep sweep_;
  std::vector<Log> logs_;
  std::vector<std::size_t> log_of_point_;  // once it is done
};

// The values of a point as --axis has them: "path.line.loss=1% duration=2h".
std::string values_of_point(const Sweep& sweep, std::size_t point);

}  // namespace stayalive
