// SPDX-License-Identifier: Apache-2.0
#include "interruption.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <utility>

#include "base/text.h"
#include "command.h"
#include "output.h"

namespace stayalive {
namespace {

// As a shell has it of a program that a signal ended.
int exit_code_of_signal(int signal) { return 128 + signal; }

timespec span_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::max(deadline - std::chrono::steady_clock::now(),
                             std::chrono::steady_clock::duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  return {static_cast<time_t>(seconds.count()),
          static_cast<long>(std::chrono::nanoseconds(left - seconds).count())};
}

}  // namespace

int exit_code_of(EndReason reason) {
  switch (reason) {
    case EndReason::Interrupted:
      return exit_code_of_signal(SIGINT);
    case EndReason::Terminated:
      return exit_code_of_signal(SIGTERM);
    default:
      return kOutOfTime;
  }
}

Interruption::Interruption(Work work, std::optional<Duration> time_limit)
    : work_(work), time_limit_(time_limit) {
  // A clock that counts on from the machine's start holds no longer ones.
  if (time_limit_) deadline_ = Clock::now() + std::min<Duration>(*time_limit_, 365 * 24h);
  ::sigemptyset(&signals_);
  ::sigaddset(&signals_, SIGINT);
  ::sigaddset(&signals_, SIGTERM);
  // Only the watching thread takes them; threads that begin later inherit this.
  ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::exception&) {
    // Nobody watches: a signal ends the program, as it ends others.
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    if (time_limit_) throw;
  }
}

Interruption::~Interruption() {
  if (!thread_.joinable()) return;
  over_ = true;
  ::pthread_kill(thread_.native_handle(), SIGINT);
  thread_.join();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interruption::watch() {
  while (!over_) {
    const int signal = next_signal();
    if (over_) return;
    if (signal != 0) {
      take(signal);
    } else if (deadline_ && Clock::now() >= *deadline_) {
      deadline_.reset();
      request({EndReason::TimeLimit, "--time-limit " + print_duration(*time_limit_)});
      request_leave();
    }
  }
}

int Interruption::next_signal() const {
  int signal = 0;
  if (!deadline_) return ::sigwait(&signals_, &signal) == 0 ? signal : 0;
  const timespec left = span_until(*deadline_);
  signal = ::sigtimedwait(&signals_, nullptr, &left);
  return std::max(signal, 0);
}

void Interruption::take(int signal) {
  const EndReason reason = signal == SIGTERM ? EndReason::Terminated : EndReason::Interrupted;
  const bool first = !requested();
  if (leave_.stop_requested() || (first && !working_)) std::_Exit(exit_code_of(reason));
  request({reason, {}});
  if (!first || work_ == Work::Run) request_leave();
  if (!first) return;
  try {
    say(work_ == Work::Run ? "ending the run, once more to leave at once\n"
                           : "finishing the runs that have begun, once more to leave them\n");
  } catch (const std::exception&) {
    // It is a courtesy only.
  }
}

void Interruption::request(EarlyEnd early) {
  {
    const std::lock_guard lock(mutex_);
    if (!early_) early_ = std::move(early);
  }
  stop_.request_stop();
}

void Interruption::reach(const EarlyEnd& early) {
  request(early);
  limited_.request_stop();
  request_leave();
}

void Interruption::request_leave() { leave_.request_stop(); }

std::optional<EarlyEnd> Interruption::early_end() const {
  const std::lock_guard lock(mutex_);
  return early_;
}

void Interruption::give_reason(std::optional<EarlyEnd>& early) const {
  if (early && early->reason == EndReason::Stopped) early = early_end();
}

int Interruption::exit_code() const {
  const std::lock_guard lock(mutex_);
  return exit_code_of(early_.value_or(EarlyEnd{EndReason::Interrupted}).reason);
}

}  // namespace stayalive
