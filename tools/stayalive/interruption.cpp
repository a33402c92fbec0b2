// SPDX-License-Identifier: Apache-2.0
#include "interruption.h"

#include <csignal>
#include <cstdlib>
#include <utility>

#include "output.h"

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
    if (!last_words_.empty()) say(last_words_ + "\n");
    if (stop_.stop_requested() || !last_words_.empty()) std::_Exit(kInterrupted);
    stop_.request_stop();
    wait();
  });
}

}  // namespace stayalive
