// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "output.h"

namespace stayalive {

namespace {

constexpr std::size_t kWidth = 24;
// On a terminal not more often than an eye follows.
constexpr std::chrono::nanoseconds kFirst = 300ms;
constexpr std::chrono::milliseconds kBetween{100};
constexpr std::chrono::nanoseconds kFirstLine = 5s;
constexpr std::chrono::seconds kBetweenLines{5};

// Whether STAYALIVE_PROGRESS is "off".
bool is_silent() {
  const char* wish = std::getenv("STAYALIVE_PROGRESS");
  return wish != nullptr && std::string_view(wish) == "off";
}

}  // namespace

Pace::Pace() : terminal_(has_status()), next_(begun_ + (terminal_ ? kFirst : kFirstLine)) {
  if (is_silent()) next_ = Clock::time_point::max();
}

bool Pace::due() {
  const Clock::time_point now = Clock::now();
  if (now < next_) return false;
  next_ = now + (terminal_ ? Clock::duration(kBetween) : Clock::duration(kBetweenLines));
  return true;
}

std::chrono::steady_clock::duration Pace::passed() const { return Clock::now() - begun_; }

void StatusLine::show(const std::string& what) {
  if (!pace_.due()) return;
  if (!pace_.terminal()) return say(what + "\n");
  visible_ = true;
  draw_status(what);
}

void StatusLine::clear() {
  if (visible_) draw_status("");
  visible_ = false;
}

Progress::Progress(std::size_t total, std::string what) : total_(total), what_(std::move(what)) {}

Progress::~Progress() { hide(); }

void Progress::show(std::size_t done) {
  if (total_ == 0 || !pace_.due()) return;
  std::string left;
  if (done > 0) {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(pace_.passed());
    const double each = static_cast<double>(passed.count()) / static_cast<double>(done);
    const auto span =
        std::chrono::seconds(std::llround(each * static_cast<double>(total_ - done) / 1000.0));
    left = ", " + print_duration(span) + " left";
  }
  const std::string state =
      fmt::format("{}/{} {}, {} %{}", done, total_, what_, done * 100 / total_, left);
  if (!pace_.terminal()) return say(state + "\n");
  const std::size_t filled = done * kWidth / total_;
  draw_status(
      fmt::format("[{}{}] {}", std::string(filled, '#'), std::string(kWidth - filled, '.'), state));
  visible_ = true;
}

void Progress::hide() {
  if (!visible_) return;
  draw_status("");
  visible_ = false;
}

std::function<void(TimePoint, std::uint64_t)> RunProgress::show() {
  return [this](TimePoint now, std::uint64_t events) {
    const Duration reached{std::chrono::floor<std::chrono::seconds>(now - kStart)};
    line_.show(fmt::format("{} of {} simulated, {} %, {} events", print_duration(reached),
                           print_duration(whole_), reached / std::max<Duration>(whole_ / 100, 1ns),
                           events));
  };
}

}  // namespace stayalive
