// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/early_end.h"
#include "base/time.h"

namespace stayalive {

// While it lives, Ctrl-C (SIGINT) and SIGTERM ask the work to end before its end.  Of a study the
// first lets no further run begin, the second ends those that have begun between two of their
// events, and what is finished is shown.  A single run is ended by the first, and what is known of
// it is shown.  Whoever asks once more leaves at once.  The end of a time limit ends runs, too.
//
//   const Interruption interruption(Interruption::Work::Study, arguments.time_limit);
//   options.stop = interruption.token();
//   options.leave = interruption.leave();
class Interruption {
 public:
  enum class Work : std::uint8_t { Study, Run };

  // Where there is no further thread to be had, a signal ends the program, and a time limit cannot
  // be kept: std::system_error.
  explicit Interruption(Work work, std::optional<Duration> time_limit = std::nullopt);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // No further run begins.
  std::stop_token token() const { return stop_.get_token(); }
  // Runs end.
  std::stop_token leave() const { return leave_.get_token(); }
  // A run has reached a limit.
  std::stop_token limited() const { return limited_.get_token(); }
  bool requested() const { return stop_.stop_requested(); }
  // The work is over, and what it has found is about to be printed: whoever asks now for the first
  // time leaves at once.
  void finish() { working_ = false; }
  // Who asked first; empty while nobody has.
  std::optional<EarlyEnd> early_end() const;
  // A run has reached a limit: all others are left, too.  To be told by any thread.
  void reach(const EarlyEnd& early);
  // Of a run that was stopped: says who asked for that.
  void give_reason(std::optional<EarlyEnd>& early) const;
  // Of work that was ended early: 130, 143 or kOutOfTime.
  int exit_code() const;

 private:
  using Clock = std::chrono::steady_clock;

  void watch();
  // The next signal; 0 when the time is over, or nobody waits any more.
  int next_signal() const;
  void take(int signal);
  void request(EarlyEnd early);
  void request_leave();

  const Work work_;
  const std::optional<Duration> time_limit_;
  std::optional<Clock::time_point> deadline_;
  sigset_t signals_{};
  sigset_t before_{};
  std::stop_source stop_;
  std::stop_source leave_;
  std::stop_source limited_;
  std::atomic<bool> working_ = true;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::optional<EarlyEnd> early_;
  std::thread thread_;
};

// Of work that was ended early for a reason.
int exit_code_of(EndReason reason);

}  // namespace stayalive
