// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/live_session.h"

namespace stayalive {

// What somebody may ask of a live session while it goes on, one line each; spans are of real time,
// a timer's by the boxes' clock:
//
//   flush [BOX]            forget every flow; of all boxes when none is named
//   reboot BOX [SPAN]      forget, and pass nothing for so long, 30 s when missing
//   set BOX TIMER SPAN     the timer has another span from now on
//   cut [LINE] [SPAN]      lose what travels on a line, until it is mended when there is no span
//   mend [LINE]            the opposite
//   flows                  how many flows each box has now
//   help
//
// The answer is lines, of which the last is "ok" or begins with "error: ".  Text of any content is
// safe.
class LiveControl {
 public:
  static constexpr std::size_t kMostLine = 512;

  explicit LiveControl(LiveSession& session) : session_(session) {}
  std::string answer(std::string_view line, TimePoint now);

 private:
  using Words = std::vector<std::string_view>;
  std::string flush(const Words& words, TimePoint now);
  std::string reboot(const Words& words, TimePoint now);
  std::string set(const Words& words, TimePoint now);
  std::string cut(const Words& words, TimePoint now);
  std::string flows() const;
  // By name; the only one when there is no name.
  std::optional<std::size_t> find_box(std::string_view name) const;
  std::optional<std::size_t> find_line(std::string_view name) const;
  std::string no_box(std::string_view name) const;
  std::string no_line(std::string_view name) const;

  LiveSession& session_;
};

}  // namespace stayalive
