// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/acknowledgment_delay.h"

#include <algorithm>

#include "base/ticks.h"

namespace stayalive {

namespace {
constexpr std::uint32_t kDefaultSegment = 536;  // TCP_MSS_DEFAULT, RFC 9293 section 3.7.1
constexpr std::uint32_t kSmallestSegment = 88;  // TCP_MIN_MSS
constexpr std::uint32_t kHeader = 32;           // with timestamps
constexpr std::uint32_t kPlainHeader = 20;      // without options
constexpr std::uint32_t kQuickAnswers = 16;     // TCP_MAX_QUICKACKS
// Without a message boundary and outside a conversation the delay stays below half a second.
constexpr Duration kLongestDelay = 500ms;
}  // namespace

void AcknowledgmentDelay::start(const TcpConfig& config, std::uint32_t window, TimePoint now) {
  full_segment_ = std::max(std::min({config.mss, kDefaultSegment, window / 2}), kSmallestSegment);
  last_data_ = now;
  conversation_ = config.conversing;
  if (conversation_) delay_ = config.delayed_ack_min;
}

void AcknowledgmentDelay::measure(const TcpConfig& config, const Packet& segment) {
  const std::uint32_t size = segment.payload;
  const std::uint32_t previous = last_size_;
  last_size_ = 0;
  if (size >= full_segment_) {
    full_segment_ = std::min(size, config.mss);
    // A full segment may still be the last of a message, and its sender may wait.
    if (segment.has(tcp_flag::kPsh)) pushed_ = true;
    return;
  }
  const bool goes_on = !segment.has(tcp_flag::kPsh) && !segment.has(tcp_flag::kFin);
  const bool may_be_full = size + kHeader >= kDefaultSegment + kPlainHeader ||
                           (goes_on && size + kHeader >= kSmallestSegment + kPlainHeader);
  if (may_be_full) {
    last_size_ = size;
    if (size == previous) {
      full_segment_ = size;
      return;
    }
  }
  if (pushed_) pushed_twice_ = true;
  pushed_ = true;
}

void AcknowledgmentDelay::raise_quick(std::uint32_t window) {
  const std::uint32_t fits = window / (2 * full_segment_);
  const std::uint32_t room = fits == 0 ? 2 : fits;
  quick_ =
      static_cast<std::uint8_t>(std::max<std::uint32_t>(quick_, std::min(room, kQuickAnswers)));
}

void AcknowledgmentDelay::on_data(const TcpConfig& config, const Packet& segment,
                                  std::uint32_t window, Duration rto, TimePoint now) {
  owed_ = true;
  measure(config, segment);
  const Duration shortest = config.delayed_ack_min;
  const Duration gap = since_data(config, now);
  if (delay_ == Duration::zero()) {
    raise_quick(window);
    delay_ = shortest;
  } else if (gap <= shortest / 2) {
    delay_ = delay_ / 2 + shortest / 2;
  } else if (gap < delay_) {
    delay_ = std::min(delay_ / 2 + gap, rto);
  } else if (gap > rto) {
    // After a pause the sender starts slowly and needs prompt answers.
    raise_quick(window);
  }
  last_data_ = now;
}

void AcknowledgmentDelay::hurry(const TcpConfig& config, std::uint32_t window) {
  raise_quick(window);
  conversation_ = false;
  delay_ = config.delayed_ack_min;
  owed_ = true;
}

Duration AcknowledgmentDelay::since_data(const TcpConfig& config, TimePoint now) const {
  const Duration tick = tick_length(config.timer_hz);
  return tick_begin(now, tick) - tick_begin(last_data_, tick);
}

void AcknowledgmentDelay::on_data_sent(const TcpConfig& config, TimePoint now) {
  if (since_data(config, now) < delay_) conversation_ = true;
}

void AcknowledgmentDelay::on_acknowledged(const TcpConfig& config) {
  if (quick_ > 0 && owed_) {
    --quick_;
    if (quick_ == 0) delay_ = config.delayed_ack_min;
  }
  owed_ = owed_now_ = pushed_ = pushed_twice_ = false;
}

void AcknowledgmentDelay::on_late(const TcpConfig& config, Duration rto) {
  if (conversation_) {
    conversation_ = false;
    delay_ = config.delayed_ack_min;
  } else {
    delay_ = std::min(delay_ * 2, rto);
  }
}

bool AcknowledgmentDelay::at_once(std::uint32_t unacknowledged) const {
  return unacknowledged > full_segment_ || (quick_ > 0 && !conversation_) || owed_now_;
}

bool AcknowledgmentDelay::at_read(std::uint32_t unacknowledged) const {
  return owed_ && (unacknowledged > full_segment_ || pushed_twice_ || (pushed_ && !conversation_));
}

Duration AcknowledgmentDelay::wait(const TcpConfig& config, Duration srtt) const {
  Duration wait = delay_;
  if (wait > config.delayed_ack_min) {
    Duration longest = conversation_ || pushed_ ? config.delayed_ack_max : kLongestDelay;
    if (srtt > Duration::zero()) {
      longest = std::min(longest, std::max(srtt, config.delayed_ack_min));
    }
    wait = std::min(wait, longest);
  }
  return std::min(wait, config.delayed_ack_max);
}

}  // namespace stayalive
