// SPDX-License-Identifier: Apache-2.0
#include "stack/congestion_window.h"

#include <algorithm>

namespace stayalive {

namespace {

// Constants of tcp_cubic.c.  Shares are in 1024ths.
constexpr std::uint32_t kBeta = 717;
constexpr std::uint32_t kRenoScale = 15;       // beta_scale: 8 (1024 + beta) / (3 (1024 - beta))
constexpr std::uint64_t kCubeScale = 410;      // C = 0.4
constexpr std::uint32_t kFirstRise = 20;       // slowest growth before anything was lost
constexpr std::uint32_t kFastestRise = 2;      // acknowledgments for one segment
constexpr Duration kUpdateInterval = 31250us;  // HZ / 32
constexpr std::uint32_t kHystartWindow = 16;   // hystart_low_window
constexpr std::uint32_t kHystartSamples = 8;   // HYSTART_MIN_SAMPLES
constexpr Duration kShortestRise = 4ms;        // of the round trip that tells of a queue
constexpr Duration kLongestRise = 16ms;
constexpr Duration kTrainGap = 2ms;    // hystart_ack_delta_us
constexpr Duration kTrainSlack = 1ms;  // hystart_ack_delay
// Beyond it the arithmetic would overflow, and no path takes so long.
constexpr std::uint64_t kLongestCurve = std::uint64_t{1} << 18;  // 256 s in 1024ths of a second

// The largest number whose cube is no more than `value`.
std::uint64_t cube_root(std::uint64_t value) {
  std::uint64_t low = 0;
  std::uint64_t high = 2'642'245;  // the cube root of 2^64
  while (low < high) {
    const std::uint64_t middle = (low + high + 1) / 2;
    if (middle * middle * middle <= value) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

std::uint64_t in_1024ths(Duration span) {
  return static_cast<std::uint64_t>(span / 1us) * 1024 / 1'000'000;
}

}  // namespace

void CongestionWindow::start(std::uint32_t segments) {
  *this = {};
  segments_ = segments;
}

// bictcp_recalc_ssthresh: what is left of the window, and where the next curve flattens.
std::uint32_t CongestionWindow::cut() {
  largest_ = segments_ < largest_ ? segments_ * (1024 + kBeta) / 2048 : segments_;
  round_ = {};
  epoch_ = {};
  return std::max(segments_ * kBeta / 1024, 2u);
}

void CongestionWindow::on_loss() { segments_ = threshold_ = cut(); }

void CongestionWindow::on_timeout(std::uint32_t in_flight, bool fresh) {
  if (fresh) {
    before_ = segments_;
    threshold_before_ = threshold_;
    threshold_ = cut();
  }
  // bictcp_reset: a timeout forgets what the path bore.
  largest_ = 0;
  segments_ = in_flight + 1;
}

void CongestionWindow::undo_timeout() {
  segments_ = std::max(segments_, before_);
  threshold_ = std::max(threshold_, threshold_before_);
}

void CongestionWindow::on_pause() {
  round_ = {};
  epoch_ = {};
}

void CongestionWindow::on_acknowledged(const News& news, TimePoint now) {
  if (slow_start() && news.latest > Duration::zero()) look_for_queue(news, now);
  // Only a window that was used grows.
  std::uint32_t left = news.segments;
  if (slow_start()) {
    if (segments_ >= 2 * news.in_flight) return;
    const std::uint32_t step = std::min(left, threshold_ - segments_);
    segments_ += step;
    left -= step;
  } else if (news.in_flight < segments_) {
    return;
  }
  if (left > 0) follow_curve(left, news.shortest, now);
}

// hystart_update: slow start ends where acknowledgments that follow each other closely span half
// of a round trip, or where the round trip has grown.
void CongestionWindow::look_for_queue(const News& news, TimePoint now) {
  if (round_.start == kNever || news.position > round_.end) {
    round_ = {now, now, Duration::zero(), news.next, 0};
  }
  if (segments_ < kHystartWindow) return;
  const Duration shortest = std::min(news.shortest, news.latest);
  if (now - round_.last_ack <= kTrainGap) {
    round_.last_ack = now;
    if (now - round_.start > (shortest + kTrainSlack) / 2) threshold_ = segments_;
  }
  const bool first = round_.shortest == Duration::zero();
  round_.shortest = first ? news.latest : std::min(round_.shortest, news.latest);
  if (round_.samples < kHystartSamples) {
    ++round_.samples;
  } else if (round_.shortest > shortest + std::clamp(shortest / 8, kShortestRise, kLongestRise)) {
    threshold_ = segments_;
  }
}

void CongestionWindow::begin_epoch(std::uint32_t acknowledged, TimePoint now) {
  epoch_ = {};
  epoch_.start = now;
  epoch_.reno_credit = acknowledged;
  epoch_.reno_segments = segments_;
  epoch_.origin = std::max(largest_, segments_);
  const std::uint64_t gap = epoch_.origin - segments_;
  // K, in 1024ths of a second: the curve is C (t - K)^3 + W_max.
  const std::uint64_t rise = cube_root((std::uint64_t{1} << 40) / kCubeScale * gap);
  epoch_.rise = Duration{static_cast<std::int64_t>(rise * 1'000'000'000 / 1024)};
}

// bictcp_update and tcp_cong_avoid_ai.
void CongestionWindow::follow_curve(std::uint32_t acknowledged, Duration shortest, TimePoint now) {
  if (epoch_.start == kNever) {
    begin_epoch(acknowledged, now);
  } else {
    epoch_.reno_credit += acknowledged;
  }
  const bool due = epoch_.updated == kNever || epoch_.seen != segments_ ||
                   now - epoch_.updated > kUpdateInterval;
  if (due) {
    epoch_.updated = now;
    epoch_.seen = segments_;
    const Duration at = now - epoch_.start + shortest;
    const Duration gap = at < epoch_.rise ? epoch_.rise - at : at - epoch_.rise;
    const std::uint64_t offset = std::min(in_1024ths(gap), kLongestCurve);
    const std::uint64_t delta = (kCubeScale * offset * offset * offset) >> 40;
    const std::uint64_t target = at < epoch_.rise
                                     ? epoch_.origin - std::min<std::uint64_t>(delta, epoch_.origin)
                                     : epoch_.origin + delta;
    epoch_.per_segment = target > segments_
                             ? segments_ / static_cast<std::uint32_t>(target - segments_)
                             : 100 * segments_;
    if (largest_ == 0) epoch_.per_segment = std::min(epoch_.per_segment, kFirstRise);
    const std::uint32_t reno_step = std::max(segments_ * kRenoScale / 8, 1u);
    epoch_.reno_segments += epoch_.reno_credit / reno_step;
    epoch_.reno_credit %= reno_step;
    if (epoch_.reno_segments > segments_) {
      epoch_.per_segment =
          std::min(epoch_.per_segment, segments_ / (epoch_.reno_segments - segments_));
    }
    epoch_.per_segment = std::max(epoch_.per_segment, kFastestRise);
  }
  if (epoch_.credit >= epoch_.per_segment) {
    epoch_.credit = 0;
    ++segments_;
  }
  epoch_.credit += acknowledged;
  segments_ += epoch_.credit / epoch_.per_segment;
  epoch_.credit %= epoch_.per_segment;
}

void CongestionWindow::walk(StateWalk& walk) {
  walk.still(segments_, threshold_, largest_, before_, threshold_before_);
  walk.instant(round_.start);
  walk.instant(round_.last_ack);
  walk.still(round_.shortest, round_.samples);
  walk.position(round_.end);
  walk.instant(epoch_.start);
  walk.instant(epoch_.updated);
  walk.still(epoch_.rise, epoch_.origin, epoch_.per_segment, epoch_.credit, epoch_.reno_credit,
             epoch_.reno_segments, epoch_.seen);
}

}  // namespace stayalive
