// SPDX-License-Identifier: Apache-2.0
#include "study/replay/silence_watch.h"

#include <algorithm>

namespace stayalive {
namespace {

// A RST answers what was sent so long before at most.
constexpr Duration kSoon = 5s;
// So often a question is repeated before silence is an answer.
constexpr std::uint32_t kRepeats = 3;

}  // namespace

void SilenceWatch::answer(const Packet& packet) {
  const Question asked = *question_;
  question_.reset();
  if (packet.reset && packet.at - asked.last_at <= kSoon) {
    broken_ = BrokenFlow{BrokenFlow::How::Reset, asked.from, asked.silence, survived_, asked.at};
    return;
  }
  survived_ = std::max(survived_, asked.silence);
  ++answered_;
}

void SilenceWatch::add(const Packet& packet, bool both, bool datagrams) {
  datagrams_ = datagrams;
  const Duration silence = last_at_ ? packet.at - *last_at_ : Duration::zero();
  last_at_ = packet.at;
  if (broken_) return;
  if (question_) {
    if (packet.from != question_->from) return answer(packet);
    if (packet.asks) ++question_->repeats;
    question_->last_at = packet.at;
    return;
  }
  if (!both || silence < kLeast) return;
  if (packet.reset) {
    broken_ = BrokenFlow{BrokenFlow::How::Unasked, packet.from, silence, survived_, packet.at};
  } else if (packet.asks) {
    question_ = Question{packet.from, silence, packet.at, packet.at, 0};
  }
}

std::optional<BrokenFlow> SilenceWatch::broken() const {
  if (broken_ || !question_) return broken_;
  const bool proves = !datagrams_ || answered_ > 0;
  if (question_->repeats < kRepeats || !proves) return std::nullopt;
  return BrokenFlow{BrokenFlow::How::Silence, question_->from, question_->silence, survived_,
                    question_->at};
}

}  // namespace stayalive
