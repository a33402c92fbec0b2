// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "document/style.h"
#include "picture/ladder/ladder.h"

namespace stayalive {

// A ladder that appears row by row, as on a screen.  It knows no clock: advance() tells it how much
// real time has gone by.  A row takes some of it, and what lies between two rows the more the
// longer it lasts; meanwhile the timers of boxes run down.
class LadderShow {
 public:
  enum class Key : std::uint8_t { Pause, Forward, Back, Faster, Slower, Begin, End };

  explicit LadderShow(Ladder ladder) : ladder_(std::move(ladder)) {}

  void advance(Duration real);
  // Forward and Back go a row on or back and stand still then.
  void press(Key key);

  bool stands_still() const { return paused_ || ended(); }
  bool ended() const { return row_ + 1 == ladder_.rows.size() && part_ >= span_of(row_); }
  // How many rows are there so far, at least one.
  std::size_t rows() const { return row_ + 1; }
  // The virtual time that is shown.
  TimePoint now() const;

  // The fewest columns and lines of a screen that it can be shown on.
  std::size_t least_columns() const;
  static constexpr std::size_t kLeastLines = 8;
  // What a screen of this size shows: so many lines at most, each ended but the last, none of more
  // columns.  One that is too small is told so.
  std::string frame(std::size_t columns, std::size_t lines, const Style& style) const;

 private:
  Duration span_of(std::size_t row) const;
  Ladder::Row row_so_far() const;
  std::string status(std::size_t columns) const;

  Ladder ladder_;
  std::size_t row_ = 0;
  Duration part_{};  // of the real time that it takes
  int speed_ = 0;    // twice as fast for each
  bool paused_ = false;
};

}  // namespace stayalive
