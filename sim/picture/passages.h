// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace stayalive {

// One line of a story: when it happens, and what it looks like.
struct StoryLine {
  TimePoint at;
  std::uint32_t shape = 0;  // equal for lines that look alike
};

// Gives each text a number, so that a long story need not keep the texts.
class Shapes {
 public:
  std::uint32_t number_of(const std::string& text) {
    return numbers_.try_emplace(text, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;  // looked up, never walked through
};

// Some lines [begin, end) of a story, which may be told once for many times.
struct Passage {
  std::size_t begin = 0;  // of the first time
  std::size_t end = 0;
  std::size_t last_begin = 0;  // of the last time; as begin where it happens once
  std::size_t last_end = 0;
  std::size_t times = 1;
  Duration period{};    // from the beginning of the first time to that of the second
  bool steady = false;  // whether the others follow each other as the first two, give or take 1/8
};

// What happens more often in a row is told once and counted.
inline constexpr std::size_t kListedEachTime = 3;

// Cuts a story, in order of time, into passages that cover it.  Lines with less than a second
// between them are one exchange; more than three lines alike that go on for longer are an exchange
// each.  Up to six exchanges that repeat at once, and together more than three times, are one
// passage, everything else is told exchange by exchange.
std::vector<Passage> find_passages(const std::vector<StoryLine>& lines);

// Runs of digits, with a fraction or not, become one sign, so that two keepalives look alike.
std::string without_numbers(const std::string& text);

}  // namespace stayalive
