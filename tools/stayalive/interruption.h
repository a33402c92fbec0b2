// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/time.h"

namespace stayalive {

inline constexpr int kInterrupted = 130;  // exit code, as a shell has it for SIGINT

// While it lives, the first Ctrl-C (SIGINT) or SIGTERM requests a stop and the second one ends the
// program at once.  The end of a time limit requests a stop, too.
class Interruption {
 public:
  explicit Interruption(std::optional<Duration> time_limit = std::nullopt);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  bool requested() const { return stop_.stop_requested(); }
  // Of work that was stopped: kOutOfTime or kInterrupted.
  int exit_code() const;
  // "interrupted", or "stopped by --time-limit 10s".
  std::string reason() const;

 private:
  void wait();

  std::optional<Duration> time_limit_;
  std::atomic<bool> out_of_time_ = false;
  std::stop_source stop_;
  boost::asio::io_context context_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  std::thread thread_;
};

}  // namespace stayalive
