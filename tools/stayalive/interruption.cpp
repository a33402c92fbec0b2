// SPDX-License-Identifier: Apache-2.0
#include "interruption.h"

#include <csignal>
#include <cstdlib>

namespace stayalive {

Interruption::Interruption() : signals_(context_, SIGINT, SIGTERM) {
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
    if (stop_.stop_requested()) std::_Exit(kInterrupted);
    stop_.request_stop();
    wait();
  });
}

}  // namespace stayalive
