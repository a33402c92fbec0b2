// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <string>

namespace stayalive {

// A bar on standard error that shows how far a piece of work has come, and for how long it will go
// on.  Where standard error is no terminal it says nothing; when it ends it takes itself away.
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
  using Clock = std::chrono::steady_clock;

  const std::size_t total_;
  const std::string what_;
  const bool terminal_;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point drawn_{};
  bool visible_ = false;
};

}  // namespace stayalive
