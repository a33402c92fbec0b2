// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace stayalive {

// One line of what happened to a connection.  Lines that look alike have equal shapes.
struct StoryLine {
  TimePoint at;
  std::uint32_t shape = 0;
};

// Numbers texts from 0 in the order in which they first come; equal texts have equal numbers.
class Shapes {
 public:
  std::uint32_t number_of(const std::string& text) {
    return numbers_.try_emplace(text, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

 private:
  // Looked up, never walked through.
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

// Lines that stand for all their repetitions in a row.
struct Passage {
  // [begin, end): the first time.
  std::size_t begin = 0;
  std::size_t end = 0;
  // [last_begin, last_end): the last time; the same where it happens once.
  std::size_t last_begin = 0;
  std::size_t last_end = 0;
  // At least 1.
  std::size_t times = 1;
  // From the beginning of the first time to that of the second; zero where it happens once.
  Duration period{};
  // Whether all others follow each other as the first two do, give or take an eighth.
  bool steady = false;
};

// Lines that are not so far apart are one exchange.
inline constexpr Duration kPause = 1s;
// What happens more often in a row is listed once and counted.
inline constexpr std::size_t kListedEachTime = 3;

// Where no pause ends an exchange, it is looked at after so many lines, and again after as many.
inline constexpr std::size_t kLongExchange = 64;
// With which shape an exchange of so many lines begins anew each time: the one that comes most
// often, and first of those; empty where none is listed more often than each time.
std::optional<std::uint32_t> find_refrain(const std::vector<std::uint32_t>& shapes);

// Cuts lines in order of time into passages that cover them all.  Lines with less than a second
// between them are one exchange, unless it is a long one that repeats itself without a pause
// (find_refrain); more than three lines alike that go on for longer are an exchange each.  Up to
// six exchanges that repeat at once, and together more than three times, are one passage; every
// other exchange is a passage of its own.
std::vector<Passage> find_passages(const std::vector<StoryLine>& lines);

// Runs of digits, with a fraction or not, become one sign, so that two keepalives look alike.
std::string without_numbers(const std::string& text);

}  // namespace stayalive
