// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "output.h"

namespace stayalive {

namespace {

constexpr std::size_t kWidth = 24;
// Quick work shows nothing, slow work not more often than an eye follows.
constexpr std::chrono::milliseconds kFirst{300};
constexpr std::chrono::milliseconds kBetween{100};

}  // namespace

Progress::Progress(std::size_t total, std::string what)
    : total_(total), what_(std::move(what)), terminal_(has_status()) {}

Progress::~Progress() { hide(); }

void Progress::show(std::size_t done) {
  if (!terminal_ || total_ == 0) return;
  const Clock::time_point now = Clock::now();
  if (now - begun_ < kFirst || now - drawn_ < kBetween) return;
  drawn_ = now;
  const std::size_t filled = done * kWidth / total_;
  std::string left;
  if (done > 0) {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_);
    const double each = static_cast<double>(passed.count()) / static_cast<double>(done);
    const auto span = std::chrono::seconds(
        static_cast<std::int64_t>(each * static_cast<double>(total_ - done) / 1000.0 + 0.5));
    left = ", " + print_duration(span) + " left";
  }
  draw_status(fmt::format("[{}{}] {}/{} {}, {} %{}", std::string(filled, '#'),
                          std::string(kWidth - filled, '.'), done, total_, what_,
                          done * 100 / total_, left));
  visible_ = true;
}

void Progress::hide() {
  if (!visible_) return;
  draw_status("");
  visible_ = false;
}

}  // namespace stayalive
