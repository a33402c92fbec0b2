// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <stop_token>
#include <string>
#include <thread>

namespace stayalive {

inline constexpr int kInterrupted = 130;  // exit code, as a shell has it for SIGINT

// While it lives, the first Ctrl-C (SIGINT) or SIGTERM requests a stop and the second one ends the
// program at once.  With last words the first one says them on standard error and ends the program.
class Interruption {
 public:
  explicit Interruption(std::string last_words = "");
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  bool requested() const { return stop_.stop_requested(); }

 private:
  void wait();

  std::string last_words_;
  std::stop_source stop_;
  boost::asio::io_context context_;
  boost::asio::signal_set signals_;
  std::thread thread_;
};

}  // namespace stayalive
