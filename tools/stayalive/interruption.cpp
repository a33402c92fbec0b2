// SPDX-License-Identifier: Apache-2.0
#include "interruption.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "base/text.h"
#include "command.h"

namespace stayalive {

Interruption::Interruption(std::optional<Duration> time_limit)
    : time_limit_(time_limit), signals_(context_, SIGINT, SIGTERM), timer_(context_) {
  wait();
  if (time_limit_) {
    // A clock that counts on from the machine's start holds no longer ones.
    timer_.expires_after(std::min<Duration>(*time_limit_, 365 * 24h));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      out_of_time_ = !stop_.stop_requested();
      stop_.request_stop();
    });
  }
  thread_ = std::thread([this] { context_.run(); });
}

Interruption::~Interruption() {
  context_.stop();
  thread_.join();
}

void Interruption::wait() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    if (stop_.stop_requested()) std::_Exit(kInterrupted);
    stop_.request_stop();
    wait();
  });
}

int Interruption::exit_code() const { return out_of_time_ ? kOutOfTime : kInterrupted; }

std::string Interruption::reason() const {
  return out_of_time_ ? "stopped by --time-limit " + print_duration(*time_limit_) : "interrupted";
}

}  // namespace stayalive
