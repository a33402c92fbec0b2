// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/time.h"

namespace stayalive {

// When something is said of work that goes on: often on a terminal, where it is drawn over what was
// there, and once in a few seconds elsewhere.  Quick work says nothing.
class Pace {
 public:
  Pace();
  bool terminal() const { return terminal_; }
  // Whether something is to be said now; then it is taken for said.
  bool due();
  std::chrono::steady_clock::duration passed() const;

 private:
  using Clock = std::chrono::steady_clock;

  const bool terminal_;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point next_;
};

// Says on standard error what is going on; on a terminal in one line, which takes itself away.
class StatusLine {
 public:
  StatusLine() = default;
  ~StatusLine() { clear(); }
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  // To be called by one thread at a time.
  void show(const std::string& what);
  void clear();

 private:
  Pace pace_;
  bool visible_ = false;
};

// Says on standard error how far a piece of work has come, and for how long it will go on: on a
// terminal as a bar, which takes itself away when it ends.
class Progress {
 public:
  // total: how many parts the work has; what: "scenarios".
  Progress(std::size_t total, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // done: how many parts are done.  To be called by one thread at a time.
  void show(std::size_t done);
  // Takes the bar away, so that something else may be written; the next show() draws it again.
  void hide();

 private:
  const std::size_t total_;
  const std::string what_;
  Pace pace_;
  bool visible_ = false;
};

// Says on standard error how far a single run has come.
class RunProgress {
 public:
  explicit RunProgress(Duration whole) : whole_(whole) {}
  // For RunOptions::progress, while this lives.
  std::function<void(TimePoint, std::uint64_t)> show();

 private:
  Duration whole_;
  StatusLine line_;
};

}  // namespace stayalive
