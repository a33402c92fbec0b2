// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/trace.h"

namespace stayalive {

// A line of a transcript, as a StoryLine with what it says.
struct ToldLine {
  TimePoint at;
  std::uint32_t shape = 0;
  TraceKind kind = TraceKind::Event;
  std::string text;
};

// A passage with its lines: the first time, and the last where it happens more than once.
struct ToldPassage {
  std::vector<ToldLine> first;
  std::vector<ToldLine> last;
  std::size_t times = 1;
  Duration period{};  // as Passage::period
};

// Cuts lines into passages while they come, as find_passages() does when all are there, and keeps
// no more of them than will be shown and a few exchanges besides, however often they repeat.
class PassageTeller {
 public:
  // Lines come in order of time.
  void add(ToldLine line);
  // After the last one.
  std::vector<ToldPassage> finish();
  // How many lines are kept.
  std::size_t held() const { return held_; }

 private:
  static constexpr std::size_t kLongest = 6;  // exchanges of a passage
  // So many exchanges are kept at the beginning of what is not cut yet, and at its end.  Whatever
  // is cut off leaves no more than those to be looked at again.
  static constexpr std::size_t kKept = 48;

  struct Exchange {
    TimePoint at;
    std::size_t shape = 0;
    std::vector<ToldLine> lines;
  };
  // How far the exchanges from the beginning on repeat themselves after so many.
  struct Repetition {
    std::size_t same = 0;
    bool goes_on = true;
  };

  void end_run();
  void pass(ToldLine line, bool begins);
  void cut_long_exchange();
  void end_exchange();
  void take(Exchange exchange);
  bool any_goes_on() const;
  void cut();
  void keep_passage(std::size_t length, std::size_t times);
  Exchange& from_back(std::size_t position);

  // Lines alike in a row that are not known to be an exchange each.
  std::vector<ToldLine> run_;
  std::vector<bool> begins_;  // by line of run_: after a pause, or after lines that were
  std::size_t run_length_ = 0;
  std::uint32_t run_shape_ = 0;
  bool goes_on_ = false;  // for longer than one exchange
  bool each_ = false;
  bool any_ = false;
  TimePoint last_at_;
  std::vector<ToldLine> open_;            // the present exchange
  std::optional<std::uint32_t> refrain_;  // with which it begins anew, being a long one
  std::map<std::vector<std::uint32_t>, std::size_t> shapes_;
  // What is not cut yet: its beginning, and its end where that is far away.
  std::vector<Exchange> head_;
  std::deque<Exchange> tail_;
  std::size_t exchanges_ = 0;
  std::array<Repetition, kLongest + 1> repetitions_{};
  std::vector<ToldPassage> told_;
  std::size_t held_ = 0;
};

}  // namespace stayalive
