// SPDX-License-Identifier: Apache-2.0
#include "interruption.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace stayalive {

Interruption::Interruption(std::string last_words)
    : last_words_(std::move(last_words)), signals_(context_, SIGINT, SIGTERM) {
  wait();
  thread_ = std::thread([this] { context_.run(); });
}

Interruption::~Interruption() {
  context_.stop();
  thread_.join();
}

void Interruption::wait() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    if (!last_words_.empty()) {
      // A terminal may show a line of progress.
      std::cerr << (isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "") << last_words_ << std::endl;
    }
    if (stop_.stop_requested() || !last_words_.empty()) std::_Exit(kInterrupted);
    stop_.request_stop();
    wait();
  });
}

}  // namespace stayalive
